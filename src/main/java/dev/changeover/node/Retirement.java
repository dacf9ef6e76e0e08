package dev.changeover.node;

import static java.util.Objects.requireNonNull;

/** How a retirement ended: nothing older runs on the node any more. */
public record Retirement(NodeState after, RetireProgress total) {
    public Retirement {
        requireNonNull(after);
        requireNonNull(total);
    }
}
