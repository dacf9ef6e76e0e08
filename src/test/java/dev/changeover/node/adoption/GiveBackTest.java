package dev.changeover.node.adoption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.changeover.demo.RealParts;
import dev.changeover.haproxy.AdoptedProcess.Door;
import dev.changeover.haproxy.Generation;
import dev.changeover.haproxy.HaproxyHost;
import dev.changeover.haproxy.ListeningSockets;
import dev.changeover.haproxy.RunningProxy;
import dev.changeover.haproxy.runtime.ServerState;
import dev.changeover.haproxy.runtime.StickTable;
import dev.changeover.host.Loopback;
import dev.changeover.node.agent.AgentDied;
import dev.changeover.node.agent.ProxyNode;
import dev.changeover.node.agent.SessionClient;
import dev.changeover.node.agent.Supervisor.Finding;
import dev.changeover.node.driver.Breakpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** On a host without systemd: to the command that HAProxy was started with, under load. */
@ResourceLock(value = RealParts.DATABASE, mode = ResourceAccessMode.READ)
class GiveBackTest {
    private AdoptionHost here;

    @BeforeEach
    void host() throws IOException {
        assumeThat(SystemdUnit.isInCharge()).as("systemd is in charge").isFalse();
        here = new AdoptionHost();
    }

    @AfterEach
    void close() throws Exception {
        if (here != null) here.close();
    }

    @ParameterizedTest
    @EnumSource
    void no_connection_fails_and_no_session_ends(Door door) throws Exception {
        adopted(door);
        here.open(50);

        try (var traffic = here.traffic()) {
            giveBack(Breakpoint.NONE);
            await().until(() -> traffic.total().connections() > 400);

            assertThat(traffic.total().failed())
                    .as("%s", traffic.total().reasons())
                    .isZero();
        }

        assertThat(here.run().serving()).isEmpty();
        var words = RunningProxy.on(List.of(here.host().address())).command().words();
        assertThat(words)
                .as("started as before")
                .contains("-db", "-f", here.file().toString());
        for (var session : here.sessions()) assertThat(session.alive()).isTrue();
    }

    static Stream<Arguments> killed_at_any_step_and_run_again_it_ends_the_same() {
        return Stream.of(Door.MASTER_SOCKET, Door.KEPT_CONNECTION)
                .flatMap(door -> Stream.of("hands off", "release", "spawn", "start", "settle", "stop accepting")
                        .map(step -> Arguments.of(door, step)));
    }

    @ParameterizedTest
    @MethodSource
    void killed_at_any_step_and_run_again_it_ends_the_same(Door door, String step) throws Exception {
        adopted(door);
        here.open(50);

        try (var traffic = here.traffic()) {
            assertThat(catchThrowable(() -> giveBack(AgentDied.at(step)))).isInstanceOf(AgentDied.class);
            giveBack(Breakpoint.NONE);
            giveBack(Breakpoint.NONE);
            await().until(() -> traffic.total().connections() > 200);

            assertThat(traffic.total().failed())
                    .as("%s", traffic.total().reasons())
                    .isZero();
        }

        assertThat(here.run().serving()).isEmpty();
        assertThat(RunningProxy.on(List.of(here.host().address())).isRunning()).isTrue();
        for (var session : here.sessions()) assertThat(session.alive()).isTrue();
    }

    @Test
    void what_was_adopted_ends_first() throws Exception {
        here.start(Door.MASTER_SOCKET);
        here.open(1);
        here.adopt(Breakpoint.NONE);

        assertThatThrownBy(() -> giveBack(Breakpoint.NONE))
                .hasMessageContaining("its last sessions have not ended; come back when they have");

        assertThat(here.run().serving()).hasSize(1);
        assertThat(here.configuration(AdoptionHost.USER).maintenance()).doesNotExist();
        assertThat(here.sessions().getFirst().alive()).isTrue();
    }

    @Test
    void a_file_that_it_does_not_accept_is_told_before_anything_is_started() throws Exception {
        adopted(Door.KEPT_CONNECTION);
        Files.writeString(here.file(), "nonsense\n");

        assertThatThrownBy(() -> giveBack(Breakpoint.NONE))
                .hasMessageContaining("would not start: exit code 1")
                .hasMessageContaining("unknown keyword 'nonsense'");

        assertThat(here.run().path().resolve("given-back.log")).doesNotExist();
        assertThat(here.run().serving()).hasSize(1);
        assertThat(here.configuration(AdoptionHost.USER).maintenance()).doesNotExist();
    }

