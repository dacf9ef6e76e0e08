package dev.changeover.access.provider;

import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.crypto.DirectDecrypter;
import com.nimbusds.jose.crypto.DirectEncrypter;
import com.nimbusds.jwt.EncryptedJWT;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.changeover.access.KeyFile;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.Optional;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/** What a browser keeps between the two ends of a log-in, encrypted under a key of the installation. Thread-safe. */
final class LogInTickets {
    private final SecretKey key;
    private final Clock clock;

    LogInTickets(KeyFile keyFile, Clock clock) {
        this.key = keyFile.derive("AES", "provider log-in");
        this.clock = clock;
    }

    /** All of it is of one log-in; back is the page that the provider sends the browser to. */
    record Ticket(String state, String nonce, String verifier, String back) {}

    String seal(Ticket ticket, Duration good) {
        var claims = new JWTClaimsSet.Builder()
                .claim("state", ticket.state)
                .claim("nonce", ticket.nonce)
                .claim("verifier", ticket.verifier)
                .claim("back", ticket.back)
                .expirationTime(Date.from(clock.instant().plus(good)))
                .build();
        try {
            var token = new EncryptedJWT(new JWEHeader(JWEAlgorithm.DIR, EncryptionMethod.A256GCM), claims);
            token.encrypt(new DirectEncrypter(key));
            return token.serialize();
        } catch (JOSEException wrongKey) {
            throw new AssertionError("the key has 256 bits, as A256GCM needs", wrongKey);
        }
    }

    /** Empty for what was not sealed here, or is not good any more. */
    Optional<Ticket> open(@Nullable String sealed) {
        try {
            var token = EncryptedJWT.parse(sealed == null ? "" : sealed);
            token.decrypt(new DirectDecrypter(key));
            var claims = token.getJWTClaimsSet();
            return claims.getExpirationTime().toInstant().isBefore(clock.instant())
                    ? Optional.empty()
                    : Optional.of(new Ticket(
                            claims.getStringClaim("state"),
                            claims.getStringClaim("nonce"),
                            claims.getStringClaim("verifier"),
                            claims.getStringClaim("back")));
        } catch (ParseException | JOSEException notOurs) {
            return Optional.empty();
        }
    }
}
