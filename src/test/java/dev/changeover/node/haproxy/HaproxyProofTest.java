package dev.changeover.node.haproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.changeover.demo.MariaDb;
import dev.changeover.demo.RealParts;
import dev.changeover.haproxy.SocketDonor;
import dev.changeover.haproxy.runtime.ServerState;
import dev.changeover.host.Loopback;
import dev.changeover.node.HandOverOrder;
import dev.changeover.node.NodeActivities;
import dev.changeover.node.NodeFault;
import dev.changeover.node.StageOrder;
import dev.changeover.node.VerifyOrder;
import dev.changeover.node.agent.ByHand;
import dev.changeover.node.agent.NodeRig.Package;
import dev.changeover.node.driver.Breakpoint;
import dev.changeover.temporal.Certificates;
import io.temporal.failure.ApplicationFailure;
import io.temporal.testing.TestActivityEnvironment;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Configurations as people have them: what a handover and a soak take for proven, and what not. */
@Order(1)
class HaproxyProofTest {

    private static final String DEFAULTS = """
            defaults
                mode tcp
                timeout connect 5s
                timeout client 25h
                timeout server 25h
            """;

    /** Its own: others lock the check user of the shared one. */
    private static MariaDb database;

    @TempDir
    Path directory;

    private final TestActivityEnvironment environment = TestActivityEnvironment.newInstance();
    private int second;
    private HaproxyRig rig;

    @BeforeAll
    static void startDatabase() {
        database = RealParts.ownMariaDb();
    }

    @AfterAll
    static void endDatabase() {
        database.close();
    }

    @BeforeEach
    void host() throws IOException {
        rig = new HaproxyRig(directory, false, database);
        second = Loopback.freePort();
    }

    @AfterEach
    void end() throws IOException {
        rig.close();
        environment.close();
    }

    @Test
    void a_backend_that_was_down_before_fails_no_soak() throws Exception {
        var agent = serving(mysql("") + reader(Loopback.freePort()));
        await().until(() -> isDown("reader"));

        try (var session = rig.connect()) {
            upgrade(agent);
            agent.verify(verify(Duration.ofSeconds(1)));

            assertThat(session.alive()).isTrue();
        }
        await().until(() -> rig.agent().status().generations().size() == 1);
        agent.verify(verify(Duration.ZERO));
    }

    @Test
    void a_server_that_was_taken_out_by_hand_before_fails_no_soak() throws Exception {
        var agent = serving(mysql("") + reader(database.address().getPort()));
        rig.tell(1, "set server reader/db2 state maint");
        await().until(() -> isDown("reader"));

        try (var session = rig.connect()) {
            upgrade(agent);
            agent.verify(verify(Duration.ofSeconds(1)));

            assertThat(session.alive()).isTrue();
        }
        assertThat(rig.live(2).api().servers())
                .extracting(ServerState::name, ServerState::state)
                .contains(tuple("reader/db2", "maint"));
    }

    @Test
    void a_backend_that_goes_down_meanwhile_fails_the_soak() throws Exception {
        try (var server = silent()) {
            var agent = serving(mysql("") + reader(server.getLocalPort()));
            upgrade(agent);

            var soak = CompletableFuture.runAsync(
                    () -> agent.verify(verify(Duration.ofSeconds(20))), Thread::startVirtualThread);
            await().pollDelay(Duration.ofMillis(500)).until(() -> !soak.isDone());
            server.close();

            assertFails(soak::join, NodeFault.SOAK_FAILED, "backend reader is DOWN");
        }
    }

    @Test
    void a_backend_that_is_down_only_for_the_new_generation_fails_the_soak() throws Exception {
        try (var server = silent()) {
            var agent = serving(mysql("") + reader(server.getLocalPort()));
            try (var session = rig.connect()) {
                upgrade(agent);
                server.close();
                await().until(() -> rig.live(2).api().statistics().find("reader", "BACKEND").stream()
                        .anyMatch(row -> row.status().startsWith("DOWN")));

                assertFails(() -> agent.verify(verify(Duration.ZERO)), NodeFault.SOAK_FAILED, "backend reader is DOWN");
                assertThat(session.alive()).isTrue();
            }
        }
    }

    @Test
    void a_server_that_nobody_checks_and_that_always_failed_fails_no_soak() throws Exception {
        var agent = serving(mysql("") + unchecked(database.address().getPort(), Loopback.freePort()));
        visit(40);
        upgrade(agent);
        await().until(() -> rig.agent().status().generations().size() == 1);

        try (var traffic = new Traffic(second)) {
            agent.verify(verify(Duration.ofSeconds(3)));

            assertThat(traffic.visits()).isPositive();
        }
        assertThat(rig.live(2).api().statistics().servers()).anyMatch(row -> row.errors() > 0);
    }

