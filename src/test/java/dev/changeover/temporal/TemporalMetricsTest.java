package dev.changeover.temporal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.changeover.telemetry.Tracing;
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

    /** The SDK tags some values of a meter more than others; Prometheus drops such meters. */
    @Test
    void prometheus_gets_the_meters_that_answer_a_question_with_few_tags() throws Exception {
        var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        List<String> dropped = Collections.synchronizedList(new ArrayList<>());
        registry.config().onMeterRegistrationFailed((id, reason) -> dropped.add(id + ": " + reason));
        var settings = TemporalSettings.in(data).external(RealTemporal.address());

        try (var connection = TemporalConnection.open(settings, registry, Namespace.Admission.ANY, Tracing.OFF);
                var workers = TemporalWorkersTest.greeting(connection, "measured")) {
            await().atMost(Duration.ofMinutes(1)).until(workers::running);
            assertThat(TemporalWorkersTest.greet(connection, "measured")).isEqualTo("hello Ada");
        }

        assertThat(dropped).isEmpty();
        assertThat(registry.scrape().lines().filter(line -> !line.startsWith("#")))
                .anyMatch(line -> line.startsWith(
                        "temporal_workflow_task_schedule_to_start_latency_seconds_count{" + "task_queue=\"measured\"}"))
                .hasSizeLessThan(20);
        assertThat(registry.isClosed()).isFalse();
    }
}
