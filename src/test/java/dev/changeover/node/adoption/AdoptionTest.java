package dev.changeover.node.adoption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.changeover.demo.RealParts;
import dev.changeover.haproxy.AdoptedProcess;
import dev.changeover.haproxy.AdoptedProcess.Door;
import dev.changeover.haproxy.Generation;
import dev.changeover.haproxy.ListeningSockets;
import dev.changeover.haproxy.RunningProxy;
import dev.changeover.haproxy.configuration.OperatorConfiguration;
import dev.changeover.host.FileTree;
import dev.changeover.host.Loopback;
import dev.changeover.host.ProgramRun;
import dev.changeover.inventory.KernelVersion;
import dev.changeover.node.agent.ActivityHeartbeat;
import dev.changeover.node.agent.AgentDied;
import dev.changeover.node.agent.ProxyNode;
import dev.changeover.node.driver.Breakpoint;
import dev.changeover.node.driver.ProxySession;
import dev.changeover.node.haproxy.HaproxyDriver;
import dev.changeover.node.site.NodeSite;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
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
    private final List<String> deeds = new ArrayList<>();
    private AdoptionHost here;

    @BeforeEach
    void host() throws IOException {
        here = new AdoptionHost();
    }

    @AfterEach
    void close() throws Exception {
        here.close();
    }

    @ParameterizedTest
    @EnumSource
    void no_connection_fails_and_no_session_ends(Door door) throws Exception {
        here.start(door);
        here.open(50);

        try (var traffic = here.traffic()) {
            here.adopt(Breakpoint.NONE);
            await().until(() -> traffic.total().connections() > 400);

            assertThat(traffic.total().failed())
                    .as("%s", traffic.total().reasons())
                    .isZero();
        }

        awaitThatOnlyThe50AreLeft();
        assertThat(here.node(Breakpoint.NONE).status().problems()).isEmpty();
        for (var session : here.sessions()) assertThat(session.alive()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void the_old_tree_ends_with_its_last_session_and_the_node_is_an_ordinary_one(Door door) throws Exception {
        here.start(door);
        here.open(1);
        here.adopt(Breakpoint.NONE);
        assertThat(here.node(Breakpoint.NONE).status().generations()).hasSize(2);

        here.sessions().getFirst().close();

        await().untilAsserted(() ->
                assertThat(here.node(Breakpoint.NONE).status().generations()).hasSize(1));
        await().until(() -> !here.running().isAlive());
    }

    @ParameterizedTest
    @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void a_session_of_the_old_one_can_be_closed(Door door) throws Exception {
        here.start(door);
        here.open(2);
        here.adopt(Breakpoint.NONE);

        var old = here.driver().observe().retiring().getFirst();
        var first = old.sessions().getFirst();
        var closed = old.close(first, old.details(first).orElseThrow(), () -> true);

        assertThat(closed).isTrue();
        await().until(() -> old.sessions().size() == 1);
    }

    @Test
    void sessions_that_nobody_can_list_are_counted_and_the_plan_says_so_before() throws Exception {
        here.start(Door.NONE);
        here.open(3);
        assertThat(here.adoption(Breakpoint.NONE).plan(null).steps().getLast())
                .contains("its 6 connections stay, are counted")
                .contains("retirement waits for the last of them");

        here.adopt(Breakpoint.NONE);

        var old = here.driver().observe().retiring().getFirst();
        assertThat(old.sessions()).extracting(ProxySession::age).containsOnly(Duration.ZERO);
        assertThat(here.node(Breakpoint.NONE).status().problems()).isEmpty();
        assertThat(here.node(Breakpoint.NONE).status().warnings().getFirst())
                .contains("process %d has no runtime socket: its sessions are counted"
                        .formatted(here.running().pid()));
    }

    @Test
    void a_socket_that_lets_people_look_and_close_nothing_is_none() throws Exception {
        startWithSocket("level operator");

        assertThat(here.adoption(Breakpoint.NONE).plan(null).steps().getLast())
                .contains("they cannot be listed or closed", "nor a 'stats socket' of 'level admin' that answers");
    }

    private void startWithSocket(String words) throws Exception {
        var line = "stats socket %s/o.sock %s\n".formatted(here.host().home(), words);
        here.start(Door.NONE, text -> text.replace("daemon\n", line));
    }

    @Test
    void a_socket_that_says_how_severe_its_words_are_is_one() throws Exception {
        startWithSocket("level admin severity-output string");

        assertThat(here.adoption(Breakpoint.NONE).plan(null).steps().getLast())
                .doesNotContain("cannot be listed or closed");
    }

    @Test
    void sessions_are_closed_past_a_masters_socket_that_lets_people_look_and_close_nothing() throws Exception {
        here.start(Door.NONE);
        var socket = here.host().home() + "/m.sock,level,operator";
        here.running().destroyForcibly().waitFor();
        here.start(here.host().startForeign(here.file(), "-W", "-S", socket));
        here.open(1);

        here.adopt(Breakpoint.NONE);

        assertThat(AdoptedProcess.in(here.run().generation(1)).orElseThrow().door())
                .isEqualTo(Door.MASTER_PAIR);
        var old = here.driver().observe().retiring().getFirst();
        var session = old.sessions().getFirst();
        assertThat(old.close(session, old.details(session).orElseThrow(), () -> true))
                .isTrue();
    }

    @Test
    void a_connection_that_is_kept_and_lost_leaves_sessions_that_are_counted() throws Exception {
        here.start(Door.KEPT_CONNECTION);
        here.open(2);
        here.adopt(Breakpoint.NONE);
        var holder = AdoptedProcess.in(here.run().generation(1)).orElseThrow().helper();

        ProcessHandle.of(holder.pid()).orElseThrow().destroyForcibly();
        await().until(() -> !holder.isRunning());

        assertThat(here.node(Breakpoint.NONE).status().generations())
                .extracting(generation -> generation.serving() + " " + generation.sessions())
                .containsExactly("true 0", "false 2");
    }

    @Test
    void another_process_on_the_same_master_socket_is_not_the_adopted_one() throws Exception {
        here.start(Door.MASTER_SOCKET);
        here.adopt(Breakpoint.NONE);
        await().until(() -> !here.running().isAlive());
        Files.writeString(
                here.file(),
                Files.readString(here.file()).replace("" + here.host().port(), "" + Loopback.freePort()));
        var other =
                here.host().startForeign(here.file(), "-W", "-S", here.host().home() + "/m.sock");
        await().until(() -> other.children().findAny().isPresent());

        assertThat(here.node(Breakpoint.NONE).status().generations())
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
        here.start(door);
        here.open(50);

        try (var traffic = here.traffic()) {
            assertThat(catchThrowable(() -> here.adopt(AgentDied.at(step)))).isInstanceOf(AgentDied.class);
            var again = here.adoption(Breakpoint.NONE);
            if (!again.goOn(null)
                    && here.node(Breakpoint.NONE).status().serving().isEmpty()) again.carryOut(again.plan(null));
            await().until(() -> traffic.total().connections() > 100);

            assertThat(traffic.total().failed())
                    .as("%s", traffic.total().reasons())
                    .isZero();
        }

        awaitThatOnlyThe50AreLeft();
        for (var session : here.sessions()) assertThat(session.alive()).isTrue();
    }

    /** The last of the short ones may still be on its way out. */
    private void awaitThatOnlyThe50AreLeft() {
        await().untilAsserted(
                        () -> assertThat(here.node(Breakpoint.NONE).status().generations())
                                .extracting(generation -> generation.serving() + " " + generation.sessions())
                                .containsExactly("true 0", "false 50"));
    }

    /** As in a container, where every HAProxy has read a file of the same name. */
    @Test
    void one_in_another_network_that_was_started_with_a_file_of_that_name_is_another_one() throws Exception {
        var through = List.of("unshare", "-n", "sh", "-c", "ip link set lo up; exec \"$0\" \"$@\"");
        assumeThat(ProgramRun.in(Path.of("/"), "unshare", "-n", "true").run().succeeded())
                .as("a network namespace can be made here")
                .isTrue();
        var text = here.host().configuration(RealParts.mariaDb().address().getPort());
        Files.writeString(
                here.file(),
                "global\n    stats socket \"${SOCKET}\" level admin\n"
                        + text.replace("frontend", ".if !defined(NOWHERE)\nfrontend") + ".endif\n");
        here.start(here.host()
                .startForeignIn(List.of("env", "SOCKET=" + socket("a")), here.file(), "-W", "-S", socket("m")));
        here.host()
                .startForeignIn(
                        Stream.concat(Stream.of("env", "SOCKET=" + socket("b")), through.stream())
                                .toList(),
                        here.file(),
                        "-W",
                        "-S",
                        socket("n"));
        await().until(() ->
                !ListeningSockets.elsewhere(List.of(here.host().address())).isEmpty());

        assertThat(RunningProxy.of(OperatorConfiguration.read(here.file()), List.of(here.file()))
                        .master())
                .hasValue(here.running().pid());
    }

    private String socket(String name) {
        return here.host().home().resolve(name + ".sock").toString();
    }

    @Test
    void several_files_and_directories_are_adopted_as_they_were_given() throws Exception {
        var text = here.host().configuration(RealParts.mariaDb().address().getPort());
        var parts = Files.createDirectories(here.host().home().resolve("conf.d"));
        Files.writeString(here.file(), text.substring(0, text.lastIndexOf("backend db")));
        Files.writeString(parts.resolve("50-db.cfg"), text.substring(text.lastIndexOf("backend db")));
        here.start(here.host().startForeign(here.file(), "-f", parts.toString(), "-W"));
        here.open(2);
        var adoption = here.adoptionOf(here.file(), parts);

        adoption.carryOut(adoption.plan(null));

        assertThat(here.node(Breakpoint.NONE).status().generations())
                .extracting(generation -> generation.serving() + " " + generation.sessions())
                .containsExactly("true 0", "false 2");
    }

    @ParameterizedTest
    @EnumSource(names = {"MASTER_SOCKET", "NONE"})
    void the_plan_says_that_two_generations_would_share_source_ports(Door door) throws Exception {
        var low = Loopback.freePort();
        var source = " source 127.0.0.1:%d-%d check inter".formatted(low, low + 5);
        here.start(door, text -> text.replace(" check inter", source));

        var plan = here.adoption(Breakpoint.NONE).plan(null);

        assertThat(plan.warnings())
                .anySatisfy(warning ->
                        assertThat(warning).contains("connections to the servers [db/db1] fail after a handover"));
    }

    /** As runit, s6 or a loop in a script would. */
    @Test
    void whoever_would_start_it_again_beside_ours_is_named_in_the_plan() throws Exception {
        Files.writeString(
                here.file(),
                here.host().configuration(RealParts.mariaDb().address().getPort()));
        var again = List.of("sh", "-c", "\"$0\" \"$@\"; \"$0\" \"$@\"");
        here.start(here.host()
                .startForeignIn(again, here.file(), "-W", "-S", here.host().home() + "/m.sock"));
        var adoption = here.adoption(Breakpoint.NONE);
        var plan = adoption.plan(null);

        assertThat(plan.warnings())
                .anySatisfy(warning -> assertThat(warning)
                        .startsWith("process %d (".formatted(here.running().pid()))
                        .contains("may start it again when that has ended with its last session"));
    }

    @Test
    void a_supervisor_is_known_by_its_name_whatever_runs_it() throws Exception {
        Files.writeString(
                here.file(),
                here.host().configuration(RealParts.mariaDb().address().getPort()));
        var script = here.host().home().resolve("supervisord");
        Files.writeString(script, "\"$@\"\nexit 0\n");
        here.start(here.host().startForeignIn(List.of("sh", script.toString()), here.file()));

        assertThat(here.adoption(Breakpoint.NONE).plan(null).warnings())
                .anySatisfy(warning -> assertThat(warning)
                        .startsWith("process %d (supervisord), which started HAProxy, starts it again"
                                .formatted(here.running().pid()))
                        .contains("'autorestart=false'"));
    }

    @Test
    void one_that_goes_on_accepting_for_its_grace_is_waited_for_and_the_plan_says_so() throws Exception {
        here.start(Door.MASTER_SOCKET, text -> text.replace("daemon\n", "daemon\n    grace 6s\n"));
        here.open(5);

        try (var traffic = here.traffic()) {
            var adoption = here.adoption(Breakpoint.NONE);
            var plan = adoption.plan(null);
            assertThat(plan.steps().getLast()).contains("stop accepting, which it does 6 s later, as 'grace' in ");
            adoption.carryOut(plan);

            assertThat(traffic.total().failed())
                    .as("%s", traffic.total().reasons())
                    .isZero();
        }

        assertThat(here.run().serving()).hasSize(1);
        for (var session : here.sessions()) assertThat(session.alive()).isTrue();
    }

    @Test
    void stickiness_that_is_lost_is_refused_unless_it_is_accepted() throws Exception {
        here.start(Door.MASTER_SOCKET, text -> text + "    stick-table type binary len 4 size 10\n    stick on dst\n");
        assertThatThrownBy(() -> here.adoption(Breakpoint.NONE).plan(null))
                .hasMessageContaining("what the stick tables [db] hold is lost, and clients may go to another server");

        var adoption = here.adoption(Breakpoint.NONE);
        adoption.carryOut(adoption.plan(null, true));

        assertThat(here.node(Breakpoint.NONE).status().serving()).isPresent();
    }

    @Test
    void what_the_proof_refuses_is_left_as_it_was() throws Exception {
        here.start(Door.MASTER_SOCKET);
        here.open(1);
        var configuration = here.configuration("nobody_knows_this_user");
        var node = new ProxyNode(
                configuration, new HaproxyDriver(configuration.runDir(), here.file(), "nobody_knows_this_user"));
        var adoption = new Adoption(configuration, node);

        assertThatThrownBy(() -> adoption.carryOut(adoption.plan(null))).hasMessageContaining("no login");

        assertThat(here.sessions().getFirst().alive()).isTrue();
        await().untilAsserted(() -> assertThat(
                        RunningProxy.on(List.of(here.host().address())).worker())
                .isEqualTo(here.running().children().findFirst().orElseThrow().pid()));
        here.open(1);
    }

    /** As a jail that a cleaner removed since: {@code haproxy -c} does not look for it. */
    @Test
    void a_start_that_fails_says_why_and_leaves_it_as_it_was() throws Exception {
        var jail = Files.createDirectory(here.host().home().resolve("jail"));
        here.start(Door.MASTER_SOCKET, text -> text.replace("daemon\n", "chroot %s\n".formatted(jail)));
        FileTree.delete(jail);
        here.open(1);

        assertThatThrownBy(() -> here.adopt(Breakpoint.NONE))
                .hasMessageContainingAll("did not come up", "Cannot chroot");

        assertThat(here.run().directories()).isEmpty();
        assertThat(here.sessions().getFirst().alive()).isTrue();
        here.open(1);
    }

    @Test
    void a_host_that_fails_between_two_steps_is_left_as_it_was() throws Exception {
        here.start(Door.MASTER_SOCKET);
        var adoption = here.adoption(Breakpoint.NONE);
        var plan = adoption.plan(null);
        var text = Files.readString(here.file());
        Files.delete(here.file());

        assertThatThrownBy(() -> adoption.carryOut(plan, Optional.of(unit()))).isInstanceOf(IOException.class);

        assertThat(deeds).containsExactly("hold", "release");
        Files.writeString(here.file(), text);
        here.adopt(Breakpoint.NONE);
    }

    @Test
    void while_the_old_one_does_not_answer_both_accept_and_a_second_run_goes_on() throws Exception {
        here.start(Door.MASTER_SOCKET);
        here.open(1);
        var adoption = here.adoption(step -> {
            if (step.equals("checks")) signal("-STOP", here.running().pid());
        });

        assertThatThrownBy(() -> adoption.carryOut(adoption.plan(null), Optional.of(unit())))
                .hasMessageContaining("did not answer");
        signal("-CONT", here.running().pid());

        assertThat(deeds).as("its unit has nothing to start beside ours").containsExactly("hold");
        assertThat(here.run().serving()).hasSize(2);
        assertThat(here.adoption(Breakpoint.NONE).goOn(null)).isTrue();
        await().untilAsserted(() -> assertThat(here.run().serving()).hasSize(1));
        assertThat(here.sessions().getFirst().alive()).isTrue();
    }

    @Test
    void sessions_that_a_refused_one_has_caught_hold_no_second_run_up() throws Exception {
        here.start(Door.MASTER_SOCKET);
        var worker = here.running().children().findFirst().orElseThrow().pid();
        var configuration = here.configuration("nobody_knows_this_user");
        var driver = new HaproxyDriver(configuration.runDir(), here.file(), "nobody_knows_this_user");
        var site = NodeSite.of(configuration, driver, () -> 1L << 40, InstantSource.system(), step -> {
            if (step.equals("checks")) openOnTheNewOne(worker);
        });
        var adoption = new Adoption(configuration, new ProxyNode(site, ActivityHeartbeat::new));
        assertThatThrownBy(() -> adoption.carryOut(adoption.plan(null))).hasMessageContaining("no login");
        assertThat(here.run().live()).extracting(Generation.Live::stopping).containsExactly(true);

        here.adopt(Breakpoint.NONE);

        assertThat(here.node(Breakpoint.NONE).status().serving()).isPresent();
        assertThat(here.sessions().getFirst().alive()).isTrue();
    }

    /** The kernel gives a connection to whoever takes it. */
    private void openOnTheNewOne(long oldWorker) {
        signal("-STOP", oldWorker);
        try {
            here.open(1);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } finally {
            signal("-CONT", oldWorker);
        }
    }

    static void signal(String signal, long pid) {
        try {
            assertThat(new ProcessBuilder("/bin/kill", signal, Long.toString(pid))
                            .start()
                            .waitFor())
                    .isZero();
        } catch (IOException | InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** Writes down what is done to it. */
    private FormerOwner unit() {
        return (FormerOwner) Proxy.newProxyInstance(
                FormerOwner.class.getClassLoader(), new Class<?>[] {FormerOwner.class}, (unit, deed, words) -> {
                    deeds.add(deed.getName());
                    return null;
                });
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
}
