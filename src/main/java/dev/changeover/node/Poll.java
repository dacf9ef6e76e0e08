package dev.changeover.node;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Looks again and again until something is so. {@code beat} is called about once a second meanwhile. */
record Poll(Runnable beat) {

    private static final Duration FIRST = Duration.ofMillis(5);
    private static final Duration LONGEST = Duration.ofMillis(50);
    private static final long SECOND = 1_000_000_000L;

    /** For whoever has nobody to tell. */
    static final Poll QUIETLY = new Poll(() -> {});

    interface Condition {
        boolean holds() throws IOException, InterruptedException;
    }

    /** Whether it became so within the limit. Looks at least once. */
    boolean until(Duration limit, Condition condition) throws IOException, InterruptedException {
        var began = System.nanoTime();
        var lastBeat = began;
        var pause = FIRST;
        while (!condition.holds()) {
            var now = System.nanoTime();
            if (now - began >= limit.toNanos()) return false;
            if (now - lastBeat >= SECOND) {
                beat.run();
                lastBeat = now;
            }
            TimeUnit.NANOSECONDS.sleep(pause.toNanos());
            pause = pause.multipliedBy(2).compareTo(LONGEST) < 0 ? pause.multipliedBy(2) : LONGEST;
        }
        return true;
    }

    /** Lets the time pass. */
    void pass(Duration time) throws InterruptedException {
        var end = System.nanoTime() + time.toNanos();
        for (long left; (left = end - System.nanoTime()) > 0; beat.run()) {
            TimeUnit.NANOSECONDS.sleep(Math.min(left, SECOND));
        }
    }
}
