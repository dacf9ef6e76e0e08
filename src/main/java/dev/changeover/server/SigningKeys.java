package dev.changeover.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.changeover.access.KeyFile;
import dev.changeover.database.Sql;
import dev.changeover.node.Permit;
import dev.changeover.node.order.KeyChange;
import dev.changeover.node.order.OrderSigner;
import dev.changeover.value.WrongSetting;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Requires;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The key with which orders are signed: derived from the key file alone, and once it was changed, from the file and a
 * salt in the database, so that neither of both is enough. The database is asked each time: whichever server of it
 * changes the key, all sign with the new one at once. Safe for concurrent use.
 *
 * <p>A database belongs to one key file: with another one no agent takes an order and no access key is good, as after a
 * restore that left the file out.
 */
@Context
@Requires(notEnv = TemporalMove.DATABASE_ALONE)
final class SigningKeys implements KeyChange {
    /** Who missed more changes is enrolled again. */
    private static final int LINKS = 3;

    private static final int SALT_BYTES = 32;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Sql sql;
    private final KeyFile file;
    private final Clock clock;
    private volatile @Nullable Known known;

    /** @throws WrongSetting if the file is not the one that the database has been used with */
    SigningKeys(Sql sql, KeyFile file, ServerSettings settings, Clock clock) {
        this.sql = sql;
        this.file = file;
        this.clock = clock;
        var first = of(file, "", List.of()).fingerprint();
        if (settings.newKey()) {
            sql.change("delete from order_key where fingerprint <> ?", first);
        }
        sql.change("insert into order_key (one, fingerprint) values (1, ?) on conflict do nothing", first);
        var known = sql.first("select fingerprint from order_key", row -> row.text("fingerprint"))
                .orElseThrow();
        if (!known.equals(first)) {
            throw new WrongSetting(
                    ("the key file %s has the key %s, and this database belongs to the key %s: put the file"
                                    + " in its place that was kept with the database, or, if it is lost for good, start once with"
                                    + " CHANGEOVER_NEW_KEY=true and enrol every agent and make every access key anew")
                            .formatted(file, first, known));
        }
    }

    /** @param links in JSON */
    private record Row(String salt, String links, @Nullable Instant changedAt) {}

    /** Saves deriving it again while the row stays as it is. */
    private record Known(Row row, List<Permit> links, OrderSigner signer) {}

    private static OrderSigner of(KeyFile file, String salt, List<Permit> links) {
        return OrderSigner.of(file.derive("Ed25519", "orders to agents" + salt).getEncoded(), links);
    }

    OrderSigner present() {
        return read().signer();
    }

    @Override
    public void change(Duration overlap) {
        var before = read();
        var random = new byte[SALT_BYTES];
        new SecureRandom().nextBytes(random);
        var salt = Base64.getEncoder().encodeToString(random);
        var now = clock.instant();
        var links = new ArrayList<>(before.links());
        links.add(before.signer().link(of(file, salt, List.of()), now.plus(overlap)));
        var changed = sql.change(
                "update order_key set salt = ?, links = ?, changed_at = ? where salt = ?",
                salt,
                write(links.subList(Math.max(0, links.size() - LINKS), links.size())),
                now,
                before.row().salt());
        if (changed != 1) {
            throw new IllegalStateException("somebody else changes the key at the same time: nothing was changed");
        }
    }

    @Override
    public Optional<Instant> changedAt() {
        return Optional.ofNullable(read().row().changedAt());
    }

    private Known read() {
        var row = sql.first(
                        "select salt, links, changed_at from order_key",
                        found -> new Row(found.text("salt"), found.text("links"), found.instantOrNull("changed_at")))
                .orElseThrow();
        var last = known;
        if (last != null && last.row().equals(row)) return last;
        var links = links(row.links());
        var read = new Known(row, links, of(file, row.salt(), links));
        known = read;
        return read;
    }

    private static List<Permit> links(String json) {
        try {
            return JSON.readValue(json, new TypeReference<List<Permit>>() {});
        } catch (JsonProcessingException damaged) {
            throw new IllegalStateException("the column links of order_key is damaged: " + json, damaged);
        }
    }

    private static String write(List<Permit> links) {
        try {
            return JSON.writeValueAsString(links);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
