package dev.changeover.node.adoption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.changeover.demo.RealParts;
import dev.changeover.demo.ShortConnections;
import dev.changeover.haproxy.AdoptedProcess;
import dev.changeover.haproxy.AdoptedProcess.Door;
import dev.changeover.haproxy.HaproxyHost;
import dev.changeover.haproxy.RunDirectory;
import dev.changeover.haproxy.RunningProxy;
import dev.changeover.host.Loopback;
import dev.changeover.inventory.KernelVersion;
import dev.changeover.node.agent.ActivityHeartbeat;
import dev.changeover.node.agent.AgentDied;
import dev.changeover.node.agent.ProxyNode;
import dev.changeover.node.agent.SessionClient;
import dev.changeover.node.driver.Breakpoint;
import dev.changeover.node.driver.ProxySession;
import dev.changeover.node.haproxy.HaproxyDriver;
import dev.changeover.node.site.AgentConfiguration;
import dev.changeover.node.site.NodeSite;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** With a HAProxy that was started as Debian's unit does, under load. */
@ResourceLock(value = RealParts.DATABASE, mode = ResourceAccessMode.READ)
class AdoptionTest {
    private static final String USER = "haproxy_check";

    private final List<SessionClient> sessions = new ArrayList<>();
    private HaproxyHost host;
    private @Nullable Process foreign;

    @BeforeEach
    void host() throws IOException {
        host = new HaproxyHost();
    }

    @AfterEach
    void close() throws Exception {
        sessions.forEach(SessionClient::close);
        host.close();
    }

