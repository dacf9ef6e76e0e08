package dev.changeover.bench;

import static dev.changeover.bench.Page.figure;
import static dev.changeover.bench.Page.median;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.changeover.demo.HaproxyKernels.Kernel;
import dev.changeover.demo.PersistentClients;
import dev.changeover.demo.RealParts;
import dev.changeover.demo.ShortConnections;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Adopting a HAProxy, and a handover with few and with many backends, beside the shell script that does the same. */
class AdoptionBench {
    private static final int PER_SECOND = 200;
    private static final int STAYING = 50;
    private static final int ROUNDS = 4;
    private static final int MEASURED = 2 * PER_SECOND;
    private static final String AGENT = "agent";
    private static final String SCRIPT = "script";

    private final Kernel older = RealParts.kernels().older();
    private final Kernel newer = RealParts.kernels().newer();
    private final Map<String, List<Round>> rounds = new LinkedHashMap<>();

    private record Round(long connections, long failed, long cut, Map<String, Long> parts) {
        double millis(String... of) {
            var names = of.length == 0 ? List.copyOf(parts.keySet()) : List.of(of);
            return names.stream()
                    .mapToLong(name -> parts.getOrDefault(name, 0L))
                    .sum();
        }
    }

    private interface Happening {
        Map<String, Long> happen() throws IOException, InterruptedException;
    }

    @Test
    void adopts_and_hands_many_backends_over_without_a_failed_connection(@TempDir Path home) throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            try (var ours = new ForeignNode(Files.createDirectories(home.resolve("f" + i)), older);
                    var script = new ScriptNode(Files.createDirectories(home.resolve("s" + i)), older)) {
                measure("adoption, " + AGENT, ours.address(), ours::adopt);
                measure("adoption, " + SCRIPT, script.address(), () -> script.handOver(older));
            }
        }
        for (var backends : List.of(3, 50)) {
            var parent = Files.createDirectories(home.resolve("b" + backends));
            try (var ours = new AgentNode(parent, older, backends);
                    var script = new ScriptNode(parent, older, backends)) {
                ours.stage(newer);
                script.stage(newer);
                for (int i = 0; i < ROUNDS; i++) {
                    var next = i % 2 == 0 ? newer : older;
                    measure(handover(backends, AGENT), ours.address(), () -> ours.handOver(next));
                    measure(handover(backends, SCRIPT), script.address(), () -> script.handOver(next));
                }
            }
        }
        write();

        assertThat(rounds.values())
                .allSatisfy(each -> assertThat(each)
                        .allSatisfy(round ->
                                assertThat(round.failed() + round.cut()).isZero()));
    }

    private static String handover(int backends, String by) {
        return "handover with %d backends, %s".formatted(backends, by);
    }

    private void measure(String what, InetSocketAddress address, Happening happening)
            throws IOException, InterruptedException {
        var login = BenchHost.database().app();
        try (var staying = PersistentClients.open(List.of(address), login, STAYING, Duration.ofMillis(500));
                var coming = ShortConnections.start(List.of(address), login, PER_SECOND)) {
            await().atMost(Duration.ofSeconds(60)).until(() -> coming.total().connections() >= MEASURED / 2);
            coming.mark("during");
            var parts = happening.happen();
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> coming.of("during").connections() >= MEASURED);
            coming.mark("after");
            var during = coming.of("during");
            during.reasons().stream().limit(3).forEach(System.out::println);
            rounds.computeIfAbsent(what, first -> new ArrayList<>())
                    .add(new Round(
                            during.connections(),
                            during.failed(),
                            staying.ended().size(),
                            parts));
        }
    }

    private void write() {
        var clients = new ArrayList<List<String>>();
        clients.add(List.of("", "rounds", "short connections", "failed", "sessions cut", "whole ms"));
        rounds.forEach((what, each) -> clients.add(List.of(
                what,
                String.valueOf(each.size()),
                String.valueOf(each.stream().mapToLong(Round::connections).sum()),
                String.valueOf(each.stream().mapToLong(Round::failed).sum()),
                "%d of %d".formatted(each.stream().mapToLong(Round::cut).sum(), STAYING * each.size()),
                figure(middle(what)))));
        var times = new ArrayList<List<String>>();
        times.add(List.of("median of %d, ms".formatted(ROUNDS), "3 backends", "50 backends"));
        for (var part : List.of("preflight", "start", "checks", "prove", "commit", "confirm")) {
            times.add(
                    List.of(part, figure(middle(handover(3, AGENT), part)), figure(middle(handover(50, AGENT), part))));
        }
        times.add(List.of("**start and commit, " + AGENT + "**", shared(3, AGENT), shared(50, AGENT)));
        times.add(List.of("**the same, " + SCRIPT + "**", shared(3, SCRIPT), shared(50, SCRIPT)));
        times.add(List.of("**ratio**", ratio(3), ratio(50)));
        Page.write(
                Page.Chapter.ADOPTION,
                """
                A HAProxy that somebody else started (master-worker, one backend), with %d short connections a second and %d
                sessions that stay. *Adoption* by the agent is the plan and its execution, without the start of a JVM: %s ms
                and %s ms (medians). It keeps the program that runs as a kernel, copies the listening sockets out of the process,
                and proves the new one as in a handover. By the script it is `handover.sh`, which needs `expose-fd listeners` in
                the running file.""".formatted(
                                PER_SECOND,
                                STAYING,
                                figure(middle("adoption, " + AGENT, "plan")),
                                figure(middle("adoption, " + AGENT, "carry out"))),
                Page.table(clients),
                """
                Where a handover's time goes. Each backend has one server with `check inter 1s`, and a login through its
                private door proves it. HAProxy spreads the first checks over one interval where there are many; *checks* is
                that time, and nothing is added to it. The script waits for no check. The aim for what both do is a ratio of
                at most 1.2.""",
                Page.table(times));
    }

    private String shared(int backends, String by) {
        return figure(middle(handover(backends, by), "start", "commit"));
    }

    private String ratio(int backends) {
        return Page.ratio(middle(handover(backends, AGENT), "start", "commit")
                / middle(handover(backends, SCRIPT), "start", "commit"));
    }

    private double middle(String what, String... parts) {
        return median(rounds.getOrDefault(what, List.of()).stream()
                .mapToDouble(round -> round.millis(parts))
                .toArray());
    }
}
