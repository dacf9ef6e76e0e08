package dev.changeover.node.driver;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Looks again and again until something is so. {@code beat} is called about once a second meanwhile.
 *
 * @param longest the longest pause between two looks
 */
public record Poll(Runnable beat, Duration longest) {

    private static final Duration FIRST = Duration.ofMillis(5);
    private static final Duration LONGEST = Duration.ofMillis(50);
    private static final Duration CLOSE = Duration.ofMillis(2);
    private static final long SECOND = 1_000_000_000L;

    /** For whoever has nobody to tell. */
    public static final Poll QUIETLY = new Poll(() -> {});

    public Poll(Runnable beat) {
        this(beat, LONGEST);
    }

    /** For what comes soon and costs little to look at. */
    public Poll closely() {
        return new Poll(beat, CLOSE);
    }

    public interface Condition {
        boolean holds() throws IOException, InterruptedException;
    }

    /** Whether it became so within the limit. Looks at least once. */
    public boolean until(Duration limit, Condition condition) throws IOException, InterruptedException {
        var began = System.nanoTime();
        var lastBeat = began;
        var pause = shorter(FIRST, longest);
        while (!condition.holds()) {
            var now = System.nanoTime();
            if (now - began >= limit.toNanos()) return false;
            if (now - lastBeat >= SECOND) {
                beat.run();
                lastBeat = now;
            }
            TimeUnit.NANOSECONDS.sleep(pause.toNanos());
            pause = shorter(pause.multipliedBy(2), longest);
        }
        return true;
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** Lets the time pass. */
    public void pass(Duration time) throws InterruptedException {
        var end = System.nanoTime() + time.toNanos();
        for (long left; (left = end - System.nanoTime()) > 0; beat.run()) {
            TimeUnit.NANOSECONDS.sleep(Math.min(left, SECOND));
        }
    }
}
