package dev.changeover.campaign.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.changeover.campaign.Amount;
import dev.changeover.campaign.Strategy;
import dev.changeover.campaign.plan.Candidates.Candidate;
import dev.changeover.inventory.Proxy;
import dev.changeover.inventory.Ring;
import dev.changeover.window.MaintenanceWindow;
import dev.changeover.window.Opening;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which proxies are in which wave, and when each begins. */
class WavesTest {
    private static final MaintenanceWindow WINDOW = MaintenanceWindow.of("02:00-06:00 UTC");
    private static final Instant NOON = Instant.parse("2026-11-30T12:00:00Z");

    /** Numbers 0 to 19; every fourth is in eu-nl and the bank's, the last one early. */
    private final List<Candidate> fleet = IntStream.range(0, 20)
            .mapToObj(number -> candidate(number, number == 19 ? Ring.EARLY : Ring.NORMAL))
            .toList();

    @Test
    void a_wave_takes_a_number_or_a_part_of_all_of_a_region_a_project_or_a_ring() {
        var waves = waves(
                wave("2", "eu-nl", null, null),
                wave("10%", null, "shop", null),
                wave("rest", null, null, Ring.EARLY),
                wave("rest", null, null, null));

        assertThat(waves).extracting(List::size).containsExactly(2, 2, 0, 16);
        assertThat(waves.get(0)).extracting(Candidate::region).containsOnly("eu-nl");
        assertThat(waves.get(1)).extracting(Candidate::projectId).containsOnly("shop");
        assertThat(waves.get(1)).extracting(Candidate::proxyId).contains("px-19");
        assertThat(waves.stream().flatMap(List::stream)).containsExactlyInAnyOrderElementsOf(fleet);
    }

    @Test
    void a_plan_that_is_made_anew_has_the_same_waves() {
        var some = new Strategy.Wave[] {wave("1", null, null, null), wave("rest", null, null, null)};

        assertThat(waves(some)).isEqualTo(waves(some));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 100, 1000})
    void no_slot_is_outside_a_window_and_no_opening_has_more_than_there_is_room_for(int members) {
        var slots = new Slots(members, 2, 10, Duration.ofMinutes(10), Duration.ofHours(4));

        var openings = IntStream.range(0, members)
                .mapToObj(position -> slots.of(position, WINDOW, NOON, Duration.ofMinutes(5)))
                .map(Optional::orElseThrow)
                .toList();

        assertThat(openings).allSatisfy(slot -> {
            assertThat(WINDOW.current(slot.opens())).isPresent();
            assertThat(Duration.between(slot.opens(), slot.closes())).isGreaterThanOrEqualTo(Duration.ofMinutes(5));
        });
        var nights = openings.stream().map(slot -> slot.closes()).toList();
        assertThat(nights.stream()
                        .distinct()
                        .map(night -> nights.stream().filter(night::equals).count()))
                .allMatch(many -> many <= 2 * 24);
    }

    /** With one at once, each of a hundred thousand would walk all nights before its own. */
    @Test
    void a_slot_is_found_without_those_before_it() {
        var slots = new Slots(Integer.MAX_VALUE, 1, 1, Duration.ofHours(4), Duration.ofHours(4));

        var last = assertTimeoutPreemptively(
                Duration.ofSeconds(20), () -> slots.of(1_000_000_000, WINDOW, NOON, Duration.ofMinutes(5)));

        assertThat(last)
                .hasValueSatisfying(
                        slot -> assertThat(WINDOW.isOpen(slot.opens())).isTrue());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "02:00-06:00 UTC",
                "01:00-04:00 Europe/Berlin",
                "02:00-03:00 Europe/Berlin",
                "22:00-01:00 America/New_York"
            })
    void members_that_do_not_fit_go_to_one_opening_after_the_other_also_where_clocks_are_changed(String text) {
        var window = MaintenanceWindow.of(text);
        var slots = new Slots(400, 1, 1, Duration.ofHours(9), Duration.ZERO);

        var openings = IntStream.range(0, 400)
                .mapToObj(position -> slots.of(position, window, NOON, Duration.ofMinutes(5)))
                .map(slot -> slot.orElseThrow().opens())
                .toList();

        assertThat(openings)
                .isEqualTo(window.next(NOON, 400).stream().map(Opening::opens).toList());
    }

    @Test
    void numbers_of_any_size_find_a_slot() {
        var slots = new Slots(10, Integer.MAX_VALUE, Integer.MAX_VALUE, Duration.ofSeconds(1), Duration.ofHours(4));

        assertThat(slots.of(9, WINDOW, NOON, Duration.ofMinutes(5))).isPresent();
    }

    private List<List<Candidate>> waves(Strategy.Wave... waves) {
        var strategy =
                new Strategy(List.of(waves), 20, 5, 10, Amount.of("0"), Duration.ofHours(72), Duration.ofDays(30));
        return Waves.of(strategy, fleet, "c-1");
    }

    private static Strategy.Wave wave(
            String size, @Nullable String region, @Nullable String project, @Nullable Ring ring) {
        return new Strategy.Wave(Amount.of(size), region, project, ring, Duration.ZERO, Duration.ofDays(7), false);
    }

    private static Candidate candidate(int number, Ring ring) {
        var bank = number % 4 == 0;
        return new Candidate(
                bank ? "bank" : "shop",
                bank ? "eu-nl" : "eu-de",
                "in-" + number,
                "db",
                "px-" + number,
                "proxy",
                Proxy.Mode.HA,
                WINDOW,
                ring,
                2,
                0,
                true,
                Duration.ofMinutes(5),
                null);
    }
}
