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
        assertThat(changes).isGreaterThan(20_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Europe/Berlin", "Australia/Lord_Howe", "Antarctica/Troll"})
    void these_zones_do_in_years_to_come(String zone) {
        assertThat(check(ZoneId.of(zone), Instant.parse("2030-01-01T00:00:00Z")))
                .isEqualTo(16);
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
                .mapToLong(change -> checkAround(zone, change))
                .sum();
    }

    private static Stream<Instant> changes(ZoneRules rules, Instant since) {
        return Stream.iterate(
                        rules.nextTransition(since),
                        Objects::nonNull,
                        change -> rules.nextTransition(change.getInstant()))
                .map(ZoneOffsetTransition::getInstant)
                .takeWhile(END::isAfter);
    }

    private static int checkAround(ZoneId zone, Instant change) {
        var from = change.minus(1, DAYS);
        var to = change.plus(1, DAYS).plusSeconds(6 * 3600);
        var walk = LocalWalk.of(zone, from, to);
        var openings = 0;
        for (var hours : EVERY_WINDOW) {
            var window = new MaintenanceWindow(hours.start(), hours.end(), zone);
            var seen = walk.openings(hours.start(), hours.end());
            check(window, seen, from);
            checkAt(window, seen, change);
            openings += seen.size();
        }
        assertThat(openings).describedAs("%s %s", zone, change).isGreaterThan(EVERY_WINDOW.size());
        return 1;
    }

    /** Asks in each opening for the next one and, at its end, for the current one. */
    private static void check(MaintenanceWindow window, List<Opening> walked, Instant from) {
        var at = from.plusSeconds(1);
        for (var seen : walked) {
            require(window.next(at).equals(seen), window, at, walked);
            var last = seen.closes().minusSeconds(1);
            require(window.current(last).filter(seen::equals).isPresent(), window, last, walked);
            at = seen.opens().plusSeconds(1);
        }
    }

    /** At the very change, too, which may be an opening or a closing. */
    private static void checkAt(MaintenanceWindow window, List<Opening> walked, Instant change) {
        var current = walked.stream().filter(seen -> seen.contains(change)).findFirst();
        var next =
                walked.stream().filter(seen -> !seen.opens().isBefore(change)).findFirst();
        require(window.current(change).equals(current), window, change, walked);
        require(next.isEmpty() || window.next(change).equals(next.get()), window, change, walked);
    }

    private static void require(boolean agreed, MaintenanceWindow window, Instant at, List<Opening> walked) {
        if (!agreed) {
            throw new AssertionError("%s at %s: the clock shows %s, but next is %s and current %s"
                    .formatted(window, at, walked, window.next(at), window.current(at)));
        }
    }
}
