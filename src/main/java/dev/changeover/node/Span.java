package dev.changeover.node;

import java.time.Instant;

/**
 * A stretch of time, such as one opening of a maintenance window.
 *
 * @param from the first instant in it
 * @param to the first instant after it
 */
public record Span(Instant from, Instant to) {
    public Span {
        if (from == null || to == null || !from.isBefore(to)) {
            throw new IllegalArgumentException("from " + from + " to " + to + " is no stretch of time");
        }
    }

    /** Whether this instant is in it; the end is not. */
    public boolean contains(Instant instant) {
        return !instant.isBefore(from) && instant.isBefore(to);
    }
}
