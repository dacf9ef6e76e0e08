package dev.changeover.inventory;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What an agent said of its node, beside what the node's own row has.
 *
 * @param agent its version; null where it did not say
 * @param protocol that it speaks; 0 where nothing was said yet
 * @param generations newest first
 * @param findings the problems before the warnings
 */
public record NodeFacts(@Nullable String agent, int protocol, List<Generation> generations, List<Finding> findings) {
    /** Of a node that no agent has spoken of. */
    public static final NodeFacts NONE = new NodeFacts(null, 0, List.of(), List.of());

    /** A newer server may have said more. */
    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    public NodeFacts {
        generations = List.copyOf(generations);
        findings = List.copyOf(findings);
    }

    /**
     * @param version as its program says it
     * @param overAge sessions that are older than the limit
     */
    public record Generation(int number, String version, boolean serving, int sessions, int overAge) {}

    /**
     * Something that somebody should know.
     *
     * @param problem whether it refuses an upgrade
     * @param kind a stable word; empty for a warning
     */
    public record Finding(boolean problem, String kind, String text) {}

    boolean haveProblem() {
        return findings.stream().anyMatch(Finding::problem);
    }

    /** Of the generations that serve, or of those that do not. */
    int sum(boolean serving, ToIntFunction<Generation> figure) {
        return generations.stream()
                .filter(generation -> generation.serving() == serving)
                .mapToInt(figure)
                .sum();
    }

    static NodeFacts of(@Nullable String json) {
        try {
            return json == null ? NONE : JSON.readValue(json, NodeFacts.class);
        } catch (JsonProcessingException strange) {
            throw new IllegalStateException("what is stored of a node cannot be read", strange);
        }
    }

    String json() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
