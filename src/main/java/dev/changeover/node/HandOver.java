package dev.changeover.node;

import java.time.Instant;
import java.util.List;

/**
 * What a handover did.
 *
 * @param changed false when the kernel served already
 * @param parts where the time went, in order
 */
public record HandOver(NodeState after, boolean changed, Instant began, List<Part> parts) {
    public HandOver {
        parts = List.copyOf(parts);
    }

    /** The whole time in milliseconds. */
    public long millis() {
        return parts.stream().mapToLong(Part::millis).sum();
    }

    /** One part: {@code preflight}, {@code start}, {@code checks}, {@code prove}, {@code commit}, {@code confirm}. */
    public record Part(String name, long millis) {}
}
