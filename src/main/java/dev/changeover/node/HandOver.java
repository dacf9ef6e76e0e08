package dev.changeover.node;

import static java.util.Objects.requireNonNull;

import dev.changeover.inventory.KernelVersion;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a handover did.
 *
 * @param changed false when the kernel served already
 * @param parts where the time went, in order
 * @param proved what serves by its proof, whatever the look after it saw; null from agents that did not tell it yet
 */
public record HandOver(
        NodeState after,
        boolean changed,
        Instant began,
        List<Part> parts,
        @Nullable Proved proved) {
    public HandOver {
        requireNonNull(after);
        parts = List.copyOf(parts);
    }

    /** As agents before {@link Proved} told it. */
    public HandOver(NodeState after, boolean changed, Instant began, List<Part> parts) {
        this(after, changed, began, parts, null);
    }

    /** The generation that serves alone, in its agent's count, and its kernel. */
    public record Proved(int generation, KernelVersion kernel) {}

    /** The whole time in milliseconds. */
    public long millis() {
        return parts.stream().mapToLong(Part::millis).sum();
    }

    /** One part: {@code preflight}, {@code start}, {@code checks}, {@code prove}, {@code commit}, {@code confirm}. */
    public record Part(String name, long millis) {}
}
