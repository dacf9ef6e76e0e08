package dev.changeover.temporal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.changeover.host.Loopback;
import dev.changeover.temporal.devserver.ParentOfDevServer;
import dev.changeover.temporal.devserver.ServerRecord;
import io.temporal.api.workflowservice.v1.DescribeNamespaceRequest;
import io.temporal.serviceclient.WorkflowServiceStubs;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DevServerTest {
    private static final Duration SOON = Duration.ofMinutes(1);

    @TempDir
    Path data;

    TemporalSettings settings = TemporalSettings.in(Path.of("unused"));

    @BeforeEach
    void have_the_program() {
        RealTemporal.program();
        settings = TestSettings.devServer(data);
    }

    @AfterEach
    void leave_nothing_running() throws IOException {
        ServerRecord.read(data).flatMap(ServerRecord::process).ifPresent(ProcessHandle::destroyForcibly);
        await().atMost(SOON)
                .until(() ->
                        ServerRecord.read(data).flatMap(ServerRecord::process).isEmpty());
    }

    @Test
    void starts_with_everything_set_and_ends_when_closed() throws Exception {
        try (var connection = TemporalConnection.open(settings)) {
            assertThat(connection.awaitReady(SOON).ready()).isTrue();

            assertThat(connection.description()).contains(connection.address(), "because the mode dev-server");
            assertThat(Loopback.answers(ServerRecord.port(connection.webUi().orElseThrow())))
                    .isTrue();
            assertThat(retentionOf(connection)).isEqualTo(Duration.ofDays(90));
        }
        assertThat(serverOf(data)).isEmpty();
    }

    @Test
    void tells_an_agent_on_the_same_host_where_it_is_and_nobody_else() throws Exception {
        try (var server = TemporalConnection.open(settings);
                var agent = open(server, data)) {

            assertThat(agent.awaitReady(SOON).ready()).isTrue();
            assertThat(agent.address()).isEqualTo(server.address());
            assertThat(agent.mode()).isEqualTo(TemporalMode.EXTERNAL);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("temporal.json"))))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void ends_with_its_parent_even_when_that_is_killed() throws Exception {
        var parent = parent("passing");
        var server = serverOf(data).orElseThrow();

        parent.destroyForcibly();

        await().atMost(SOON).until(() -> !server.isAlive());
    }

    @Test
    void outlives_a_killed_server_process_when_told_so_and_is_found_again() throws Exception {
        var parent = parent("outliving");
        var server = serverOf(data).orElseThrow();
        var address = ServerRecord.read(data).orElseThrow().address();
        parent.destroyForcibly().waitFor();

        try (var successor = TemporalConnection.open(TestSettings.outlivingParent(data))) {
            assertThat(successor.awaitReady(SOON).ready()).isTrue();

            assertThat(successor.address()).isEqualTo(address);
            assertThat(serverOf(data)).contains(server);
        }
        await().atMost(SOON).until(() -> !server.isAlive());
    }

    /** The host was booted with a wrong clock, which was set since: all its processes started at another time now. */
    @Test
    void is_found_again_after_the_clock_was_set() throws Exception {
        try (var first = TemporalConnection.open(settings)) {
            assertThat(first.awaitReady(SOON).ready()).isTrue();
            var record = ServerRecord.read(data).orElseThrow();

            asOf(record, record.pid(), record.startedMillis() - 10_000).write(data);

            assertThat(serverOf(data).map(ProcessHandle::pid)).contains(record.pid());
            try (var second = open(first, settings)) {
                assertThat(second.awaitReady(SOON).ready()).isTrue();
            }
        }
    }

    @Test
    void is_no_other_process_that_has_got_its_number() throws Exception {
        try (var connection = TemporalConnection.open(settings)) {
            assertThat(connection.awaitReady(SOON).ready()).isTrue();
            var record = ServerRecord.read(data).orElseThrow();
            var other = new ProcessBuilder("sleep", "60").start();
            var began = other.info().startInstant().orElseThrow().toEpochMilli();

            var mistaken = asOf(record, other.pid(), began).process();

            other.destroyForcibly();
            assertThat(mistaken).isEmpty();
        }
    }

    private static ServerRecord asOf(ServerRecord known, long pid, long startedMillis) {
        return new ServerRecord(known.address(), known.namespace(), known.webUi(), pid, startedMillis);
    }

    @Test
    void is_never_started_twice_on_the_same_file() throws Exception {
        try (var first = TemporalConnection.open(settings);
                var second = open(first, settings)) {

            assertThat(second.awaitReady(SOON).ready()).isTrue();
            assertThat(second.address()).isEqualTo(first.address());
        }
    }

    @Test
    void is_not_moved_to_another_port_while_it_runs() throws Exception {
        try (var first = TemporalConnection.open(settings);
                var other = open(first, TestSettings.devServer(data, RealTemporal.freePort()))) {

            await().atMost(SOON).until(() -> other.readiness().reason().contains("already runs at " + first.address()));
        }
    }

    @Test
    void comes_back_by_itself_at_the_same_address_with_what_it_held() throws Exception {
        try (var connection = TemporalConnection.open(settings)) {
            assertThat(connection.awaitReady(SOON).ready()).isTrue();
            var workflow = connection.client().newUntypedWorkflowStub("Anything", Samples.options("kept"));
            workflow.start();
            var killed = serverOf(data).orElseThrow();

            killed.destroyForcibly();

            await().atMost(SOON)
                    .until(() ->
                            serverOf(data).filter(now -> !now.equals(killed)).isPresent());
            await().atMost(SOON).until(connection::ready);
            assertThat(connection
                            .client()
                            .newUntypedWorkflowStub("kept")
                            .describe()
                            .getWorkflowType())
                    .isEqualTo("Anything");
        }
    }

    @Test
    void is_ended_and_started_again_when_it_hangs() throws Exception {
        var backend = new DevServer(RealTemporal.program(), settings);
        var stubs = WorkflowServiceStubs.newServiceStubs(backend.stubsOptions());
        try (backend;
                var watch = new ConnectionMonitor(
                        backend, stubs, "default", Namespace.Admission.ANY, Duration.ofSeconds(1))) {
            assertThat(watch.await(SOON).ready()).isTrue();
            var hung = serverOf(data).orElseThrow();

            new ProcessBuilder("kill", "-STOP", String.valueOf(hung.pid()))
                    .start()
                    .waitFor();

            await().atMost(SOON).until(() -> !hung.isAlive());
            await().atMost(SOON).until(() -> watch.readiness().ready());
            assertThat(serverOf(data)).isPresent().isNotEqualTo(Optional.of(hung));
        } finally {
            stubs.shutdownNow();
        }
    }

    /** Whatever a look comes to: the process would be not ready for ever. */
    @Test
    void is_looked_at_again_after_an_error() throws Exception {
        var backend = new DevServer(RealTemporal.program(), settings);
        var stubs = WorkflowServiceStubs.newServiceStubs(backend.stubsOptions());
        var looks = new AtomicInteger();
        Namespace.Admission full = namespace -> {
            if (looks.getAndIncrement() == 0) throw new OutOfMemoryError("for this look");
            return "";
        };
        try (backend;
                var watch = new ConnectionMonitor(backend, stubs, "default", full)) {
            assertThat(watch.await(SOON).ready()).isTrue();
            assertThat(looks).hasValue(2);
        } finally {
            stubs.shutdownNow();
        }
    }

    @Test
    void says_in_one_sentence_that_its_port_is_taken_and_starts_when_it_is_free() throws Exception {
        int port = RealTemporal.freePort();
        try (var occupier = new ServerSocket(port, 50, InetAddress.getByName("127.0.0.1"));
                var connection = TemporalConnection.open(TestSettings.devServer(data, port))) {
            await().atMost(SOON).until(() -> connection.readiness().reason().contains("taken"));

            assertThat(connection.readiness().reason())
                    .isEqualTo("Temporal's dev server cannot be started: port " + port
                            + " of 127.0.0.1 is taken by another program; stop it or configure another port.");

            occupier.close();
            assertThat(connection.awaitReady(SOON).ready()).isTrue();
        }
    }

    @Test
    void passes_on_the_servers_own_words_when_it_cannot_start() throws Exception {
        Files.createDirectory(data.resolve("temporal.db")); // no file can be opened there

        try (var connection = TemporalConnection.open(settings)) {
            await().atMost(SOON).until(() -> connection.readiness().reason().contains("could not be started"));

            assertThat(connection.readiness().reason())
                    .contains("unable to open database file")
                    .doesNotContain("\n");
        }
    }

    /** Opened only when the first is ready, so that it finds what the first has written down. */
    private static TemporalConnection open(TemporalConnection first, TemporalSettings settings)
            throws InterruptedException {
        assertThat(first.awaitReady(SOON).ready()).isTrue();
        return TemporalConnection.open(settings);
    }

    private static TemporalConnection open(TemporalConnection first, Path data) throws InterruptedException {
        assertThat(first.awaitReady(SOON).ready()).isTrue();
        return TemporalConnection.open(TemporalSettings.fromDataDirectory(data));
    }

    private Process parent(String how) throws IOException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var parent = new ProcessBuilder(
                        java,
                        "-cp",
                        System.getProperty("java.class.path"),
                        ParentOfDevServer.class.getName(),
                        data.toString(),
                        how)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(parent::destroyForcibly));
        var output = new BufferedReader(new InputStreamReader(parent.getInputStream(), StandardCharsets.UTF_8));
        assertThat(output.lines().filter(line -> line.endsWith("ready")).findFirst())
                .contains("ready");
        return parent;
    }

    private static Optional<ProcessHandle> serverOf(Path data) throws IOException {
        return ServerRecord.read(data).flatMap(ServerRecord::process);
    }

    private static Duration retentionOf(TemporalConnection connection) {
        var ttl = connection
                .stubs()
                .blockingStub()
                .describeNamespace(DescribeNamespaceRequest.newBuilder()
                        .setNamespace(connection.namespace())
                        .build())
                .getConfig()
                .getWorkflowExecutionRetentionTtl();
        return Duration.ofSeconds(ttl.getSeconds());
    }
}
