package dev.changeover.temporal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RealTemporalTest {
    @Test
    void is_one_ready_dev_server_for_all_tests_of_this_process() {
        var temporal = RealTemporal.connection();

        assertThat(temporal.mode()).isEqualTo(TemporalMode.DEV_SERVER);
        assertThat(temporal.readiness().ready()).isTrue();
        assertThat(temporal.webUi().orElseThrow()).startsWith("http://127.0.0.1:");
        assertThat(RealTemporal.connection()).isSameAs(temporal);
    }
}
