package dev.changeover.metrics;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Replaces;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** Goes on by itself, and further when a test says so. */
final class StepClock extends Clock {
    static final String PROPERTY = "test.clock-steps";

    private volatile Duration ahead = Duration.ZERO;

    void step(Duration further) {
        ahead = ahead.plus(further);
    }

    @Override
    public Instant instant() {
        return Instant.now().plus(ahead);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException();
    }

    @Factory
    @Requires(property = PROPERTY)
    static final class Beans {
        @Singleton
        @Replaces(Clock.class)
        Clock clock() {
            return new StepClock();
        }
    }
}
