package dev.changeover.access;

import dev.changeover.database.Columns;
import dev.changeover.database.Sql;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Keys with which programs sign their requests (REQUIREMENTS A2). A secret is shown once and stored encrypted, not
 * hashed: a signature is checked by making it again. Shared by all servers of a database; safe for concurrent use.
 */
@Singleton
public final class AccessKeys {
    private static final Columns<AccessKey> KEY = Columns.of(AccessKey.class, Map.of("created", "created_at"));
    private static final Columns<Stored> STORED = Columns.of(Stored.class);
    private static final String CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    private static final String LETTERS = CAPITALS + "abcdefghijklmnopqrstuvwxyz";
    private static final int ID_LENGTH = 20;
    private static final int SECRET_LENGTH = 40;

    /** Of one account: enough for a key for each of its programs and their successors. */
    static final int MOST = 50;

    /** No key has this id. */
    private static final String NOBODY = "nobody";

    private final Sql sql;
    private final Accounts accounts;
    private final Clock clock;
    private final KeyFile keyFile;
    private final SecretEncryption seal;
    private final SecureRandom random = new SecureRandom();

    /**
     * The secret that a signature is checked with if there is no such key, so that an id cannot be guessed by the time
     * it takes.
     */
    private final Stored nobody;

    AccessKeys(Sql sql, Accounts accounts, KeyFile keyFile, Clock clock) {
        this.sql = sql;
        this.accounts = accounts;
        this.clock = clock;
        this.keyFile = keyFile;
        this.seal = new SecretEncryption(keyFile.derive("AES", "access keys"));
        this.nobody = new Stored(NOBODY, NOBODY, seal.seal(random(LETTERS, SECRET_LENGTH), NOBODY));
    }

    /**
     * A key as its owner may see it any time.
     *
     * @param id the AK, 20 capitals and digits
     * @param account whose it is
     */
    public record AccessKey(String id, String account, Instant created) {}

    /**
     * A key as it is shown once.
     *
     * @param secret the SK, 40 letters and digits
     */
    public record Made(AccessKey key, String secret) {
        @Override
        public String toString() {
            return "Made[" + key + "]";
        }
    }

    /** The account may have no further key. */
    public static final class TooMany extends IllegalStateException {
        TooMany(String account) {
            super("account '%s' has %d access keys or more, and gets no further one: remove one that no program uses"
                    .formatted(account, MOST));
        }
    }

    /** @param secret encrypted */
    private record Stored(String id, String account, String secret) {}

    /**
     * A new key; empty if there is no such account.
     *
     * @throws TooMany if the account has {@value #MOST} already, or more, which an earlier version let it have
     */
    public Optional<Made> make(String account) {
        return sql.together(() -> {
            var locked =
                    sql.first("select name from account where name = ? for update", row -> row.text("name"), account);
            if (locked.isEmpty()) {
                return Optional.empty();
            }
            if (keys(account).size() >= MOST) throw new TooMany(account);
            return Optional.of(add(account));
        });
    }

    private Made add(String account) {
        var key = new AccessKey(random(CAPITALS, ID_LENGTH), account, clock.instant());
        var secret = random(LETTERS, SECRET_LENGTH);
        sql.change(
                "insert into access_key (id, account, secret, created_at) values (?, ?, ?, ?)",
                key.id(),
                account,
                seal.seal(secret, key.id()),
                key.created());
        return new Made(key, secret);
    }

    /** Everybody's, by account and age. */
    public List<AccessKey> keys() {
        return sql.list("select id, account, created_at from access_key order by account, created_at, id", KEY::read);
    }

    /** An account's, by age. */
    public List<AccessKey> keys(String account) {
        return sql.list(
                "select id, account, created_at from access_key where account = ? order by created_at, id",
                KEY::read,
                account);
    }

    public Optional<AccessKey> key(String id) {
        return sql.first("select id, account, created_at from access_key where id = ?", KEY::read, id);
    }

    /** Removes a key, for all servers at once; false if there is none of this id. */
    public boolean remove(String id) {
        return sql.change("delete from access_key where id = ?", id) > 0;
    }

    /**
     * The account whose key this is, if a check with its secret says yes. Takes as long for an id that does not exist.
     *
     * @throws IllegalStateException if the key was made with another key file than this server's
     */
    public Optional<Account> account(String id, Predicate<String> check) {
        var found = sql.first("select id, account, secret from access_key where id = ?", STORED::read, id);
        var passed = check.test(secret(found.orElse(nobody)));
        return passed ? found.flatMap(key -> accounts.account(key.account())) : Optional.empty();
    }

    private String secret(Stored key) {
        try {
            return seal.open(key.secret(), key.id());
        } catch (SecretEncryption.Broken other) {
            throw new IllegalStateException(
                    "access key %s was not made with the key file %s: use the file that all servers share, or make it anew"
                            .formatted(key.id(), keyFile),
                    other);
        }
    }

    private String random(String alphabet, int length) {
        return random.ints(length, 0, alphabet.length())
                .mapToObj(alphabet::charAt)
                .collect(StringBuilder::new, StringBuilder::append, StringBuilder::append)
                .toString();
    }
}
