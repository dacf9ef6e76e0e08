package dev.changeover.bench;

import static dev.changeover.bench.Page.figure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.changeover.demo.HaproxyKernels.Kernel;
import dev.changeover.demo.Python;
import dev.changeover.demo.RealParts;
import dev.changeover.demo.ShortConnections;
import dev.changeover.haproxy.Generation;
import dev.changeover.haproxy.RunDirectory;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent, as it is delivered, on a host full of sockets, with thousands of sessions in each generation. */
class BusyHostBench {
    /** On the host; each connection that stays is two of them. */
    private static final int SOCKETS = 200_000;

    /** Of these, in TIME-WAIT: less than the kernel keeps. */
    private static final int ENDED = 60_000;

    /** In each generation. */
    private static final int SESSIONS = 5_000;

    private static final int PER_SECOND = 300;
    private static final int DEATHS = 3;

    /** Three starts in a minute would be a crash loop. */
    private static final Duration APART = Duration.ofSeconds(30);

    /** As long as a start counts. */
    private static final Duration IDLE = Duration.ofMinutes(1);

    /** What a full host may cost; how much an agent may need at all is for {@link FootprintBench}. */
    private static final double MEBIBYTES = 8;

    private static final double BACK_MILLIS = 1_000;

    private final Kernel older = RealParts.kernels().older();
    private final Kernel newer = RealParts.kernels().newer();

    private record Measured(
            long sockets, int sessions, double processor, double handOver, long failed, double back, double peak) {}

    @Test
    void a_full_host_slows_no_agent_down(@TempDir Path home) throws Exception {
        Measured quiet;
        Measured busy;
        try (var sockets = new Sockets();
                var orders = new AgentOrders()) {
            quiet = measure(home, "q", 0, sockets, orders);
            sockets.say("keep %d".formatted((SOCKETS - ENDED) / 2));
            busy = measure(home, "b", SESSIONS, sockets, orders);
        }
        Page.write(
                Page.Chapter.BUSY_HOST,
                """
                An agent, as it is delivered, and its HAProxy on a host that has nothing else, and on one with %d
                TCP sockets, %d of them in TIME-WAIT, and %d sessions in each of two generations. Connections come at %d
                a second (connect, log in, one query) while the handover is made. The agent's processor time is that of
                %d s in which nobody orders anything. Then HAProxy is killed with SIGKILL, %d times, half a minute
                apart: *back* is the longest until the database greets a client again. The aims: back within 1 s, and at
                most %d MiB more than on the quiet host.""".formatted(SOCKETS, ENDED, SESSIONS, PER_SECOND, IDLE.toSeconds(), DEATHS, Math.round(MEBIBYTES)),
                Page.table(List.of(
                        List.of(
                                "host",
                                "TCP sockets",
                                "sessions",
                                "agent, % of a processor",
                                "handover ms",
                                "failed",
                                "back ms",
                                "agent's peak MiB"),
                        row("quiet", quiet),
                        row("busy", busy))));

        assertThat(busy.sockets()).isGreaterThanOrEqualTo(SOCKETS);
        assertThat(busy.failed()).isZero();
        assertThat(busy.back()).isLessThanOrEqualTo(BACK_MILLIS);
        assertThat(busy.peak()).isLessThanOrEqualTo(quiet.peak() + MEBIBYTES);
    }

