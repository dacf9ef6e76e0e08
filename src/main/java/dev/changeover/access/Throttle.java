package dev.changeover.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Slows down who guesses: some failures of a key are free, each further one makes it wait twice as long as the one
 * before, and while it waits nothing is even looked at. It knows what this server saw and not what others did; it
 * remembers the keys that failed last, so its memory is bounded. Safe for concurrent use.
 */
public final class Throttle {
    private static final Duration FIRST = Duration.ofSeconds(5);
    private static final Duration LONGEST = Duration.ofMinutes(15);

    /** Longer than the longest wait, so that nobody gets his free ones back by waiting for that. */
    private static final Duration REMEMBERED = Duration.ofHours(1);

    private static final int MOST_KEYS = 100_000;

    private final String tooMany;
    private final int free;
    private final Clock clock;
    private final Cache<String, Failures> failures;

    /**
     * @param tooMany what there are too many of, as in "failed log-ins of this name"
     * @param free as many failures in a row cost nothing
     */
    public Throttle(String tooMany, int free, Clock clock) {
        this.tooMany = tooMany;
        this.free = free;
        this.clock = clock;
        this.failures = Caffeine.newBuilder()
                .maximumSize(MOST_KEYS)
                .expireAfterWrite(REMEMBERED)
                .ticker(() -> Duration.ofMillis(clock.millis()).toNanos())
                .executor(Runnable::run)
                .build();
    }

    private record Failures(int count, Instant until) {}

    /** Too many came or failed: nothing was looked at. The message says of what, in the words before "; try again". */
    public static final class Throttled extends RuntimeException {
        private final Duration wait;

        Throttled(String tooMany, Duration wait) {
            super("too many " + tooMany, null, false, false);
            this.wait = wait;
        }

        /** When to try again. */
        public Duration retryAfter() {
            return wait;
        }
    }

    /** @throws Throttled if the key has to wait */
    public void check(String key) {
        refuse(failures.getIfPresent(key));
    }

    private void refuse(@Nullable Failures known) {
        var now = clock.instant();
        if (known != null && known.until.isAfter(now)) {
            throw new Throttled(tooMany, Duration.between(now, known.until));
        }
    }

    public void failed(String key) {
        failures.asMap().compute(key, (same, known) -> oneMore(known));
    }

    /**
     * Counts what is limited however it ends, of those at once each for itself.
     *
     * @throws Throttled if the key has to wait; then it does not count
     */
    public void take(String key) {
        failures.asMap().compute(key, (same, known) -> {
            refuse(known);
            return oneMore(known);
        });
    }

    private Failures oneMore(@Nullable Failures known) {
        var count = known == null ? 1 : known.count + 1;
        return new Failures(count, clock.instant().plus(wait(count)));
    }

    /** Forgets the failures of a key that has proved to be right. */
    public void succeeded(String key) {
        failures.invalidate(key);
    }

    long size() {
        failures.cleanUp();
        return failures.estimatedSize();
    }

    private Duration wait(int count) {
        if (count < free) {
            return Duration.ZERO;
        }
        var doublings = Math.min(count - free, 20); // far beyond the longest, and no overflow
        var wait = FIRST.multipliedBy(1L << doublings);
        return wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
    }
}
