package dev.changeover.bench;

import static dev.changeover.bench.Page.figure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.changeover.demo.HaproxyKernels.Kernel;
import dev.changeover.demo.Python;
import dev.changeover.demo.RealParts;
import dev.changeover.haproxy.Generation;
import dev.changeover.haproxy.RunDirectory;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An agent, as it is delivered, on a host full of sockets, with thousands of sessions in each generation and thousands of
 * connections a second.
 */
class BusyHostBench {
    /** On the host; each connection that stays is two of them. */
    private static final int SOCKETS = 200_000;

    /** Of these, in TIME-WAIT: less than the kernel keeps. */
    private static final int ENDED = 60_000;

    /** In each generation. */
    private static final int SESSIONS = 5_000;

    /** At most; the host may carry fewer. */
    private static final int PER_SECOND = 10_000;

    private static final int DEATHS = 3;

    /** Three starts in a minute would be a crash loop. */
    private static final Duration APART = Duration.ofSeconds(30);

    /** With the agent stopped and with it at work, in turns; together as long as a start counts. */
    private static final Duration TURN = Duration.ofSeconds(15);

    private static final int TURNS = 2;

    /** What an agent may need on a full host. */
    private static final double MEBIBYTES = 128;

    private static final double BACK_MILLIS = 1_000;

    private final Kernel older = RealParts.kernels().older();
    private final Kernel newer = RealParts.kernels().newer();

    private record Measured(
            long sockets,
            int sessions,
            double without,
            double with,
            double processor,
            double handOver,
            long failed,
            double back,
            double peak) {}

    @Test
    void a_full_host_slows_no_agent_down(@TempDir Path home) throws Exception {
        Measured quiet;
        Measured busy;
        try (var sockets = new Sockets();
                var server = new Sockets();
                var orders = new AgentOrders()) {
            quiet = measure(home, "q", 0, sockets, server, orders);
            sockets.say("keep %d".formatted((SOCKETS - ENDED) / 2));
            busy = measure(home, "b", SESSIONS, sockets, server, orders);
        }
        Page.write(
                Page.Chapter.BUSY_HOST,
                """
                An agent, as it is delivered, and its HAProxy on a host that has nothing else, and on one with %d
                TCP sockets, %d of them in TIME-WAIT, and %d sessions in each of two generations. Up to %d connections
                come a second (connect, read a byte, reset; %d at once), also while the handover is made and HAProxy is
                killed. *Without* is how many got their byte a second while the agent's process was stopped, *with* while
                it was at work and nobody ordered anything, in turns of %d s; its processor time is of the latter.
                *Failed* counts from the handover to the last turn. Then HAProxy is killed with SIGKILL, %d times, half a
                minute apart: *back* is the longest until the database greets a client again. The aims: none fails, back
                within 1 s, and an agent's peak of at most %d MiB.""".formatted(
                                SOCKETS,
                                ENDED,
                                SESSIONS,
                                PER_SECOND,
                                LeanConnections.AT_ONCE,
                                TURN.toSeconds(),
                                DEATHS,
                                Math.round(MEBIBYTES)),
                Page.table(List.of(
                        List.of(
                                "host",
                                "TCP sockets",
                                "sessions",
                                "a second without",
                                "with",
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
        assertThat(busy.peak()).isLessThanOrEqualTo(MEBIBYTES);
    }

    private Measured measure(Path home, String name, int sessions, Sockets sockets, Sockets server, AgentOrders orders)
            throws Exception {
        var host = AgentProcess.home(home, name, older);
        int second = BenchHost.freeAddress().getPort();
        var third = BenchHost.freeAddress();
        Files.writeString(
                host.configuration(),
                Files.readString(host.configuration()).replace("maxconn 2000", "maxconn 8000")
                        + """
                listen stay
                    bind 127.0.0.1:%d
                    server sink 127.0.0.1:%d check inter 1s
                listen come-and-go
                    bind 127.0.0.1:%d
                    server greeter 127.0.0.1:%d check inter 1s
                """.formatted(second, sockets.sink, third.getPort(), server.greeter));
        Files.writeString(host.directory().resolve("agent.toml"), """
                [backends]
                stay = "other"
                come-and-go = "other"
                """, StandardOpenOption.APPEND);
        var agent = AgentProcess.start(
                host.directory(), new JarProcess.Settings("agent", JarProcess.AS_DELIVERED, Map.of()));
        var run = host.directory().resolve("run");
        try {
            greeted(host.address());
            sockets.say("sessions %d %d".formatted(sessions, second));
            var without = new Share();
            var with = new Share();
            var clients = LeanConnections.start(third, PER_SECOND);
            long there;
            double handOver;
            try (clients) {
                if (sessions > 0) sockets.say("close %d".formatted(ENDED));
                there = sockets();
                handOver = orders.upgrade("bench-" + name, newer).millis();
                sockets.say("sessions %d %d".formatted(sessions, second));
                for (int i = 0; i < TURNS; i++) {
                    signal(agent, "STOP");
                    without.take(clients, agent);
                    signal(agent, "CONT");
                    with.take(clients, agent);
                }
            }
            var failed = clients.count().failed();
            var back = 0.0;
            try (var more = LeanConnections.start(third, PER_SECOND)) {
                if (sessions > 0) sockets.say("close %d".formatted(ENDED));
                there = Math.min(there, sockets());
                for (int i = 0; i < DEATHS; i++) {
                    if (i > 0) JarProcess.pass(APART);
                    back = Math.max(back, back(run, host.address()));
                    more.count();
                }
            }
            return new Measured(
                    there,
                    sessions,
                    without.perSecond(),
                    with.perSecond(),
                    with.processor(),
                    handOver,
                    failed,
                    back,
                    agent.peak());
        } finally {
            agent.end();
            AgentNode.end(run);
        }
    }

    private static void signal(JarProcess process, String name) throws Exception {
        new ProcessBuilder("kill", "-" + name, String.valueOf(process.process().pid()))
                .start()
                .waitFor();
    }

    /** What clients got and the agent took in all turns of one kind. */
    private static final class Share {
        private double seconds;
        private double answered;
        private double processor;

        void take(LeanConnections clients, JarProcess agent) throws IOException {
            var began = clients.count();
            var took = agent.processorSeconds();
            JarProcess.pass(TURN);
            var turn = clients.count().since(began);
            seconds += turn.nanos() / (double) TimeUnit.SECONDS.toNanos(1);
            answered += turn.answered();
            processor += agent.processorSeconds() - took;
        }

        double perSecond() {
            return answered / seconds;
        }

        /** In percent. */
        double processor() {
            return 100 * processor / seconds;
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
                String.valueOf(Math.round(it.without())),
                String.valueOf(Math.round(it.with())),
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
        private final int greeter;

        Sockets() throws IOException {
            process = Python.start(new ProcessBuilder("python3", "src/test/resources/bench/sockets.py")
                    .redirectError(ProcessBuilder.Redirect.INHERIT));
            answers = process.inputReader();
            var ports = answer().split(" ");
            sink = Integer.parseInt(ports[0]);
            greeter = Integer.parseInt(ports[1]);
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
