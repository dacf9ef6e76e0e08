package dev.changeover.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.changeover.database.Sql;
import jakarta.inject.Singleton;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * The tokens that this server gives: JWTs that say who their bearer is and until when. The permissions of an account of
 * the built-in store are looked up at every call, so a changed or removed one is that at once, on every server. What the
 * identity provider said of its people is in their tokens, and good until they end.
 */
@Singleton
public final class Tokens {
    private static final String ISSUER = "changeover";

    /**
     * Milliseconds since the epoch: from when on the account's tokens were good, as the database said when it was looked at.
     * No server's clock decides whether what ended them since then ends it, too. The standard's claim has whole seconds.
     */
    private static final String ISSUED = "issued_ms";

    /** Hash of the one-time token it was given for: it is good as long as that is. */
    private static final String ONE_TIME = "one_time";

    /** Of somebody whom only the identity provider knows. */
    private static final String ROLE = "role";

    private static final String PROJECTS = "projects";

    private final SecretKey key;
    private final Accounts accounts;
    private final OneTimeToken oneTime;
    private final Sql sql;
    private final Clock clock;

    Tokens(KeyFile keyFile, Accounts accounts, OneTimeToken oneTime, Sql sql, Clock clock) {
        this.key = keyFile.derive("HmacSHA256", "tokens");
        this.accounts = accounts;
        this.oneTime = oneTime;
        this.sql = sql;
        this.clock = clock;
    }

    /**
     * A token as it was issued.
     *
     * @param id unlike any other's
     */
    public record Issued(String text, String id, Instant expires) {}

    /** A token's account, id, and expiry. */
    public record Bearer(Account account, String id, Instant expires) {}

    public Issued issue(Account account, Duration lifetime) {
        var from = accounts.validFrom(account.name());
        return issue(account, lifetime, from.orElseGet(clock::instant), null);
    }

    /**
     * One of this date: what ended the account's tokens since then ends it, too.
     *
     * @param oneTimeHash of the one-time token whose place it takes, as long as that is good; null for none
     */
    Issued issue(Account account, Duration lifetime, Instant from, @Nullable String oneTimeHash) {
        var now = clock.instant();
        var expires = now.plus(lifetime);
        var id = UUID.randomUUID().toString();
        var claims = new JWTClaimsSet.Builder()
                .issuer(ISSUER)
                .subject(account.name())
                .jwtID(id)
                .issueTime(Date.from(now))
                .claim(ISSUED, from.toEpochMilli())
                .claim(ONE_TIME, oneTimeHash)
                .expirationTime(Date.from(expires));
        if (account.isProvided()) {
            claims.claim(ROLE, account.role().word()).claim(PROJECTS, List.copyOf(account.projects()));
        }
        var token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims.build());
        try {
            token.sign(new MACSigner(key));
        } catch (JOSEException wrongKey) {
            throw new AssertionError("the key has 256 bits, as HS256 needs", wrongKey);
        }
        return new Issued(token.serialize(), id, expires);
    }

    /** Empty for anything that is not a token of ours and good now. */
    public Optional<Bearer> bearer(String text) {
        try {
            var token = SignedJWT.parse(text);
            if (!JWSAlgorithm.HS256.equals(token.getHeader().getAlgorithm()) || !token.verify(new MACVerifier(key))) {
                return Optional.empty();
            }
            var claims = token.getJWTClaimsSet();
            if (!ISSUER.equals(claims.getIssuer())
                    || claims.getExpirationTime().toInstant().isBefore(clock.instant())) {
                return Optional.empty();
            }
            return account(claims)
                    .map(account -> new Bearer(
                            account,
                            claims.getJWTID(),
                            claims.getExpirationTime().toInstant()));
        } catch (ParseException | JOSEException noToken) {
            return Optional.empty();
        }
    }

    /** Ends one token before its time, on every server. */
    public void end(Bearer bearer) {
        sql.change("delete from ended_token where expires_at < ?", clock.instant());
        sql.change(
                "insert into ended_token (id, expires_at) values (?, ?) on conflict do nothing",
                bearer.id(),
                bearer.expires());
    }

    private Optional<Account> account(JWTClaimsSet claims) throws ParseException {
        var name = claims.getSubject();
        var oneTimeHash = claims.getStringClaim(ONE_TIME);
        if (oneTimeHash == null && !name.startsWith(Account.PROVIDED)) {
            var issued = Instant.ofEpochMilli(claims.getLongClaim(ISSUED));
            return accounts.account(name, issued, claims.getJWTID());
        }
        if (sql.exists("select 1 from ended_token where id = ?", claims.getJWTID())) {
            return Optional.empty();
        }
        return oneTimeHash == null ? provided(name, claims) : oneTime.accountOf(oneTimeHash);
    }

    private static Optional<Account> provided(String name, JWTClaimsSet claims) throws ParseException {
        var projects = new HashSet<>(claims.getStringListClaim(PROJECTS));
        return Role.named(claims.getStringClaim(ROLE)).map(role -> new Account(name, role, projects));
    }
}
