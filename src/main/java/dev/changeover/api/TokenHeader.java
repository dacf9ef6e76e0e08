package dev.changeover.api;

import io.micronaut.http.HttpRequest;
import io.micronaut.security.token.reader.TokenReader;
import jakarta.inject.Singleton;
import java.util.Optional;

/** A token as the published interface's clients send it (REQUIREMENTS A2); {@code Authorization: Bearer} is read anyway. */
@Singleton
final class TokenHeader implements TokenReader<HttpRequest<?>> {
    static final String NAME = "X-Auth-Token";

    @Override
    public Optional<String> findToken(HttpRequest<?> request) {
        return request.getHeaders().findFirst(NAME);
    }
}