    private Measured measure(Path home, String name, int sessions, Sockets sockets, AgentOrders orders)
            throws Exception {
        var host = AgentProcess.home(home, name, older);
        int second = BenchHost.freeAddress().getPort();
        Files.writeString(
                host.configuration(),
                Files.readString(host.configuration()).replace("maxconn 2000", "maxconn 8000")
                        + """
                listen others
                    bind 127.0.0.1:%d
                    option tcp-check
                    server sink 127.0.0.1:%d check inter 1s
                """.formatted(second, sockets.sink));
        var agent = AgentProcess.start(
                host.directory(), new JarProcess.Settings("agent", JarProcess.AS_DELIVERED, Map.of()));
        var run = host.directory().resolve("run");
        try {
            greeted(host.address());
            sockets.say("sessions %d %d".formatted(sessions, second));
            long failed;
            double handOver;
            try (var clients = ShortConnections.start(
                    List.of(host.address()), BenchHost.database().app(), PER_SECOND)) {
                clients.mark("handover");
                handOver = orders.upgrade("bench-" + name, newer).millis();
                await().until(() -> clients.of("handover").connections() > PER_SECOND);
                failed = clients.of("handover").failed();
            }
            sockets.say("sessions %d %d".formatted(sessions, second));
            var before = agent.processorSeconds();
            JarProcess.pass(IDLE);
            var processor = 100 * (agent.processorSeconds() - before) / IDLE.toSeconds();
            if (sessions > 0) sockets.say("close %d".formatted(ENDED));
            long there = sockets();
            var back = 0.0;
            for (int i = 0; i < DEATHS; i++) {
                if (i > 0) JarProcess.pass(APART);
                back = Math.max(back, back(run, host.address()));
            }
            return new Measured(there, sessions, processor, handOver, failed, back, agent.peak());
        } finally {
            agent.end();
            AgentNode.end(run);
        }
    }

    /** Milliseconds from the death of the newest generation until clients are greeted again. */
    private static double back(Path run, InetSocketAddress address) {
        var newest = await().until(() -> newest(run), Optional::isPresent).orElseThrow();
        var began = System.nanoTime();
        for (var pid : List.of(newest.master(), newest.worker())) {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        }
        await().pollDelay(Duration.ZERO).until(() -> !RunDirectory.isRunning(newest.worker()));
        greeted(address);
        return (System.nanoTime() - began) / (double) TimeUnit.MILLISECONDS.toNanos(1);
    }

    /** Empty as long as the one that was just started is not known yet. */
    private static Optional<Generation.Live> newest(Path run) throws IOException {
        return new RunDirectory(run)
                .generations().stream()
                        .filter(Generation.Live.class::isInstance)
                        .map(Generation.Live.class::cast)
                        .filter(live -> !live.stopping())
                        .max(Comparator.comparing(Generation.Live::number));
    }

    private static void greeted(InetSocketAddress address) {
        await().atMost(Duration.ofMinutes(1))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .ignoreExceptions()
                .until(() -> {
                    try (var client = new Socket()) {
                        client.setSoTimeout(2_000);
                        client.connect(address, 2_000);
                        return client.getInputStream().read() >= 0;
                    }
                });
    }

    /** As the kernel counts them: in use, and in TIME-WAIT. */
    private static long sockets() throws IOException {
        var words = List.of(Files.readString(Path.of("/proc/net/sockstat"))
                .lines()
                .filter(line -> line.startsWith("TCP:"))
                .findFirst()
                .orElseThrow()
                .split(" "));
        return Long.parseLong(words.get(words.indexOf("inuse") + 1))
                + Long.parseLong(words.get(words.indexOf("tw") + 1));
    }

    private static List<String> row(String host, Measured it) {
        return List.of(
                host,
                String.valueOf(it.sockets()),
                it.sessions() == 0 ? "0" : "2 × " + it.sessions(),
                figure(it.processor()),
                figure(it.handOver()),
                String.valueOf(it.failed()),
                figure(it.back()),
                figure(it.peak()));
    }

    /** The process that holds them, because a JVM with so many files starts no other program in time. */
    private static final class Sockets implements AutoCloseable {
        private final Process process;
        private final BufferedReader answers;
        private final int sink;

        Sockets() throws IOException {
            process = Python.start(new ProcessBuilder("python3", "src/test/resources/bench/sockets.py")
                    .redirectError(ProcessBuilder.Redirect.INHERIT));
            answers = process.inputReader();
            sink = Integer.parseInt(answer());
        }

        private String answer() throws IOException {
            var line = answers.readLine();
            if (line == null) throw new IOException("the process with the sockets ended");
            return line;
        }

        /** Returns when it is done. */
        void say(String command) throws IOException {
            var input = process.outputWriter();
            input.write(command + "\n");
            input.flush();
            answer();
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }
}
