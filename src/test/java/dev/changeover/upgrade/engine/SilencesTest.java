package dev.changeover.upgrade.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.upgrade.workflow.UpgradeFailures;
import org.junit.jupiter.api.Test;

class SilencesTest {
    private final Silences silences = new Silences();

    @Test
    void one_that_is_stuck_keeps_nobody_from_being_asked() {
        silences.add(UpgradeFailures.temporalUnavailable());
        assertThat(silences.away()).isEmpty();

        silences.answered();
        silences.add(UpgradeFailures.temporalUnavailable());
        assertThat(silences.away()).isEmpty();
        assertThat(silences.last()).isPresent();
    }

    @Test
    void two_in_a_row_say_that_temporal_is_away() {
        silences.add(UpgradeFailures.temporalUnavailable());
        silences.add(UpgradeFailures.temporalUnavailable());

        assertThat(silences.away()).isPresent();
    }
}
