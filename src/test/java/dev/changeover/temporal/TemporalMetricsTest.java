package dev.changeover.temporal;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemporalMetricsTest {
    @TempDir
    Path data;

    /** The SDK tags some meters with the update's name only when there is an update; Prometheus drops such meters. */
    @Test
    void prometheus_gets_every_meter_of_a_workflow_with_an_update() throws Exception {
        var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        List<String> dropped = Collections.synchronizedList(new ArrayList<>());
        registry.config().onMeterRegistrationFailed((id, reason) -> dropped.add(id + ": " + reason));
        var settings = TemporalSettings.in(data).external(RealTemporal.address());

        try (var connection = TemporalConnection.open(settings, registry, Namespace.Admission.ANY);
                var workers = TemporalWorkersTest.greeting(connection, "measured")) {
            assertThat(workers.awaitRunning(Duration.ofSeconds(30))).isTrue();
            assertThat(TemporalWorkersTest.greet(connection, "measured")).isEqualTo("hello Ada");
        }

        assertThat(dropped).isEmpty();
        assertThat(registry.getMeters())
                .filteredOn(meter -> meter.getId().getName().startsWith("temporal_"))
                .isNotEmpty()
                .allMatch(TemporalMetricsTest::hasUpdateName);
        assertThat(registry.scrape()).contains("update_name=\"greet\"", "update_name=\"none\"");
        assertThat(registry.isClosed()).isFalse();
    }

    private static boolean hasUpdateName(Meter meter) {
        return meter.getId().getTag("update_name") != null;
    }
}
