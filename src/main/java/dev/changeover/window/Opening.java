package dev.changeover.window;

import java.time.Duration;
import java.time.Instant;

/**
 * A time in which a window is open.
 *
 * @param opens the first instant of it
 * @param closes the first instant after it
 */
public record Opening(Instant opens, Instant closes) {
    public Opening {
        if (!opens.isBefore(closes)) {
            throw new IllegalArgumentException("an opening from %s cannot close at %s".formatted(opens, closes));
        }
    }

    /** Whether the window is open then; at {@code closes} it is not any more. */
    public boolean contains(Instant at) {
        return !at.isBefore(opens) && at.isBefore(closes);
    }

    /** How long it stays open from then on; zero where it is not open. */
    public Duration remaining(Instant at) {
        return contains(at) ? Duration.between(at, closes) : Duration.ZERO;
    }

    /** Whether something that begins then, while it is open, and takes this long is over when it closes. */
    public boolean fits(Instant at, Duration estimate) {
        return contains(at) && estimate.compareTo(remaining(at)) <= 0;
    }
}
