package dev.changeover.node.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.changeover.node.RetireProgress.Closing;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClosingsFileTest {
    private static final Instant AT = Instant.parse("2026-11-28T13:00:00Z");
    private static final Closing WRITTEN_DOWN = new Closing("10.0.0.1:4711", 1, 100, AT);

    private ClosingsFile file;

    @BeforeEach
    void open(@TempDir Path home) {
        file = new ClosingsFile(home.resolve("closings"), InstantSource.fixed(AT));
    }

    @Test
    void a_session_that_was_written_down_and_lived_counts_for_the_order_that_closes_it() throws Exception {
        file.add("by age", WRITTEN_DOWN);

        file.add("by order", new Closing("10.0.0.1:4711", 1, 108, AT.plusSeconds(9)));

        assertThat(file.of("by age").closed()).isZero();
        assertThat(file.of("by age").closings()).isEmpty();
        assertThat(file.of("by order").closed()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"90000, 90000, 3599", "86340, 86400, 3600", "3600, 3600, 59", "3599, 3600, 59"})
    void ages_in_whole_minutes_or_hours_make_one_session_no_two(long age, long later, long seconds) throws Exception {
        file.add("job-1", new Closing("10.0.0.1:4711", 1, age, AT));

        file.add("job-1", new Closing("10.0.0.1:4711", 1, later, AT.plusSeconds(seconds)));

        assertThat(file.of("job-1").closed()).isEqualTo(1);
    }

    @Test
    void another_session_from_the_same_address_counts_too() throws Exception {
        file.add("by age", WRITTEN_DOWN);

        file.add("by age", new Closing("10.0.0.1:4711", 2, 100, AT));
        file.add("by age", new Closing("10.0.0.1:4711", 1, 60, AT.plusSeconds(1)));

        assertThat(file.of("by age").closed()).isEqualTo(3);
    }

    @Test
    void clients_of_a_unix_socket_have_no_address_and_are_each_counted() throws Exception {
        file.add("by age", new Closing("unix:1", 1, 100, AT));

        file.add("by age", new Closing("unix:1", 1, 101, AT.plusSeconds(1)));

        assertThat(file.of("by age").closed()).isEqualTo(2);
    }

    @Test
    void a_clock_that_was_set_on_right_after_a_closing_does_not_hurry_the_next(@TempDir Path home) throws Exception {
        var now = new Instant[] {AT};
        var pace = Duration.ofMinutes(1);
        var closings = new ClosingsFile(home.resolve("set-on"), () -> now[0]);
        closings.add("job-1", WRITTEN_DOWN);

        now[0] = AT.plus(Duration.ofHours(2));

        assertThat(closings.untilDue(pace)).isPositive();
        assertThat(closings.untilDue(Duration.ZERO)).isNegative();
    }

    @Test
    void a_clock_that_was_set_back_delays_a_closing_by_the_pace_and_no_longer() throws Exception {
        var pace = Duration.ofMillis(200);
        file.add("job-1", new Closing("10.0.0.1:4711", 1, 100, AT.plus(Duration.ofHours(2))));

        assertThat(file.untilDue(pace)).isPositive().isLessThanOrEqualTo(pace);
        await().atMost(Duration.ofSeconds(10)).until(() -> !file.untilDue(pace).isPositive());

        file.add("job-1", new Closing("10.0.0.2:4711", 1, 100, AT));
        assertThat(file.untilDue(pace)).isEqualTo(pace);
    }

    @Test
    void cut_at_any_byte_it_counts_whole_closings_and_keeps_the_pace() throws Exception {
        file.add("job-1", WRITTEN_DOWN);
        var whole = Files.readString(file.file());
        for (int length = 0; length < whole.length(); length++) {
            Files.writeString(file.file(), whole.substring(0, length));

            assertThat(file.untilDue(Duration.ofSeconds(1))).isLessThanOrEqualTo(Duration.ofSeconds(1));
            assertThat(file.of("job-1").closed()).isIn(0, 1);
            assertThat(file.of("job-1").closings()).isSubsetOf(WRITTEN_DOWN);
            var before = file.of("job-1").closed();
            file.add("job-1", new Closing("10.0.0.2:4711", 1, 100, AT));

            assertThat(file.of("job-1").closed()).isEqualTo(before + 1);
            assertThat(file.of("job").closed()).isZero();
        }
    }
}
