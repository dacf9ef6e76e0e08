package dev.changeover.access.provider;

import com.nimbusds.jwt.JWTClaimsSet;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The claims of a token, in the forms that providers use. */
record ProviderClaims(JWTClaimsSet claims) {

    Optional<String> text(@Nullable String claim) {
        return claim == null || !(find(claim) instanceof String text) || text.isBlank()
                ? Optional.empty()
                : Optional.of(text);
    }

    /** A list of words, or words with spaces or commas between. */
    List<String> words(String claim) {
        return switch (find(claim)) {
            case String text ->
                Stream.of(text.split("[\\s,]+")).filter(word -> !word.isEmpty()).toList();
            case Collection<?> list ->
                list.stream()
                        .filter(String.class::isInstance)
                        .map(String.class::cast)
                        .toList();
            case null -> List.of();
            default -> List.of();
        };
    }

    /** {@code realm_access.roles} is one claim, or a claim in another one. */
    private @Nullable Object find(String claim) {
        var whole = claims.getClaim(claim);
        if (whole != null) {
            return whole;
        }
        @Nullable Object found = claims.toJSONObject();
        for (var part : claim.split("\\.")) {
            found = found instanceof Map<?, ?> map ? map.get(part) : null;
        }
        return found;
    }
}
