package dev.changeover.bench;

import static dev.changeover.bench.Page.figure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.demo.HaproxyKernels.Kernel;
import dev.changeover.demo.RealParts;
import dev.changeover.temporal.RealTemporal;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Start, idle processor time and memory of server and agent, under the settings that one might choose. */
class FootprintBench {
    private static final Duration IDLE = Duration.ofSeconds(20);
    private static final Duration SETTLE = Duration.ofSeconds(5);
    private static final double AGENT_MEBIBYTES = 128;
    private static final String DELIVERED = "as delivered";

    private final Kernel older = RealParts.kernels().older();
    private final Kernel newer = RealParts.kernels().newer();
    private final HttpClient http = HttpClient.newHttpClient();

    private record Measured(String name, double readyAfter, double idlePercent, double resident, double peak) {
        Measured peaking(double higher) {
            return new Measured(name, readyAfter, idlePercent, resident, higher);
        }
    }

    @Test
    void agent_and_server_stay_small(@TempDir Path home) throws Exception {
        var agents = agents(home);
        var servers = servers(home);
        Page.write(
                Page.Chapter.FOOTPRINT,
                """
                `changeover.jar` as separate processes, connected to a Temporal that runs already. An agent is *ready*
                when its log says that it takes orders and that Temporal answers, a server when its health is UP. Idle
                is %d s in which nobody asks for anything: the agent looks at its HAProxy every second, and both poll
                Temporal. Memory is what is resident after that, and the most that ever was; HAProxy's own is not in
                it. An agent's peak includes an upgrade: a package fetched and unpacked, and a handover. They start one
                after the other and idle at the same time. The aim for the agent is at most %d MiB.""".formatted(IDLE.toSeconds(), Math.round(AGENT_MEBIBYTES)),
                table("agent", agents),
                """
                What is delivered for the agent (`src/main/dist/changeover`): the serial collector and only the first
                compiler, because an agent computes nothing; a heap of 8 to 48 MiB with 2 for what is young, which grows
                in small steps and shrinks in one; the memory that the compiler needed, given back every five seconds;
                compact object headers; chunks of 128 KiB for what gRPC sends and receives; at most 2 MiB to compile a
                method, because two of the JDK's that lambdas need once took 4 and 7, now and then just while a package
                was unpacked. About 11 MiB of the heap live after the start, 6 of them the index of the one jar.
                Unpacking a kernel package needs some 8 more for a moment, and with a heap of 24 and 28 MiB that ended
                in an OutOfMemoryError; the agent collects its garbage right before, so that the heap grows by no more,
                and right after, else each package would leave its 8 MiB until the heap is full. An agent that has no
                memory left ends, and its unit starts it again. What is not the heap is mostly classes, some 37 MiB with
                their names, of which gRPC's HTTP/2 and Jackson are the largest parts; the messages of every call of
                Temporal's interface, 8 MiB that its SDK loads to count calls, are left out of a process that counts
                none. The rest is the JVM itself, some 35 MiB of its program and of its archive of the JDK's classes,
                and 4 of compiled code. Smaller stacks save nothing worth a risk. One malloc arena saves little, and
                HAProxy, which has many threads, would inherit it from the agent's environment. An archive of loaded
                classes (AOT cache, CDS) shortens the start but needs more memory, and has to be made again for every
                JDK and every jar; HAProxy serves without waiting for the agent, so it is left out.

                What was tried and left out, each beside the same agent: a jar without 8,000 of its 49,000 entries, netty
                with one arena, no archive of the JDK's classes, soft references cleared at once (at most 1 MiB less each),
                and a compiler that waits three times longer (2 MiB less, and a tenth more of a processor at the start).""",
                table("server", servers));

        assertThat(agents)
                .filteredOn(agent -> agent.name().equals(DELIVERED))
                .allSatisfy(agent -> assertThat(agent.peak()).isLessThanOrEqualTo(AGENT_MEBIBYTES));
    }

