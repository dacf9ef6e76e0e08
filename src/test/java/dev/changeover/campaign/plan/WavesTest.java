package dev.changeover.campaign.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.campaign.Amount;
import dev.changeover.campaign.Strategy;
import dev.changeover.campaign.plan.Candidates.Candidate;
import dev.changeover.inventory.Proxy;
import dev.changeover.inventory.Ring;
import dev.changeover.window.MaintenanceWindow;
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
