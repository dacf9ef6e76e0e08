package dev.changeover.access;

import dev.changeover.database.Sql;
import dev.changeover.host.Sha256;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Bootstrap token with operator rights, valid until the first operator account exists: there is no default password. It
 * ends for good when the first operator's account is added, and by itself after a day: where an identity provider has
 * the operators, nobody may ever be added. Where every operator's password is lost, who runs the server can have one
 * that is good beside them; it ends after an hour, or as soon as an operator was added or got a new password. Only
 * hashes are stored.
 */
@Singleton
public final class OneTimeToken {
    /** The name under which that of a first start acts. */
    public static final String NAME = "first-start";

    /** The name under which one acts that was asked for later. */
    public static final String RECOVERY = "recovery";

    /** Nobody can have an account with one of these. */
    public static final Set<String> NAMES = Set.of(NAME, RECOVERY);

    /** Long enough to type a command, too short to be forgotten somewhere. */
    private static final Duration TO_RECOVER = Duration.ofHours(1);

    /** Long enough to set a server up; its next start makes another. */
    private static final Duration TO_BEGIN = Duration.ofHours(24);

    private enum Use {
        TOKEN,
        LINK
    }

    private final Sql sql;
    private final Clock clock;

    /** Somebody else has used up what stood for an operator, be it with another token. */
    public static final class UsedUp extends IllegalStateException {
        UsedUp() {
            super("another operator was added meanwhile, which ended the one-time token: log in as that one");
        }
    }

    OneTimeToken(Sql sql, Clock clock) {
        this.sql = sql;
        this.clock = clock;
    }

    /** A new one, good for a day; empty where there is an operator already. */
    public Optional<String> make() {
        return operatorExists() ? Optional.empty() : Optional.of(make(null, false));
    }

    /** One for a link: it only logs in, and once. Empty where there is an operator already. */
    public Optional<String> makeLink() {
        return operatorExists() ? Optional.empty() : Optional.of(make(null, true));
    }

    /** A new one, whether there is an operator or not; good for an hour. */
    public String recover() {
        return make(clock.instant().plus(TO_RECOVER), false);
    }

    private static String random() {
        var secret = new byte[24];
        new SecureRandom().nextBytes(secret);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    }

    private String make(@Nullable Instant expires, boolean forLink) {
        var token = random();
        var now = clock.instant();
        sql.change(
                "delete from one_time_token where expires_at <= ? or expires_at is null and created_at <= ?",
                now,
                now.minus(TO_BEGIN));
        sql.change(
                "insert into one_time_token (hash, created_at, expires_at, purpose) values (?, ?, ?, ?)",
                Sha256.of(token),
                now,
                expires,
                forLink ? Use.LINK : Use.TOKEN);
        return token;
    }

    /** The account it stands for, if it is one and still good. */
    public Optional<Account> account(String token) {
        return accountOf(Sha256.of(token));
    }

    /** The name that a log-in with it is bound to, for {@link #accountOf}; this uses up a link. */
    String spent(String token) {
        var hash = Sha256.of(token);
        var own = Sha256.of(random());
        var link = sql.change(
                "update one_time_token set hash = ?, purpose = ? where hash = ? and purpose = ?",
                own,
                Use.TOKEN,
                hash,
                Use.LINK);
        return link == 0 ? hash : own;
    }

    /** The same by what {@link Sha256} makes of it. */
    Optional<Account> accountOf(String hash) {
        return sql.first(
                        "select created_at, expires_at from one_time_token where hash = ? and purpose = ?",
                        row -> name(row.instant("created_at"), row.instantOrNull("expires_at")),
                        hash,
                        Use.TOKEN)
                .flatMap(name -> name)
                .map(Account::operator);
    }

    /**
     * Whom it stands for; empty if it is not good any more. Only those of a first start have no end in the database.
     */
    private Optional<String> name(Instant created, @Nullable Instant expires) {
        var first = expires == null;
        var end = first ? created.plus(TO_BEGIN) : expires;
        if (!clock.instant().isBefore(end) || (first && operatorExists())) {
            return Optional.empty();
        }
        return Optional.of(first ? NAME : RECOVERY);
    }

    /** Whether there is one, so that nothing stands for it any more. */
    public boolean operatorExists() {
        return sql.exists("select 1 from account where role = ?", Role.OPERATOR);
    }
}
