package dev.changeover.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** How long something has lasted. */
final class Stopwatch {
    private final InstantSource clock;
    private @Nullable Instant began;

    Stopwatch(InstantSource clock) {
        this.clock = clock;
    }

    /** It lasts, from now on if it did not before. */
    boolean longerThan(Duration time) {
        var now = clock.instant();
        var first = began == null ? now : began;
        began = first;
        return Duration.between(first, now).compareTo(time) >= 0;
    }

    void over() {
        began = null;
    }
}
