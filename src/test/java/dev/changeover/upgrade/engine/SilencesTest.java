package dev.changeover.upgrade.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.upgrade.workflow.UpgradeFailures;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class SilencesTest {
    private final Silences silences = new Silences();

    @Test
    void one_that_is_stuck_keeps_nobody_from_being_asked() {
        assertThat(asked(SilencesTest::silence)).isEqualTo("unanswered");
        assertThat(asked(() -> "yes")).isEqualTo("yes");
        assertThat(asked(SilencesTest::silence)).isEqualTo("unanswered");

        assertThat(asked(() -> "yes")).isEqualTo("yes");
        assertThat(silences.last()).isPresent();
    }

    @Test
    void two_in_a_row_say_that_temporal_is_away_and_no_other_is_asked() {
        asked(SilencesTest::silence);
        asked(SilencesTest::silence);

        assertThat(asked(() -> "yes")).isEqualTo("unanswered");
    }

    private String asked(Supplier<String> question) {
        return silences.ask(question, silence -> "unanswered");
    }

    private static String silence() {
        throw UpgradeFailures.temporalUnavailable();
    }
}
