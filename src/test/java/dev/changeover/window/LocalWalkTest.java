package dev.changeover.window;

import static java.time.temporal.ChronoUnit.DAYS;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every window around clock changes, against {@link LocalWalk}. */
class LocalWalkTest {
    private static final Instant END = Instant.parse("2038-01-01T00:00:00Z");

    /** A start at every hour, each with 1 to 4 hours. */
    private static final List<Hours> EVERY_WINDOW = IntStream.range(0, 24)
            .boxed()
            .flatMap(start -> IntStream.rangeClosed(1, 4).mapToObj(length -> Hours.of(start, length)))
            .toList();

    private record Hours(LocalTime start, LocalTime end) {
        static Hours of(int start, int length) {
            return new Hours(LocalTime.of(start, 0), LocalTime.of((start + length) % 24, 0));
        }
    }

    @Test
    @Tag("exhaustive")
    void every_zone_opens_as_its_clock_shows_around_every_change_until_2037() {
        var zones = withRulesOfTheirOwn();

        var changes = zones.parallelStream()
                .mapToLong(zone -> check(zone, Instant.MIN))
                .sum();

        assertThat(zones).hasSizeGreaterThan(300);
        assertThat(changes).isGreaterThan(10_000);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Europe/Berlin",
                "America/St_Johns",
                "Australia/Lord_Howe",
                "Africa/Casablanca",
                "Asia/Beirut",
                "Antarctica/Troll",
                "UTC"
            })
    void these_zones_do_since_2000(String zone) {
        check(ZoneId.of(zone), Instant.parse("2000-01-01T00:00:00Z"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Pacific/Apia", "Pacific/Kwajalein", "America/Juneau", "Asia/Manila", "Africa/Monrovia"})
    void these_zones_skipped_or_repeated_a_day_or_had_odd_seconds(String zone) {
        assertThat(check(ZoneId.of(zone), Instant.MIN)).isPositive();
    }

    /** Names of one zone share its rules; one of them is enough. */
    private static List<ZoneId> withRulesOfTheirOwn() {
        var zones = new HashMap<ZoneRules, ZoneId>();
        ZoneId.getAvailableZoneIds().stream()
                .sorted()
                .map(ZoneId::of)
                .forEach(zone -> zones.putIfAbsent(zone.getRules(), zone));
        return List.copyOf(zones.values());
    }

    /** The answer is how many clock changes there were. */
    private static long check(ZoneId zone, Instant since) {
        return changes(zone.getRules(), since)
                .peek(change -> checkAround(zone, change))
                .count();
    }

    private static Stream<Instant> changes(ZoneRules rules, Instant since) {
        return Stream.iterate(
                        rules.nextTransition(since),
                        Objects::nonNull,
                        change -> rules.nextTransition(change.getInstant()))
                .map(ZoneOffsetTransition::getInstant)
                .takeWhile(END::isAfter);
    }

    private static void checkAround(ZoneId zone, Instant change) {
        var from = change.minus(1, DAYS);
        var to = change.plus(1, DAYS).plusSeconds(6 * 3600);
        var walk = LocalWalk.of(zone, from, to);
        for (var hours : EVERY_WINDOW) {
            check(
                    new MaintenanceWindow(hours.start(), hours.end(), zone),
                    walk.openings(hours.start(), hours.end()),
                    from);
        }
    }

    /** Asks at each closing for the next opening, and in each opening for the current one. */
    private static void check(MaintenanceWindow window, List<Opening> walked, Instant from) {
        var at = from.plusSeconds(1);
        for (var seen : walked) {
            var next = window.next(at);
            var current = window.current(seen.closes().minusSeconds(1));
            if (!next.equals(seen) || !current.filter(seen::equals).isPresent()) {
                throw new AssertionError("%s after %s: the clock shows %s, but next is %s and current %s"
                        .formatted(window, at, seen, next, current));
            }
            at = seen.opens().plusSeconds(1);
        }
    }
}