    /** Versions differ in the addresses that they open where the file says so, and so does a file that was changed since. */
    @Test
    void addresses_that_it_would_not_open_are_told_before_anything_is_started() throws Exception {
        var more = "    bind 127.0.0.1:%d\n".formatted(Loopback.freePort());
        here.start(Door.MASTER_SOCKET, text -> text.replace("    default_backend", more + "    default_backend"));
        adopt();
        var text = Files.readString(here.file());
        var condition = ".if version_atleast(%s)\n" + more + ".else\n.notice none\n.endif\n";
        Files.writeString(here.file(), text.replace(more, condition.formatted("99")));

        assertThatThrownBy(() -> giveBack(Breakpoint.NONE))
                .hasMessageContaining("would not listen on [%s]", more.strip().replace("bind ", ""));

        assertThat(here.run().path().resolve("given-back.log")).doesNotExist();
        assertThat(here.run().serving()).hasSize(1);
        assertThat(here.configuration(AdoptionHost.USER).maintenance()).doesNotExist();
        Files.writeString(here.file(), text.replace(more, condition.formatted("2.4")));
        giveBack(Breakpoint.NONE);
        assertThat(here.run().serving()).isEmpty();
    }

    @Test
    void connections_that_it_has_accepted_live_on_when_it_is_taken_back() throws Exception {
        var peers = "peers mine\n    bind 127.0.0.1:%d\n    server here\n".formatted(Loopback.freePort());
        here.start(Door.MASTER_SOCKET, text -> text.replace("daemon\n", "daemon\n    localpeer here\n") + peers);
        adopt();
        // What peers talk through is not what clients come through, so only the proof finds that it is missing.
        Files.writeString(here.file(), Files.readString(here.file()).replace(peers, ""));
        var former = FormerCommand.noted(here.run().path()).orElseThrow();

        try (var traffic = here.traffic()) {
            assertThatThrownBy(() -> giveBack(step -> {
                        if (step.equals("spawn")) openOn(former);
                    }))
                    .hasMessageContaining("did not take over the sockets");
            var now = traffic.total().connections();
            await().until(() -> traffic.total().connections() > now + 100);

            assertThat(traffic.total().failed())
                    .as("%s", traffic.total().reasons())
                    .isZero();
        }

        for (var session : here.sessions()) assertThat(session.alive()).isTrue();
        assertThat(here.run().serving()).hasSize(1);
        assertThat(here.configuration(AdoptionHost.USER).maintenance()).doesNotExist();
        assertThatThrownBy(() -> giveBack(Breakpoint.NONE)).hasMessageContaining("come back when they have");
        here.sessions().forEach(SessionClient::close);
        await().until(() -> former.processes().isEmpty());
    }

