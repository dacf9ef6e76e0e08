package dev.changeover.api.signature;

import io.micronaut.http.HttpRequest;
import io.micronaut.security.token.reader.TokenReader;
import jakarta.inject.Singleton;
import java.util.Optional;

/**
 * A token as the published interface's clients send it (REQUIREMENTS A2); {@code Authorization: Bearer} is read anyway.
 * Beside a signature it does not count: who is known by which of the two would be a matter of luck.
 */
@Singleton
public final class TokenHeader implements TokenReader<HttpRequest<?>> {
    /** Of the header. */
    public static final String NAME = "X-Auth-Token";

    @Override
    public Optional<String> findToken(HttpRequest<?> request) {
        var signed =
                request.getHeaders().getAuthorization().filter(Signature::isIn).isPresent();
        return signed ? Optional.empty() : request.getHeaders().findFirst(NAME);
    }
}
