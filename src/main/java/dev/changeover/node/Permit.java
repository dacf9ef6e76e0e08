package dev.changeover.node;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The control plane's signature under an order.
 *
 * @param text what was signed, word for word: the order itself, for which node, job and step, and how long it is good
 * @param signature Ed25519 over the text, in Base64
 * @param links signatures under keys, oldest first: each by a former key under the one that follows it, so that an agent
 *     which goes by a former one comes to the one that signed here; none where there was never another
 */
public record Permit(
        String text,
        String signature,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Permit> links) {
    public Permit {
        // Everybody who reaches Temporal can leave any of them out.
        text = Objects.requireNonNullElse(text, "");
        signature = Objects.requireNonNullElse(signature, "");
        links = Stream.ofNullable(links)
                .flatMap(List::stream)
                .filter(Objects::nonNull)
                .toList();
    }

    public Permit(String text, String signature) {
        this(text, signature, List.of());
    }
}
