package dev.changeover.api;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Replaces;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;

/** It is always an hour after the upgrades of {@link FakeUpgrades} began, unless a test needs to be in time with the world. */
@Factory
@Requires(property = "test.fake-upgrades")
@Requires(property = FixedClock.TICKS, notEquals = "true", defaultValue = "false")
public final class FixedClock {
    public static final String TICKS = "test.clock-ticks";
    public static final Instant NOW = FakeUpgrades.START.plus(Duration.ofHours(1));

    @Singleton
    @Replaces(Clock.class)
    Clock clock() {
        return Clock.fixed(NOW, ZoneOffset.UTC);
    }
}