    private List<Measured> agents(Path home) throws IOException, InterruptedException {
        var small = List.of("-Xmx48m", "-XX:+UseSerialGC");
        var first = with(small, "-XX:TieredStopAtLevel=1");
        var thrifty = with(
                first,
                "-Xms8m",
                "-XX:NewSize=2m",
                "-XX:MaxNewSize=2m",
                "-XX:MinHeapFreeRatio=5",
                "-XX:MaxHeapFreeRatio=10",
                "-XX:-ShrinkHeapInSteps");
        var trimmed = with(thrifty, "-XX:TrimNativeHeapInterval=5000");
        var compact = with(trimmed, "-XX:+UseCompactObjectHeaders");
        var chunks = with(compact, "-Dio.grpc.netty.shaded.io.netty.allocator.maxOrder=4");
        var bounded = with(chunks, "-XX:CompileCommand=quiet", "-XX:CompileCommand=MemLimit,*.*,2m");
        var cache = home.resolve("agent.aot");
        var settings = new ArrayList<>(List.of(
                new JarProcess.Settings(DELIVERED, JarProcess.AS_DELIVERED, Map.of()),
                new JarProcess.Settings("the JVM's own choice", List.of(), Map.of()),
                new JarProcess.Settings("48 MiB heap, serial collector", small, Map.of()),
                new JarProcess.Settings("the same, first compiler only", first, Map.of()),
                new JarProcess.Settings("the same, small steps of the heap", thrifty, Map.of()),
                new JarProcess.Settings("the same, native memory given back", trimmed, Map.of()),
                new JarProcess.Settings("the same, compact object headers", compact, Map.of()),
                new JarProcess.Settings("the same, small chunks of netty", chunks, Map.of()),
                new JarProcess.Settings("the same, compilations of at most 2 MiB", bounded, Map.of()),
                new JarProcess.Settings("all that, 256 KiB stacks", with(bounded, "-Xss256k"), Map.of()),
                new JarProcess.Settings("all that, one malloc arena", bounded, Map.of("MALLOC_ARENA_MAX", "1"))));
        if (train(home, with(bounded, "-XX:AOTCacheOutput=" + cache))) {
            settings.add(
                    new JarProcess.Settings("all that, AOT cache", with(bounded, "-XX:AOTCache=" + cache), Map.of()));
        }
        var running = new ArrayList<JarProcess>();
        var nodes = new ArrayList<Path>();
        try (var orders = new AgentOrders()) {
            for (var setting : settings) {
                var node = AgentProcess.home(home, "n" + nodes.size(), older).directory();
                nodes.add(node);
                running.add(AgentProcess.start(node, setting));
            }
            var idle = idle(settings, running);
            var measured = new ArrayList<Measured>();
            for (int i = 0; i < running.size(); i++) {
                orders.upgrade("bench-n" + i, newer);
                measured.add(idle.get(i).peaking(running.get(i).peak()));
            }
            return measured;
        } finally {
            for (var agent : running) {
                agent.end();
            }
            for (var node : nodes) {
                AgentNode.end(node.resolve("run"));
            }
        }
    }

    /** An AOT cache is made by a run that does what later runs do; false where this JVM makes none. */
    private boolean train(Path home, List<String> flags) throws IOException, InterruptedException {
        var node = AgentProcess.home(home, "t", older).directory();
        try {
            AgentProcess.start(node, new JarProcess.Settings("training", flags, Map.of()))
                    .end();
            return Files.exists(home.resolve("agent.aot"));
        } finally {
            AgentNode.end(node.resolve("run"));
        }
    }

    private List<Measured> servers(Path home) throws IOException, InterruptedException {
        var settings = List.of(
                new JarProcess.Settings(DELIVERED, JarProcess.AS_DELIVERED, Map.of()),
                new JarProcess.Settings("the JVM's own choice", List.of(), Map.of()),
                new JarProcess.Settings(
                        "256 MiB heap, serial collector", List.of("-Xmx256m", "-XX:+UseSerialGC"), Map.of()));
        var running = new ArrayList<JarProcess>();
        try {
            for (var setting : settings) {
                running.add(startServer(Files.createDirectories(home.resolve("s" + running.size())), setting));
            }
            return idle(settings, running);
        } finally {
            for (var server : running) {
                server.end();
            }
        }
    }

    private JarProcess startServer(Path directory, JarProcess.Settings settings) throws IOException {
        int port = BenchHost.freeAddress().getPort();
        var health = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/health"))
                .timeout(Duration.ofSeconds(5))
                .build();
        Callable<Boolean> isUp =
                () -> http.send(health, HttpResponse.BodyHandlers.ofString()).statusCode() == 200;
        return JarProcess.start(
                directory,
                settings,
                Map.of(
                        "CHANGEOVER_DATA", directory.toString(),
                        "CHANGEOVER_PORT", String.valueOf(port),
                        "CHANGEOVER_TEMPORAL_MODE", "EXTERNAL",
                        "TEMPORAL_ADDRESS", RealTemporal.address()),
                isUp,
                "server");
    }

    private static List<Measured> idle(List<JarProcess.Settings> settings, List<JarProcess> running)
            throws IOException {
        // What the last one still does to warm up is not idleness.
        JarProcess.pass(SETTLE);
        var before = new ArrayList<Double>();
        for (var process : running) {
            before.add(process.processorSeconds());
        }
        var began = System.nanoTime();
        JarProcess.pass(IDLE);
        var measured = new ArrayList<Measured>();
        for (int i = 0; i < running.size(); i++) {
            var process = running.get(i);
            var seconds = (System.nanoTime() - began) / (double) TimeUnit.SECONDS.toNanos(1);
            measured.add(new Measured(
                    settings.get(i).name(),
                    process.readyAfter(),
                    100 * (process.processorSeconds() - Objects.requireNonNull(before.get(i))) / seconds,
                    process.resident(),
                    process.peak()));
        }
        return measured;
    }

    private static String table(String role, List<Measured> measured) {
        var head = List.of(role, "ready after s", "idle, % of a processor", "resident MiB", "peak MiB");
        return Page.table(Stream.concat(
                        Stream.of(head),
                        measured.stream()
                                .map(it -> List.of(
                                        it.name(),
                                        figure(it.readyAfter()),
                                        figure(it.idlePercent()),
                                        figure(it.resident()),
                                        figure(it.peak()))))
                .toList());
    }

    private static List<String> with(List<String> flags, String... more) {
        return Stream.concat(flags.stream(), Stream.of(more)).toList();
    }
}