    /** Sessions that it accepts, because the generation that serves stands still meanwhile. */
    private void openOn(FormerCommand former) {
        await().until(() -> former.processes().stream().anyMatch(this::listens));
        try {
            var serving = here.run().serving().getFirst().worker();
            AdoptionTest.signal("-STOP", serving);
            here.open(3);
            AdoptionTest.signal("-CONT", serving);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private boolean listens(long pid) {
        try {
            return !ListeningSockets.now().addressesOf(pid).isEmpty();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Test
    void a_command_that_fails_leaves_everything_as_it_was() throws Exception {
        adopted(Door.KEPT_CONNECTION);
        here.open(1);
        Files.writeString(
                here.file(),
                Files.readString(here.file()).replace("global\n", "global\n    chroot " + here.file() + "\n"));

        assertThatThrownBy(() -> giveBack(Breakpoint.NONE)).hasMessageContaining("did not take over the sockets");

        assertThat(here.run().serving()).hasSize(1);
        assertThat(here.configuration(AdoptionHost.USER).maintenance()).doesNotExist();
        here.open(1);
        for (var session : here.sessions()) assertThat(session.alive()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"requireStartable", "release", "startWithSocketsOf"})
    void an_owner_that_fails_leaves_everything_as_it_was(String failing) throws Exception {
        adopted(Door.KEPT_CONNECTION);
        var deeds = new ArrayList<String>();
        var owner = (FormerOwner) Proxy.newProxyInstance(
                FormerOwner.class.getClassLoader(), new Class<?>[] {FormerOwner.class}, (self, deed, words) -> {
                    deeds.add(deed.getName());
                    if (List.of(failing, "stop").contains(deed.getName()))
                        throw new IOException("no " + deed.getName());
                    return switch (deed.getName()) {
                        case "name" -> "nope.service";
                        case "processes" -> List.of();
                        case "program" -> HaproxyHost.older();
                        default -> null;
                    };
                });
        var configuration = here.configuration(AdoptionHost.USER);

        assertThatThrownBy(() -> new GiveBack(configuration, owner, Breakpoint.NONE).run())
                .hasMessage("no " + failing);

        assertThat(configuration.maintenance()).doesNotExist();
        assertThat(deeds.contains("hold")).isEqualTo(deeds.contains("release"));
        assertThat(here.run().serving()).hasSize(1);
    }

    /** A supervisor that was left alone, and has started it again when what was adopted had ended. */
    @Test
    void whoever_listens_beside_it_with_sockets_of_its_own_is_told() throws Exception {
        adopted(Door.KEPT_CONNECTION);
        var giveBack = new GiveBack(here.configuration(AdoptionHost.USER), "haproxy.service", Breakpoint.NONE);
        giveBack.run();
        assertThat(giveBack.beside()).isEmpty();

        var again = here.host().startForeign(here.file());
        try {
            await().until(() -> listens(again.pid()));

            assertThat(giveBack.beside().orElseThrow())
                    .contains("process %d (".formatted(again.pid()))
                    .contains(here.host().address().toString())
                    .contains("listens beside it with sockets of its own");
        } finally {
            again.destroy();
            again.waitFor();
        }
        assertThat(giveBack.beside()).isEmpty();
        FormerCommand.noted(here.run().path()).orElseThrow().stop();
        await().until(() -> giveBack.beside().orElse("").contains("does not listen any more: see"));
    }

    /** Through its master too: the socket of a distribution's file may let people look and change nothing. */
    @ParameterizedTest
    @EnumSource(names = {"MASTER_SOCKET", "MASTER_PAIR", "KEPT_CONNECTION"})
    void what_was_changed_at_run_time_goes_back_too(Door door) throws Exception {
        here.start(door, text -> text + "    stick-table type ip size 1k store gpc0\n");
        adopt();
        tell("set server db/db1 weight 7");
        for (var key = 1; key <= 3; key++) tell("set table db key 10.0.0.%d data.gpc0 3".formatted(key));

        assertThat(giveBack(Breakpoint.NONE)).isEmpty();

        var theirs = RunningProxy.on(List.of(here.host().address()))
                .api(Files.readString(here.file()))
                .orElseThrow();
        assertThat(theirs.servers())
                .filteredOn(server -> server.name().equals("db/db1"))
                .extracting(ServerState::weight)
                .containsExactly(7);
        // Without a master nobody can ask theirs alone before ours has stopped, and forgotten them.
        assertThat(theirs.stickTables())
                .extracting(StickTable::used)
                .containsExactly(door == Door.KEPT_CONNECTION ? 0L : 3L);
    }

    @Test
    void what_cannot_be_told_of_run_time_changes_is_said() throws Exception {
        adopted(Door.NONE);

        assertThat(giveBack(Breakpoint.NONE).orElseThrow())
                .contains("has neither a master nor a 'stats socket' of 'level admin' that answers");
    }

    @Test
    void a_file_that_cannot_be_read_lets_the_generation_stop_all_the_same() throws Exception {
        adopted(Door.MASTER_SOCKET);
        var owner = FormerCommand.noted(here.run().path()).orElseThrow();
        var gone = here.host().home().resolve("gone.cfg");
        var stopped = new ArrayList<Generation.Live>();
        var serving = here.run().serving().getFirst();

        var lost = new StateGoesBack(owner, List.of(gone)).around(serving, () -> stopped.add(serving));

        assertThat(lost.orElseThrow()).contains(gone.toString());
        assertThat(stopped).containsExactly(serving);
    }

    @Test
    void nobody_else_acts_on_the_node_meanwhile() throws Exception {
        adopted(Door.MASTER_SOCKET);
        var node = here.node(Breakpoint.NONE);
        var found = new ArrayList<Finding>();

        giveBack(step -> found.add(CompletableFuture.supplyAsync(() -> supervise(node), Thread::startVirtualThread)
                .join()));

        assertThat(found).hasSize(6).containsOnly(Finding.BUSY);
    }

    @Test
    @Timeout(60)
    void a_worker_that_does_not_answer_is_not_waited_for() throws Exception {
        adopted(Door.MASTER_SOCKET);
        var worker = here.run().serving().getFirst().worker();

        var lost = giveBack(step -> {
            if (step.equals("settle")) signal("-STOP", worker);
        });
        signal("-CONT", worker);

        assertThat(lost.orElseThrow()).contains("did not answer");
        await().until(() -> here.run().serving().isEmpty());
    }

    private static Finding supervise(ProxyNode node) {
        try {
            return node.supervise();
        } catch (IOException | InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static void signal(String signal, long pid) {
        try {
            new ProcessBuilder("/bin/kill", signal, Long.toString(pid)).start().waitFor();
        } catch (IOException | InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
    }

    @Test
    void processes_that_an_earlier_reload_named_are_nobodys_by_now() {
        var reloaded = List.of("haproxy", "-W", "-f", "a.cfg", "-sf", "12", "13", "-x", "sockpair@4", "-S", "m.sock");

        assertThat(FormerCommand.firstWords(reloaded)).containsExactly("haproxy", "-W", "-f", "a.cfg", "-S", "m.sock");
    }

    /** It went into its jail since; what stands behind "--" are files. */
    @ParameterizedTest
    @ValueSource(strings = {"cd %s && exec \"$0\" -db -- haproxy.cfg", "cd / && exec \"$0\" -db -C %s -- haproxy.cfg"})
    void a_jailed_one_is_started_where_its_file_is(String started) throws Exception {
        var jail = Files.createDirectory(here.host().home().resolve("jail"));
        var more = "chroot %s\n    stats socket %s/admin.sock level admin\n"
                .formatted(jail, here.host().home());
        Files.writeString(
                here.file(),
                here.host()
                        .configuration(RealParts.mariaDb().address().getPort())
                        .replace("daemon\n", more));
        var script = started.formatted(here.host().home());
        here.start(here.host().startForeignIn(List.of("sh", "-c", script), here.file()));
        adopt();

        giveBack(Breakpoint.NONE);

        assertThat(RunningProxy.on(List.of(here.host().address())).command().files())
                .containsExactly(here.file());
    }

    @Test
    void a_line_whose_socket_would_be_opened_anew_is_named_before_anything_is_started() throws Exception {
        var six = "    bind [::1]:%d\n".formatted(Loopback.freePort());
        here.start(Door.MASTER_SOCKET, text -> text.replace("    default_backend", six + "    default_backend"));
        adopt();

        assertThatThrownBy(() -> giveBack(Breakpoint.NONE)).hasMessageContaining("'%s' in".formatted(six.strip()));

        assertThat(here.configuration(AdoptionHost.USER).maintenance()).doesNotExist();
        Files.writeString(here.file(), Files.readString(here.file()).replace(six, six.replace("\n", " v6only\n")));
        giveBack(Breakpoint.NONE);
        assertThat(here.run().serving()).isEmpty();
    }

    private void tell(String command) throws Exception {
        var live = here.run().serving().getFirst();
        live.directory().masterSocket().demand("@!%d %s".formatted(live.worker(), command));
    }

    /** Nothing of the old one is left. */
    private void adopted(Door door) throws Exception {
        here.start(door);
        adopt();
    }

    private void adopt() throws Exception {
        here.adopt(Breakpoint.NONE);
        await().until(() -> here.node(Breakpoint.NONE).status().generations().size() == 1);
    }

    private Optional<String> giveBack(Breakpoint breakpoint) throws Exception {
        return new GiveBack(here.configuration(AdoptionHost.USER), "haproxy.service", breakpoint).run();
    }
}
