package dev.changeover.bench;

import static dev.changeover.bench.Page.figure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.changeover.demo.RealParts;
import dev.changeover.demo.ShortConnections;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Short connections through many handovers, as many as one wants to wait for. */
class ManyHandoversBench {
    /** How many at least; {@code -Dbench.connections}. */
    private static final int CONNECTIONS = Integer.getInteger("bench.connections", 30_000);

    /** {@code -Dbench.handovers}. */
    private static final int HANDOVERS = Integer.getInteger("bench.handovers", 30);

    /** A second; {@code -Dbench.rate}. More than the host carries fails by itself, without any handover. */
    private static final int RATE = Integer.getInteger("bench.rate", 300);

    @Test
    void no_connection_fails_in_many_handovers(@TempDir Path home) throws Exception {
        var kernels = RealParts.kernels();
        try (var node = new AgentNode(home, kernels.older())) {
            node.stage(kernels.newer());
            try (var clients = ShortConnections.start(
                    List.of(node.address()), BenchHost.database().app(), RATE)) {
                for (int i = 0; i < HANDOVERS; i++) {
                    clients.mark(phase(i));
                    node.handOver(i % 2 == 0 ? kernels.newer() : kernels.older());
                    pass(clients, phase(i));
                }
                clients.mark("after");
                var phases = IntStream.range(0, HANDOVERS)
                        .mapToObj(i -> clients.of(phase(i)))
                        .toList();
                phases.stream()
                        .flatMap(phase -> phase.reasons().stream())
                        .limit(10)
                        .forEach(System.out::println);
                long made =
                        phases.stream().mapToLong(phase -> phase.connections()).sum();
                long failed = phases.stream().mapToLong(phase -> phase.failed()).sum();
                var slowest = phases.stream()
                        .mapToDouble(phase -> phase.latency().max())
                        .max()
                        .orElse(0);
                write(made, failed, slowest);

                assertThat(made).isGreaterThanOrEqualTo(CONNECTIONS);
                assertThat(failed).as("failed of %d", made).isZero();
            }
        }
    }

    private static String phase(int number) {
        return "handover " + number;
    }

    private static void pass(ShortConnections clients, String phase) {
        var share = (CONNECTIONS + HANDOVERS - 1) / HANDOVERS;
        await(phase)
                .atMost(Duration.ofSeconds(60L + 3L * share / RATE))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> clients.of(phase).connections() >= share);
    }

    private static void write(long made, long failed, double slowest) {
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("a second", "handovers", "short connections", "failed", "slowest ms"));
        rows.add(List.of(
                String.valueOf(RATE),
                String.valueOf(HANDOVERS),
                String.valueOf(made),
                String.valueOf(failed),
                figure(slowest)));
        Page.write(Page.Chapter.MANY_HANDOVERS, """
                The same without sessions that stay, through one handover after the other (`-Dbench.connections=1000000` makes
                as many connections, `-Dbench.handovers` and `-Dbench.rate` say through how many handovers and how fast).""", Page.table(rows));
    }
}
