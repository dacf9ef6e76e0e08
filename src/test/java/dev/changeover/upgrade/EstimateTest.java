package dev.changeover.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EstimateTest {
    private static final Duration SOAK = Duration.ofMinutes(1);

    @Test
    void a_proxy_that_was_never_upgraded_takes_the_usual_time_and_the_soak() {
        assertThat(Estimate.perNode(List.of(), SOAK)).isEqualTo(Duration.ofSeconds(75));
    }

    @Test
    void nineteen_of_twenty_earlier_handovers_took_no_longer() {
        var seconds = IntStream.rangeClosed(1, 20).mapToObj(Duration::ofSeconds).toList();

        assertThat(Estimate.perNode(seconds.reversed(), SOAK)).isEqualTo(Duration.ofSeconds(79));
    }

    @Test
    void a_single_handover_is_all_that_is_known() {
        assertThat(Estimate.perNode(List.of(Duration.ofMillis(700)), Duration.ZERO))
                .isEqualTo(Duration.ofMillis(700));
    }
}