    @ParameterizedTest
    @EnumSource
    void no_connection_fails_and_no_session_ends(Door door) throws Exception {
        start(door);
        open(50);

        try (var traffic =
                ShortConnections.start(List.of(address()), RealParts.mariaDb().app(), 200)) {
            adopt(Breakpoint.NONE);
            await().until(() -> traffic.total().connections() > 400);

            assertThat(traffic.total().failed()).isZero();
        }

        var state = node(Breakpoint.NONE).status();
        assertThat(state.generations())
                .extracting(generation -> generation.serving() + " " + generation.sessions())
                .containsExactly("true 0", "false 50");
        assertThat(state.problems()).isEmpty();
        for (var session : sessions) assertThat(session.alive()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void the_old_tree_ends_with_its_last_session_and_the_node_is_an_ordinary_one(Door door) throws Exception {
        start(door);
        open(1);
        adopt(Breakpoint.NONE);
        assertThat(node(Breakpoint.NONE).status().generations()).hasSize(2);

        sessions.getFirst().close();

        await().untilAsserted(() ->
                assertThat(node(Breakpoint.NONE).status().problems()).isEmpty());
        await().until(() -> !running().isAlive());
    }

    @ParameterizedTest
    @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void a_session_of_the_old_one_can_be_closed(Door door) throws Exception {
        start(door);
        open(2);
        adopt(Breakpoint.NONE);

        var old = driver().observe().retiring().getFirst();
        var first = old.sessions().getFirst();
        var closed = old.close(first, old.details(first).orElseThrow(), () -> true);

        assertThat(closed).isTrue();
        await().until(() -> old.sessions().size() == 1);
    }

    @Test
    void sessions_that_nobody_can_list_are_counted_and_the_plan_says_so_before() throws Exception {
        start(Door.NONE);
        open(3);
        assertThat(adoption(Breakpoint.NONE).plan(null).steps().getLast())
                .contains("its 6 connections stay, are counted")
                .contains("retirement waits for the last of them");

        adopt(Breakpoint.NONE);

        var old = driver().observe().retiring().getFirst();
        assertThat(old.sessions()).extracting(ProxySession::age).containsOnly(Duration.ZERO);
        assertThat(node(Breakpoint.NONE).status().problems()).isEmpty();
        assertThat(node(Breakpoint.NONE).status().warnings().getFirst())
                .contains("process %d has no runtime socket: its sessions are counted"
                        .formatted(running().pid()));
    }

    @Test
    void a_connection_that_is_kept_and_lost_leaves_sessions_that_are_counted() throws Exception {
        start(Door.KEPT_CONNECTION);
        open(2);
        adopt(Breakpoint.NONE);
        var holder = AdoptedProcess.in(new RunDirectory(host.home().resolve("run")).generation(1))
                .orElseThrow()
                .helper();

        ProcessHandle.of(holder.pid()).orElseThrow().destroyForcibly();
        await().until(() -> !holder.isRunning());

        assertThat(node(Breakpoint.NONE).status().generations())
                .extracting(generation -> generation.serving() + " " + generation.sessions())
                .containsExactly("true 0", "false 2");
    }

    @Test
    void another_process_on_the_same_master_socket_is_not_the_adopted_one() throws Exception {
        start(Door.MASTER_SOCKET);
        adopt(Breakpoint.NONE);
        await().until(() -> !running().isAlive());
        Files.writeString(file(), Files.readString(file()).replace("" + host.port(), "" + Loopback.freePort()));
        var other = host.startForeign(file(), "-W", "-S", host.home() + "/m.sock");
        await().until(() -> other.children().findAny().isPresent());

        assertThat(node(Breakpoint.NONE).status().generations())
                .extracting(generation -> generation.number())
                .containsExactly(2);
    }

    static Stream<Arguments> killed_at_any_step_and_run_again_it_ends_the_same() {
        return Stream.of(Door.MASTER_SOCKET, Door.KEPT_CONNECTION)
                .flatMap(door -> Stream.of(
                                "observe",
                                "preflight",
                                "start",
                                "checks",
                                "prove",
                                "boot pointer",
                                "stop accepting",
                                "confirm")
                        .map(step -> Arguments.of(door, step)));
    }

    @ParameterizedTest
    @MethodSource
    void killed_at_any_step_and_run_again_it_ends_the_same(Door door, String step) throws Exception {
        start(door);
        open(50);

        try (var traffic =
                ShortConnections.start(List.of(address()), RealParts.mariaDb().app(), 200)) {
            assertThat(catchThrowable(() -> adopt(AgentDied.at(step)))).isInstanceOf(AgentDied.class);
            var again = adoption(Breakpoint.NONE);
            if (!again.goOn(null) && node(Breakpoint.NONE).status().serving().isEmpty())
                again.carryOut(again.plan(null));
            await().until(() -> traffic.total().connections() > 100);

            assertThat(traffic.total().failed()).isZero();
        }

        assertThat(node(Breakpoint.NONE).status().generations())
                .extracting(generation -> generation.serving() + " " + generation.sessions())
                .containsExactly("true 0", "false 50");
        for (var session : sessions) assertThat(session.alive()).isTrue();
    }

    @Test
    void what_the_proof_refuses_is_left_as_it_was() throws Exception {
        start(Door.MASTER_SOCKET);
        open(1);
        var configuration = configuration("nobody_knows_this_user");
        var node = new ProxyNode(
                configuration, new HaproxyDriver(configuration.runDir(), file(), "nobody_knows_this_user"));
        var adoption = new Adoption(configuration, node);

        assertThatThrownBy(() -> adoption.carryOut(adoption.plan(null))).hasMessageContaining("no login");

        assertThat(sessions.getFirst().alive()).isTrue();
        await().untilAsserted(() -> assertThat(
                        RunningProxy.on(List.of(host.address())).worker())
                .isEqualTo(running().children().findFirst().orElseThrow().pid()));
        open(1);
    }

    @Test
    void another_file_than_the_one_that_runs_is_named() throws Exception {
        start(Door.MASTER_SOCKET);
        Files.move(file(), host.home().resolve("elsewhere.cfg"));
        Files.copy(host.home().resolve("elsewhere.cfg"), file());
        Files.delete(host.home().resolve("elsewhere.cfg"));
        var other = Files.copy(file(), host.home().resolve("other.cfg"));
        var configuration = configuration(USER, other);
        var node = new ProxyNode(configuration, new HaproxyDriver(configuration.runDir(), other, USER));

        assertThatThrownBy(() -> new Adoption(configuration, node).plan(null))
                .hasMessageContaining("was started with [" + file());
    }

    @ParameterizedTest
    @CsvSource({
        "2.6.12-1+deb12u3, 2.6.12.3",
        "2.4.24-0ubuntu0.22.04.1, 2.4.24.1",
        "3.0.11, 3.0.11.0",
        "2.8.5-1ubuntu3.2~bpo, 2.8.5.2"
    })
    void a_distributions_version_has_four_numbers(String reported, String version) throws Exception {
        assertThat(Adoption.version(reported)).isEqualTo(KernelVersion.of(version));
    }

    private Process running() {
        return Objects.requireNonNull(foreign);
    }

    private InetSocketAddress address() {
        return new InetSocketAddress(host.address().host(), host.port());
    }

    private Path file() {
        return host.home().resolve("haproxy.cfg");
    }

    /** A HAProxy that can be asked in this way when it has stopped accepting, and in no other. */
    private void start(Door door) throws Exception {
        var text = host.configuration(RealParts.mariaDb().address().getPort());
        var own = "stats socket %s/admin.sock mode 600 level admin".formatted(host.home());
        Files.writeString(file(), door == Door.KEPT_CONNECTION ? text.replace("daemon\n", own + "\n") : text);
        foreign = host.startForeign(
                file(),
                switch (door) {
                    case MASTER_SOCKET -> new String[] {"-W", "-S", host.home() + "/m.sock"};
                    case MASTER_PAIR -> new String[] {"-W"};
                    case KEPT_CONNECTION, NONE -> new String[] {};
                });
        await().ignoreExceptions()
                .until(() -> RunningProxy.on(List.of(host.address())).isRunning());
        await().ignoreExceptions().until(() -> {
            try (var client = new SessionClient(address())) {
                return client.alive();
            }
        });
    }

    private void open(int count) throws IOException {
        for (int i = 0; i < count; i++) sessions.add(new SessionClient(address()));
    }

    private AgentConfiguration configuration(String user) {
        return configuration(user, file());
    }

    private AgentConfiguration configuration(String user, Path file) {
        return new AgentConfiguration(
                "n1",
                host.home().resolve("run"),
                host.home().resolve("kernels"),
                file,
                null,
                AgentConfiguration.Driver.haproxy,
                List.of(),
                null,
                user,
                null,
                null,
                null);
    }

    private ProxyNode node(Breakpoint breakpoint) throws IOException {
        var configuration = configuration(USER);
        Files.createDirectories(configuration.kernelsDir());
        return new ProxyNode(
                NodeSite.of(configuration, driver(), () -> 1L << 40, InstantSource.system(), breakpoint),
                ActivityHeartbeat::new);
    }

    private HaproxyDriver driver() {
        return new HaproxyDriver(host.home().resolve("run"), file(), USER);
    }

    private Adoption adoption(Breakpoint breakpoint) throws IOException {
        return new Adoption(configuration(USER), node(breakpoint));
    }

    private void adopt(Breakpoint breakpoint) throws Exception {
        var adoption = adoption(breakpoint);
        adoption.carryOut(adoption.plan(null));
    }
}