    @Test
    void a_server_that_nobody_checks_and_that_fails_now_fails_the_soak() throws Exception {
        try (var server = silent()) {
            var agent = serving(mysql("") + unchecked(server.getLocalPort()));
            visit(40);
            upgrade(agent);
            server.close();

            try (var traffic = new Traffic(second)) {
                assertFails(
                        () -> agent.verify(verify(Duration.ofSeconds(60))),
                        NodeFault.SOAK_FAILED,
                        "connection or response errors; with the old generation 40 met 0");
                assertThat(traffic.visits()).isPositive();
            }
        }
    }

    private String unchecked(int... ports) {
        var servers = new StringBuilder();
        var weight = 9;
        for (var port : ports) {
            servers.append("    server s%d 127.0.0.1:%d weight %d\n".formatted(port, port, weight));
            weight = 1;
        }
        return """
                listen reader
                    bind 127.0.0.1:%d
                    retries 0
                """.formatted(second) + servers;
    }

    private void visit(int times) throws IOException {
        for (int i = 0; i < times; i++) Traffic.visit(second);
    }

    /** Clients that come one after the other, and leave once they are connected. */
    private static final class Traffic implements AutoCloseable {
        private final AtomicInteger visits = new AtomicInteger();
        private final Thread thread;

        Traffic(int port) {
            thread = Thread.startVirtualThread(() -> {
                while (!Thread.currentThread().isInterrupted()) {
                    try {
                        visit(port);
                        visits.incrementAndGet();
                    } catch (IOException refused) {
                        return;
                    }
                }
            });
        }

        static void visit(int port) throws IOException {
            try (var client = new Socket(InetAddress.getLoopbackAddress(), port)) {
                client.setSoTimeout(20);
                client.getInputStream().read();
            } catch (SocketTimeoutException silent) {
                // A server that greets nobody: connected all the same.
            }
        }

        int visits() {
            return visits.get();
        }

        @Override
        public void close() throws InterruptedException {
            thread.interrupt();
            thread.join();
        }
    }

    @Test
    void a_page_of_statistics_needs_no_login_and_is_named() throws Exception {
        var agent = serving(mysql("") + statistics());

        upgrade(agent);
        agent.verify(verify(Duration.ZERO));
        rig.changeConfiguration();

        assertThat(rig.agent().reload(ByHand.CAREFULLY)).isTrue();
        assertThat(rig.agent().status().warnings())
                .singleElement()
                .satisfies(warning ->
                        assertThat(warning).contains("stats", "login").doesNotContain("db"));
    }

    @Test
    void a_page_of_statistics_does_not_stand_for_a_database_that_is_down() throws Exception {
        var agent = serving(
                mysql("").replace(":" + database.address().getPort(), ":" + Loopback.freePort()) + statistics());

        assertFails(() -> upgrade(agent), NodeFault.DATABASE_REFUSES, "backend db ");
    }

    @Test
    void a_server_that_does_not_greet_as_mysql_is_proven_by_its_checks() throws Exception {
        try (var silent = silent();
                var chatty = silent()) {
            Thread.startVirtualThread(() -> greet(chatty, new byte[] {5, 0, 0, 0, 11, 8, 5, 26, 0}));
            var agent = serving(mysql("")
                    + """
                    listen postgres
                        bind 127.0.0.1:%d
                        option pgsql-check user app
                        server pg1 127.0.0.1:%d
                    listen cache
                        bind 127.0.0.1:%d
                        server c1 127.0.0.1:%d check
                    listen mysqlx
                        bind 127.0.0.1:%d
                        server x1 127.0.0.1:%d check
                    """.formatted(
                                    second,
                                    silent.getLocalPort(),
                                    Loopback.freePort(),
                                    silent.getLocalPort(),
                                    Loopback.freePort(),
                                    chatty.getLocalPort()));

            upgrade(agent);
            agent.verify(verify(Duration.ZERO));

            assertThat(rig.agent().status().warnings())
                    .anySatisfy(
                            warning -> assertThat(warning).contains("postgres").doesNotContain("cache"));
        }
    }

