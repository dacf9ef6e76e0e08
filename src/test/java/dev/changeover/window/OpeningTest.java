package dev.changeover.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class OpeningTest {
    private static final Instant TWO = Instant.parse("2026-07-01T02:00:00Z");
    private static final Instant SIX = Instant.parse("2026-07-01T06:00:00Z");
    private static final Opening NIGHT = new Opening(TWO, SIX);

    @Test
    void contains_its_first_instant_and_not_the_one_at_which_it_closes() {
        assertThat(NIGHT.contains(TWO.minusNanos(1))).isFalse();
        assertThat(NIGHT.contains(TWO)).isTrue();
        assertThat(NIGHT.contains(SIX.minusNanos(1))).isTrue();
        assertThat(NIGHT.contains(SIX)).isFalse();
    }

    @Test
    void knows_how_long_it_stays_open() {
        assertThat(NIGHT.remaining(TWO)).isEqualTo(Duration.ofHours(4));
        assertThat(NIGHT.remaining(SIX.minusSeconds(1))).isEqualTo(Duration.ofSeconds(1));
        assertThat(NIGHT.remaining(SIX)).isZero();
        assertThat(NIGHT.remaining(TWO.minusNanos(1))).isZero();
    }

    @Test
    void an_estimate_fits_if_it_ends_by_the_time_it_closes() {
        var five = SIX.minusSeconds(3600);

        assertThat(NIGHT.fits(five, Duration.ofHours(1))).isTrue();
        assertThat(NIGHT.fits(five, Duration.ofHours(1).plusNanos(1))).isFalse();
    }

    @Test
    void nothing_fits_while_it_is_not_open() {
        assertThat(NIGHT.fits(TWO.minusNanos(1), Duration.ZERO)).isFalse();
        assertThat(NIGHT.fits(TWO, Duration.ZERO)).isTrue();
        assertThat(NIGHT.fits(SIX, Duration.ZERO)).isFalse();
    }

    @Test
    void cannot_close_before_it_opens() {
        assertThatThrownBy(() -> new Opening(SIX, TWO)).hasMessageContaining("06:00:00Z cannot close at 2026");
        assertThatThrownBy(() -> new Opening(TWO, TWO)).isInstanceOf(IllegalArgumentException.class);
    }
}
