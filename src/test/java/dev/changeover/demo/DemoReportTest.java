package dev.changeover.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.changeover.demo.DemoReport.LatencyMs;
import dev.changeover.demo.DemoReport.Node;
import dev.changeover.demo.DemoReport.Sessions;
import dev.changeover.demo.Traffic.Latency;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoReportTest {
    private static final DemoReport REPORT = new DemoReport(
            "7f0c",
            30_000,
            0,
            0.0001,
            new Sessions(45, 5, 0),
            new LatencyMs(new Latency(0.8, 3.0, 9.5), new Latency(0.9, 4.25, 40)),
            List.of(new Node("node-1", "2.6.12.3", "2.6.12.4", 412)),
            "dev-server",
            "haproxy");

    @TempDir
    Path directory;

    @Test
    void the_file_has_the_agreed_shape() throws IOException {
        Path file = directory.resolve("demo/report.json");

        REPORT.writeTo(file);

        var json = new ObjectMapper();
        assertThat(json.readTree(file.toFile())).isEqualTo(json.readTree("""
                {"job_id": "7f0c", "connections": 30000, "failed": 0, "failed_upper_bound": 1.0E-4,
                 "sessions": {"kept": 45, "closed_by_age": 5, "cut": 0},
                 "latency_ms": {"before": {"p50": 0.8, "p99": 3.0, "max": 9.5},
                                "during": {"p50": 0.9, "p99": 4.25, "max": 40.0}},
                 "nodes": [{"node_id": "node-1", "from": "2.6.12.3", "to": "2.6.12.4", "handover_ms": 412}],
                 "temporal": "dev-server", "engine": "haproxy"}
                """));
    }

    @Test
    void people_read_the_same() {
        assertThat(REPORT.text().lines())
                .contains(
                        "connections  30,000 made, 0 failed (at most 0.0100 % with 95 % confidence)",
                        "sessions     45 kept, 5 closed by age, 0 cut",
                        "latency      before: p50 0.8 ms, p99 3.0 ms, max 9.5 ms",
                        "node         node-1: 2.6.12.3 to 2.6.12.4, handed over in 412 ms");
    }

    @Test
    void no_failure_among_many_is_bounded_by_three_in_as_many() {
        assertThat(DemoReport.upperBound(0, 30_000)).isEqualTo(0.0001);
        assertThat(DemoReport.upperBound(0, 0)).as("nothing was tried").isEqualTo(1);
        assertThat(DemoReport.upperBound(0, 2)).as("a share").isEqualTo(1);
    }

    @Test
    void some_failures_are_bounded_by_the_poisson_limit() {
        assertThat(DemoReport.upperBound(1, 1000) * 1000).isCloseTo(4.74, within(0.05));
        assertThat(DemoReport.upperBound(10, 1000) * 1000).isCloseTo(16.96, within(0.05));
        assertThat(DemoReport.upperBound(100, 1000) * 1000).isCloseTo(118.08, within(0.2));
    }

    @Test
    void is_made_from_traffic_that_has_ended() throws IOException {
        try (var database = FakeMySqlServer.start("traffic needs an end")) {
            var clients = ShortConnections.start(List.of(database.address()), database.app(), 500);
            await().until(() -> clients.total().connections() > 20);
            clients.mark("during");
            await().until(() -> clients.of("during").connections() > 20);
            clients.close();

            var report = DemoReport.of("job", clients, new Sessions(1, 0, 0), List.of(), "in-process", "sandbox");

            assertThat(report.connections()).isEqualTo(clients.total().connections());
            assertThat(report.failed()).isZero();
            assertThat(report.failedUpperBound()).isEqualTo(3.0 / report.connections());
            assertThat(report.latencyMs().during().max()).isPositive();
        }
    }
}
