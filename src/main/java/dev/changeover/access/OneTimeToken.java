package dev.changeover.access;

import dev.changeover.database.Sql;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/**
 * What stands for an operator as long as there is none: there is no default password. It ends for good when the first
 * operator's account is added. Only its hash is stored.
 */
@Singleton
public final class OneTimeToken {
    /** The name under which it acts. */
    public static final String NAME = "first-start";

    private final Sql sql;
    private final Clock clock;

    OneTimeToken(Sql sql, Clock clock) {
        this.sql = sql;
        this.clock = clock;
    }

    /** A new one; empty where there is an operator already. */
    public Optional<String> make() {
        if (operatorExists()) {
            return Optional.empty();
        }
        var secret = new byte[24];
        new SecureRandom().nextBytes(secret);
        var token = Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        sql.change("insert into one_time_token (hash, created_at) values (?, ?)", hash(token), clock.instant());
        return Optional.of(token);
    }

    /** The account it stands for, if it is one and still good. */
    public Optional<Account> account(String token) {
        return accountOf(hash(token));
    }

    /** The same by what {@link #hash} makes of it. */
    Optional<Account> accountOf(String hash) {
        return sql.exists("select 1 from one_time_token where hash = ?", hash) && !operatorExists()
                ? Optional.of(Account.operator(NAME))
                : Optional.empty();
    }

    private boolean operatorExists() {
        return sql.exists("select 1 from account where role = ?", Role.OPERATOR);
    }

    static String hash(String token) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException missing) {
            throw new AssertionError("every Java platform has SHA-256", missing);
        }
    }
}
