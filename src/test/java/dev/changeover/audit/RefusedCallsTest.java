package dev.changeover.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.audit.AuditEntry.Deed;
import dev.changeover.audit.AuditEntry.Outcome;
import dev.changeover.audit.AuditEntry.Who;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RefusedCallsTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    private final RefusedCalls calls = new RefusedCalls();

    @Test
    void the_first_call_is_written_and_the_others_are_counted_for_a_minute() {
        assertThat(calls.isFirst(by("", "10.0.0.1", 0))).isTrue();
        assertThat(calls.isFirst(by("", "10.0.0.1", 1))).isFalse();
        assertThat(calls.isFirst(by("", "10.0.0.1", 59))).isFalse();

        assertThat(calls.counted(NOON.plusSeconds(59))).isEmpty();
        assertThat(calls.counted(NOON.plusSeconds(60))).singleElement().satisfies(entry -> {
            assertThat(entry.at()).isEqualTo(NOON.plusSeconds(59));
            assertThat(entry.who()).isEqualTo(new Who("", "", "10.0.0.1"));
            assertThat(entry.outcome())
                    .extracting(Outcome::times, Outcome::status)
                    .containsExactly(2, 401);
        });
    }

    @Test
    void after_a_minute_the_next_call_is_a_first_one_again() {
        calls.isFirst(by("", "10.0.0.1", 0));
        calls.counted(NOON.plusSeconds(60));

        assertThat(calls.isFirst(by("", "10.0.0.1", 61))).isTrue();
    }

    @Test
    void a_single_call_needs_no_count() {
        calls.isFirst(by("", "10.0.0.1", 0));

        assertThat(calls.counted(NOON.plusSeconds(60))).isEmpty();
    }

    @Test
    void accounts_and_addresses_are_told_apart() {
        assertThat(calls.isFirst(by("anna", "10.0.0.1", 0))).isTrue();
        assertThat(calls.isFirst(by("otto", "10.0.0.1", 0))).isTrue();
        assertThat(calls.isFirst(by("anna", "10.0.0.2", 0))).isTrue();
        assertThat(calls.isFirst(by("", "10.0.0.2", 0))).isTrue();
        assertThat(calls.isFirst(by("anna", "10.0.0.2", 0))).isFalse();
    }

    @Test
    void addresses_of_one_ipv6_network_are_one() {
        var written = IntStream.range(0, 10_000)
                .filter(i -> calls.isFirst(by("anna", "2001:db8:1:2::%x".formatted(i), 0)))
                .count();

        assertThat(written).isEqualTo(1);
        assertThat(calls.counted(NOON.plusSeconds(60)))
                .singleElement()
                .extracting(AuditEntry::who)
                .isEqualTo(new Who("anna", "", "2001:db8:1:2:0:0:0:0/64"));
    }

    @Test
    void a_flood_from_everywhere_that_cannot_be_written_is_counted_on_in_as_little_room() {
        for (int minute = 0; minute < 10; minute++) {
            var second = 60 * minute;
            var counted = calls.counted(NOON.plusSeconds(second));
            IntStream.range(0, 1000)
                    .forEach(i ->
                            calls.isFirst(by("", "10.%d.%d.%d".formatted(second / 60, i / 250, i % 250), second)));
            counted.forEach(calls::notWritten);
        }

        var counts = calls.counted(NOON.plusSeconds(3600));

        assertThat(counts).hasSizeLessThanOrEqualTo(RefusedCalls.MOST_STRANGERS + 1);
        assertThat(counts.stream().mapToInt(RefusedCallsTest::times).sum())
                .isGreaterThanOrEqualTo(10 * (1000 - RefusedCalls.MOST_STRANGERS - 1));
    }

    @Test
    void a_flood_from_everywhere_costs_a_bounded_number_of_entries() {
        var written = IntStream.range(0, 10_000)
                .filter(i -> calls.isFirst(by("", "10.0.%d.%d".formatted(i / 250, i % 250), 0)))
                .count();
        IntStream.range(0, 10_000).forEach(i -> calls.isFirst(by("", "10.0.%d.%d".formatted(i / 250, i % 250), 1)));

        var counts = calls.counted(NOON.plusSeconds(61));

        assertThat(written).isEqualTo(RefusedCalls.MOST_STRANGERS + 1);
        assertThat(counts)
                .hasSize(RefusedCalls.MOST_STRANGERS + 1)
                .anySatisfy(entry -> assertThat(entry.who().address()).isEqualTo(RefusedCalls.ELSEWHERE));
        assertThat(counts.stream().mapToInt(RefusedCallsTest::times).sum() + written)
                .isEqualTo(20_000);
    }

    @Test
    void strangers_do_not_keep_accounts_from_being_told_apart() {
        IntStream.range(0, 100).forEach(i -> calls.isFirst(by("", "10.0.0." + i, 0)));

        assertThat(calls.isFirst(by("anna", "10.0.0.200", 0))).isTrue();
    }

    private static int times(AuditEntry entry) {
        var outcome = entry.outcome();
        return outcome == null ? 0 : outcome.times();
    }

    private static AuditEntry by(String actor, String address, int second) {
        var at = NOON.plusSeconds(second);
        return new AuditEntry(
                UUID.randomUUID().toString(),
                at,
                new Who(actor, "token", address),
                new Deed("read", "GET", "/v3/projects"),
                List.of(),
                null,
                Outcome.bare(at, 401, "DBS.280056"));
    }
}