    @Test
    void whoever_greets_as_mysql_must_let_us_log_in() throws Exception {
        var agent = serving(mysql("").replace("    option mysql-check user haproxy_check\n", "") + statistics());
        rig.refuseLogins(true);

        assertFails(() -> upgrade(agent), NodeFault.DATABASE_REFUSES, "backend db ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"no source", "accept-proxy", "ssl crt"})
    void an_idle_node_whose_address_lets_us_not_in_is_proven_by_its_sockets(String way) throws Exception {
        var bind = "bind 127.0.0.1:" + rig.address().getPort();
        var agent = serving(
                switch (way) {
                    case "no source" -> mysql("    tcp-request connection reject if !{ src 10.0.0.0/8 }\n");
                    case "ssl crt" -> mysql("").replace(bind, bind + " ssl crt " + certificate());
                    default -> mysql("").replace(bind, bind + " " + way);
                });

        agent.stage(new StageOrder(rig.node(), rig.kernel(Package.B)));
        var done = agent.handOver(new HandOverOrder(rig.node(), rig.kernel(Package.B)));
        rig.changeConfiguration();

        assertThat(done.changed()).isTrue();
        assertThat(done.millis()).isPositive();
        assertThat(rig.agent().reload(ByHand.CAREFULLY)).isTrue();
    }

    private Path certificate() throws IOException {
        var certificates = Certificates.in(directory).certify("node");
        return Files.writeString(
                directory.resolve("server.pem"),
                Files.readString(certificates.certificate("node")) + Files.readString(certificates.key("node")));
    }

    @Test
    void a_black_hole_that_holds_a_copy_of_the_listening_socket_is_found_and_named() throws Exception {
        var agent = serving(mysql(""));
        upgrade(agent);
        await().until(() -> rig.agent().status().generations().size() == 1);
        var named = "process " + ProcessHandle.current().pid();

        try (var hole = SocketDonor.of(rig.live(2).worker())) {
            assertThat(hole.size()).isPositive();
            assertThat(rig.agent().status().problems())
                    .anySatisfy(problem -> assertThat(problem.text()).contains(named, "listens on"));
            assertFails(() -> agent.verify(alone()), NodeFault.NOT_VERIFIED, named);
        }

        agent.verify(alone());
    }

    @Test
    void sessions_of_a_process_that_is_none_of_ours_are_counted_and_named() throws Exception {
        try (var before = new ServerSocket(rig.address().getPort(), 1, InetAddress.getLoopbackAddress());
                var client = new Socket(InetAddress.getLoopbackAddress(), before.getLocalPort());
                var kept = before.accept()) {
            assertThat(client.isConnected()).isTrue();
            before.close();
            var agent = serving(mysql(""));
            upgrade(agent);
            await().until(() -> rig.agent().status().generations().size() == 1);

            assertFails(
                    () -> agent.verify(alone()),
                    NodeFault.NOT_VERIFIED,
                    "process %d".formatted(ProcessHandle.current().pid()));
            assertThat(rig.agent().status().warnings())
                    .anySatisfy(warning -> assertThat(warning).contains("holds 1 connections"));
            kept.close();

            agent.verify(alone());
        }
    }

    private VerifyOrder alone() {
        return new VerifyOrder(rig.node(), rig.kernel(Package.B), Duration.ZERO, true);
    }

    @Test
    void a_generation_that_ends_at_once_says_why_at_once() throws Exception {
        var socket = directory.resolve("nowhere/admin.sock");
        write("global\n    stats socket " + socket + " mode 660 level admin\n" + DEFAULTS + mysql(""));
        rig.agent(Breakpoint.NONE);

        assertThatThrownBy(rig::serve).isInstanceOfSatisfying(ApplicationFailure.class, failure -> {
            assertThat(failure.getType()).isEqualTo("START_FAILED");
            assertThat(failure.getOriginalMessage())
                    .contains(socket.toString(), "exit code 1")
                    .doesNotContain("within");
        });
    }

    private String mysql(String rule) {
        return """
                frontend mysql
                    bind 127.0.0.1:%d
                %s    default_backend db
                backend db
                    option mysql-check user haproxy_check
                    server db1 127.0.0.1:%d check inter 100ms
                """.formatted(rig.address().getPort(), rule, database.address().getPort());
    }

    private String reader(int port) {
        return """
                listen reader
                    bind 127.0.0.1:%d
                    server db2 127.0.0.1:%d check inter 100ms fall 3 rise 1
                """.formatted(second, port);
    }

    private String statistics() {
        return """
                listen stats
                    bind 127.0.0.1:%d
                    mode http
                    stats enable
                    stats uri /
                """.formatted(second);
    }

    private void write(String text) throws IOException {
        Files.writeString(rig.operatorFile(), text);
    }

    private NodeActivities serving(String sections) throws IOException {
        write(DEFAULTS + sections);
        rig.serve();
        environment.registerActivitiesImplementations(rig.agent(Breakpoint.NONE));
        return environment.newActivityStub(NodeActivities.class);
    }

    private void upgrade(NodeActivities agent) {
        agent.stage(new StageOrder(rig.node(), rig.kernel(Package.B)));
        agent.handOver(new HandOverOrder(rig.node(), rig.kernel(Package.B)));
    }

    private VerifyOrder verify(Duration soak) {
        return new VerifyOrder(rig.node(), rig.kernel(Package.B), soak, false);
    }

    private boolean isDown(String backend) throws IOException {
        return rig.live(1).api().statistics().find(backend, "BACKEND").stream()
                .anyMatch(row -> row.status().startsWith("DOWN"));
    }

    /** A server that takes connections and says nothing. */
    private static ServerSocket silent() throws IOException {
        return new ServerSocket(0, 4096, InetAddress.getLoopbackAddress());
    }

    private static void greet(ServerSocket server, byte[] greeting) {
        while (!server.isClosed()) {
            try {
                server.accept().getOutputStream().write(greeting);
            } catch (IOException gone) {
                // A check hangs up at once, and the test ends by closing the server.
                continue;
            }
        }
    }

    private static void assertFails(ThrowingCallable call, NodeFault fault, String message) {
        assertThatThrownBy(call).hasStackTraceContaining(fault.name()).hasStackTraceContaining(message);
    }
}
