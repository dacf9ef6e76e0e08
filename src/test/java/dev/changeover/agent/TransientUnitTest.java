package dev.changeover.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class TransientUnitTest {

    /** Systemd gives every unit's processes an INVOCATION_ID. */
    @Test
    void a_unit_of_somebody_elses_is_not_enough() {
        assertThat(TransientUnit.isInside(Map.of("INVOCATION_ID", "1"))).isFalse();
        assertThat(TransientUnit.isInside(Map.of("INVOCATION_ID", "1", "CHANGEOVER_IN_UNIT", "1")))
                .isTrue();
    }
}
