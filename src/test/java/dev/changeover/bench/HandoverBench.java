package dev.changeover.bench;

import static dev.changeover.bench.Page.figure;
import static dev.changeover.bench.Page.median;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.changeover.demo.HaproxyKernels.Kernel;
import dev.changeover.demo.PersistentClients;
import dev.changeover.demo.RealParts;
import dev.changeover.demo.ShortConnections;
import dev.changeover.demo.Traffic.Latency;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The effect of a handover on clients, and how long it takes, beside a shell script that does the same. */
class HandoverBench {
    private static final int PER_SECOND = 300;
    private static final int STAYING = 50;
    private static final int ROUNDS = 4;
    private static final int STOPS = 2;
    private static final int BEFORE = PER_SECOND;
    private static final int MEASURED = 4 * PER_SECOND;
    private static final List<String> SHARED_PARTS = List.of("start", "commit");
    private static final List<String> OWN_PARTS = List.of("preflight", "checks", "prove", "confirm");

    private final Kernel older = RealParts.kernels().older();
    private final Kernel newer = RealParts.kernels().newer();
    private final Map<Way, List<Round>> rounds = new EnumMap<>(Way.class);

    private enum Way {
        NOTHING("nothing happens"),
        OURS("handover by the agent"),
        SCRIPT("handover by the script"),
        STOP_START("stop and start");

        private final String words;

        Way(String words) {
            this.words = words;
        }
    }

    /** What clients saw in four seconds in which something happened, and the milliseconds that it took. */
    private record Round(long connections, long failed, long cut, Latency latency, Map<String, Long> parts) {}

    private interface Happening {
        Map<String, Long> happen() throws IOException, InterruptedException;
    }

    @Test
    void hands_over_without_a_failed_connection(@TempDir Path home) throws Exception {
        try (var ours = new AgentNode(home, older);
                var script = new ScriptNode(home, older)) {
            ours.stage(newer);
            script.stage(newer);
            for (int i = 0; i < ROUNDS; i++) {
                var next = i % 2 == 0 ? newer : older;
                measure(Way.NOTHING, ours.address(), Map::of);
                measure(Way.OURS, ours.address(), () -> ours.handOver(next));
                measure(Way.SCRIPT, script.address(), () -> script.handOver(next));
            }
            for (int i = 0; i < STOPS; i++) {
                measure(Way.STOP_START, script.address(), () -> script.stopAndStart(newer));
            }
        }
        write();

        assertThat(failed(Way.OURS)).isZero();
        assertThat(cut(Way.OURS)).isZero();
        assertThat(failed(Way.STOP_START)).as("the clients notice a stop").isPositive();
    }

    /** Fresh clients each time, so that every handover finds sessions that it must not cut. */
    private void measure(Way way, InetSocketAddress address, Happening happening)
            throws IOException, InterruptedException {
        var login = BenchHost.database().app();
        try (var staying = PersistentClients.open(List.of(address), login, STAYING, Duration.ofMillis(500));
                var coming = ShortConnections.start(List.of(address), login, PER_SECOND)) {
            awaitConnections(coming, "before", BEFORE);
            coming.mark("during");
            var parts = happening.happen();
            awaitConnections(coming, "during", MEASURED);
            coming.mark("after");
            var during = coming.of("during");
            during.reasons().stream().limit(3).forEach(System.out::println);
            rounds.computeIfAbsent(way, first -> new ArrayList<>())
                    .add(new Round(
                            during.connections(),
                            during.failed(),
                            staying.ended().size(),
                            during.latency(),
                            parts));
        }
    }

    private static void awaitConnections(ShortConnections coming, String phase, int number) {
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> coming.of(phase).connections() >= number);
    }

    private void write() {
        var clients = new ArrayList<List<String>>();
        clients.add(
                List.of("", "rounds", "short connections", "failed", "sessions cut", "p50 ms", "p99 ms", "slowest ms"));
        for (var way : Way.values()) {
            var of = rounds(way);
            clients.add(List.of(
                    way.words,
                    String.valueOf(of.size()),
                    String.valueOf(of.stream().mapToLong(Round::connections).sum()),
                    String.valueOf(failed(way)),
                    "%d of %d".formatted(cut(way), STAYING * of.size()),
                    figure(middle(way, round -> round.latency().p50())),
                    figure(middle(way, round -> round.latency().p99())),
                    figure(of.stream()
                            .mapToDouble(round -> round.latency().max())
                            .max()
                            .orElseThrow())));
        }
        var times = new ArrayList<List<String>>();
        times.add(List.of("median of %d, ms".formatted(ROUNDS), "agent", "script", "ratio"));
        for (var part : SHARED_PARTS) {
            times.add(timed(part, List.of(part)));
        }
        times.add(timed("**both**", SHARED_PARTS));
        for (var part : OWN_PARTS) {
            times.add(List.of(part, figure(part(Way.OURS, List.of(part))), "", ""));
        }
        times.add(List.of(
                "whole",
                figure(middle(Way.OURS, round -> sum(round, round.parts().keySet()))),
                "",
                ""));
        Page.write(
                Page.Chapter.HANDOVER,
                """
                One HAProxy in front of MariaDB, %d short connections a second (connect, log in, one query) and %d
                sessions that stay. A round is four seconds in which the thing happens once; the ways take turns, and
                from round to round the versions %s and %s alternate. Latency runs from the moment a connection was
                due. p50 and p99 are the median of the rounds.""".formatted(PER_SECOND, STAYING, older.reportedVersion(), newer.reportedVersion()),
                Page.table(clients),
                """
                The script (`src/test/resources/bench/handover.sh`) starts the new generation with the old one's
                sockets, waits until it answers, moves the boot pointer, and tells the old one to stop accepting. The
                agent does the same in the parts *start* and *commit*; the aim is a ratio of at most 1.2. The other
                parts are what the script does not do: try version and configuration, wait until the new generation's
                master answers too and its health checks agree with the old one's (as long as the check interval, here 1 s, asks for), log in to
                the database through it, and prove that it alone accepts. Clients wait for none of it: both
                generations accept meanwhile.""",
                Page.table(times));
    }

    private List<String> timed(String name, List<String> parts) {
        var ours = part(Way.OURS, parts);
        var script = part(Way.SCRIPT, parts);
        return List.of(name, figure(ours), figure(script), Page.ratio(ours / script));
    }

    private double part(Way way, List<String> parts) {
        return middle(way, round -> sum(round, parts));
    }

    private static double sum(Round round, Iterable<String> parts) {
        var sum = 0.0;
        for (var part : parts) {
            sum += round.parts().getOrDefault(part, 0L);
        }
        return sum;
    }

    private double middle(Way way, ToDoubleFunction<Round> figure) {
        return median(rounds(way).stream().mapToDouble(figure).toArray());
    }

    private long failed(Way way) {
        return rounds(way).stream().mapToLong(Round::failed).sum();
    }

    private long cut(Way way) {
        return rounds(way).stream().mapToLong(Round::cut).sum();
    }

    private List<Round> rounds(Way way) {
        return rounds.getOrDefault(way, List.of());
    }
}
