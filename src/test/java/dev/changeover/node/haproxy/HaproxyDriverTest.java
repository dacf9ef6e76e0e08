package dev.changeover.node.haproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.changeover.demo.MariaDb;
import dev.changeover.demo.RealParts;
import dev.changeover.demo.ShortConnections;
import dev.changeover.haproxy.HaproxyHost;
import dev.changeover.haproxy.runtime.ServerState;
import dev.changeover.host.Loopback;
import dev.changeover.inventory.KernelVersion;
import dev.changeover.node.HandOver;
import dev.changeover.node.HandOverOrder;
import dev.changeover.node.KernelToRun;
import dev.changeover.node.NodeActivities;
import dev.changeover.node.NodeState;
import dev.changeover.node.NodeState.Problem;
import dev.changeover.node.NodeState.Problem.Kind;
import dev.changeover.node.RetireOrder;
import dev.changeover.node.StageOrder;
import dev.changeover.node.agent.ByHand;
import dev.changeover.node.agent.NodeRig.Package;
import dev.changeover.node.agent.ProxyNode;
import dev.changeover.node.agent.SessionClient;
import dev.changeover.node.agent.Supervisor;
import dev.changeover.node.agent.TrustingLifeline;
import dev.changeover.node.agent.Watchdog;
import dev.changeover.node.driver.Breakpoint;
import dev.changeover.node.driver.StagedKernel;
import dev.changeover.node.site.AgentConfiguration;
import io.temporal.failure.ApplicationFailure;
import io.temporal.testing.TestActivityEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only the HAProxy driver does, beside the contract of all drivers. */
@Order(1)
class HaproxyDriverTest {

    private static final Duration SOON = Duration.ofMinutes(1);
    private static final Duration DAY = Duration.ofHours(24);

    @TempDir
    Path directory;

    private final TestActivityEnvironment environment = TestActivityEnvironment.newInstance();
    private final List<SessionClient> clients = new ArrayList<>();
    private static MariaDb database;
    private HaproxyRig rig;

    @BeforeAll
    static void start() {
        database = RealParts.ownMariaDb();
    }

    @AfterAll
    static void stop() {
        database.close();
    }

    @BeforeEach
    void serve() throws IOException {
        rig = new HaproxyRig(directory, true, database);
    }

    @AfterEach
    void end() throws IOException {
        for (var client : clients) client.close();
        rig.close();
        environment.close();
    }

    @Test
    void not_one_of_many_short_connections_fails_while_the_node_changes_hands() throws Exception {
        var agent = agent();
        agent.stage(new StageOrder(rig.node(), rig.kernel(Package.B)));
        var session = connect();
        HandOver up;
        try (var traffic = ShortConnections.start(List.of(rig.address()), database.app(), 200)) {
            await().until(() -> traffic.total().connections() > 100);

            up = agent.handOver(new HandOverOrder(rig.node(), rig.kernel(Package.B)));
            agent.handOver(new HandOverOrder(rig.node(), rig.kernel(Package.A)));
            var before = traffic.total().connections();
            await().until(() -> traffic.total().connections() > before + 100);

            traffic.close();
            assertThat(traffic.total().failed()).as("%s", traffic.total()).isZero();
        }
        assertThat(session.alive()).isTrue();
        assertThat(up.parts())
                .extracting(HandOver.Part::name)
                .containsExactly("preflight", "start", "checks", "prove", "commit", "confirm");
    }

    /** Before its last thread has let go of the address, a look would take what just died for a stranger. */
    @Test
    void what_serves_is_missed_as_soon_as_it_has_died_and_started_again() throws Exception {
        rig.agent(Breakpoint.NONE);
        var agent = rig.agent();
        await().until(() -> agent.supervise() == Supervisor.Finding.SERVING);
        assertThat(agent.hasEnded()).isFalse();
        var live = rig.live(1);

        for (var pid : List.of(live.master(), live.worker())) {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        }
        await().until(agent::hasEnded);

        assertThat(agent.supervise()).isEqualTo(Supervisor.Finding.STARTED);
        assertThat(agent.hasEnded()).isFalse();
        try (var session = rig.connect()) {
            assertThat(session.alive()).isTrue();
        }
    }

    @Test
    void two_orders_at_once_are_one_handover() throws Exception {
        var agent = agent();
        agent.stage(new StageOrder(rig.node(), rig.kernel(Package.B)));
        var order = new HandOverOrder(rig.node(), rig.kernel(Package.B));

        var other = rig.agent(Breakpoint.NONE);
        var first = CompletableFuture.supplyAsync(() -> agent.handOver(order).changed(), Thread::startVirtualThread);
        var elsewhere = TestActivityEnvironment.newInstance();
        elsewhere.registerActivitiesImplementations(other);
        var second = CompletableFuture.supplyAsync(
                () -> elsewhere
                        .newActivityStub(NodeActivities.class)
                        .handOver(order)
                        .changed(),
                Thread::startVirtualThread);

        assertThat(List.of(first.join(), second.join())).containsExactlyInAnyOrder(true, false);
        assertThat(rig.live(2).stopping()).isFalse();
        elsewhere.close();
    }

    @Test
    void a_server_taken_out_by_hand_stays_out_in_the_new_generation() throws Exception {
        var agent = agent();
        agent.stage(new StageOrder(rig.node(), rig.kernel(Package.B)));
        var second = "    server db2 127.0.0.1:%d check inter 100ms\n"
                .formatted(database.address().getPort());
        Files.writeString(rig.operatorFile(), Files.readString(rig.operatorFile()) + second);
        rig.reload();
        rig.tell(2, "set server db/db2 state maint");

        agent.handOver(new HandOverOrder(rig.node(), rig.kernel(Package.B)));

        assertThat(rig.live(3).api().servers())
                .extracting(ServerState::name, ServerState::state)
                .containsExactly(tuple("db/db1", "ready"), tuple("db/db2", "maint"));
    }

    @Test
    void limits_that_were_set_at_run_time_stay_in_the_new_generation() throws Exception {
        var agent = agent();
        agent.stage(new StageOrder(rig.node(), rig.kernel(Package.B)));
        Files.writeString(
                rig.operatorFile(),
                Files.readString(rig.operatorFile())
                        .replace("    default_backend db\n", "    maxconn 100\n    default_backend db\n")
                        .replace("check inter", "maxconn 10 check inter"));
        rig.reload();
        rig.tell(2, "set maxconn global 300");
        rig.tell(2, "set rate-limit connections global 9000");
        rig.tell(2, "set maxconn frontend mysql 50");
        rig.tell(2, "set maxconn server db/db1 7");

        agent.handOver(new HandOverOrder(rig.node(), rig.kernel(Package.B)));

        var api = rig.live(3).api();
        assertThat(api.info()).containsEntry("Maxconn", "300").containsEntry("ConnRateLimit", "9000");
        assertThat(api.statistics().find("mysql", "FRONTEND").orElseThrow().limit())
                .isEqualTo(50);
        assertThat(api.statistics().find("db", "db1").orElseThrow().limit()).isEqualTo(7);
    }

    @Test
    void a_limit_of_a_frontend_of_which_the_file_says_none_stays_and_none_is_invented() throws Exception {
        var agent = agent();
        agent.stage(new StageOrder(rig.node(), rig.kernel(Package.B)));
        var more = "frontend more\n    bind 127.0.0.1:%d\n    default_backend db\n".formatted(Loopback.freePort());
        Files.writeString(rig.operatorFile(), Files.readString(rig.operatorFile()) + more);
        rig.reload();
        rig.tell(2, "set maxconn frontend mysql 50");

        agent.handOver(new HandOverOrder(rig.node(), rig.kernel(Package.B)));

        var api = rig.live(3).api();
        assertThat(api.statistics().find("mysql", "FRONTEND").orElseThrow().limit())
                .isEqualTo(50);
        assertThat(api.statistics().find("more", "FRONTEND").orElseThrow().limit())
                .isEqualTo(Long.parseLong(api.info().get("Hard_maxconn")));
    }

    @Test
    void servers_that_came_and_went_at_run_time_are_named() throws Exception {
        agent();
        var port = database.address().getPort();
        Files.writeString(
                rig.operatorFile(),
                Files.readString(rig.operatorFile()) + "    server db2 127.0.0.1:%d check\n".formatted(port));
        rig.reload();
        rig.tell(2, "set server db/db2 state maint");
        rig.tell(2, "del server db/db2");
        rig.tell(2, "add server db/db3 127.0.0.1:" + port);

        assertThat(rig.agent().status().warnings())
                .anySatisfy(warning ->
                        assertThat(warning).contains("does not know the servers that were added", "[db/db3]"))
                .anySatisfy(warning -> assertThat(warning).contains("brings back the servers that were", "[db/db2]"));
    }

    @Test
    void a_reload_without_a_change_does_nothing() throws Exception {
        agent();

        assertThat(rig.agent().reload(ByHand.CAREFULLY)).isFalse();
        rig.changeConfiguration();
        assertThat(rig.agent().reload(ByHand.CAREFULLY)).isTrue();
        assertThat(rig.agent().reload(ByHand.CAREFULLY)).isFalse();

        assertThat(rig.agent().status().problems()).isEmpty();
        assertThat(rig.agent().status().generations())
                .extracting(NodeState.Generation::number)
                .containsExactly(2);
    }

    @Test
    void settings_that_would_cut_sessions_are_named() throws Exception {
        agent();
        var text = Files.readString(rig.operatorFile());
        Files.writeString(
                rig.operatorFile(),
                text.replace("maxconn 500", "maxconn 500\n    hard-stop-after 1h\n    grace 8s")
                        .replace("timeout client 25h", "timeout client 1h"));

        var state = rig.agent().status();

        assertThat(state.problems()).extracting(Problem::kind).contains(Kind.HARD_STOP_AFTER, Kind.CONFIG_CHANGED);
        assertThat(state.warnings())
                .anySatisfy(warning -> assertThat(warning)
                        .startsWith("frontend mysql (timeout client): HAProxy itself cuts")
                        .contains(" 3600 s"))
                .anySatisfy(warning -> assertThat(warning).contains("each handover takes 8 s longer"));
    }

    @Test
    void what_a_handover_would_lose_is_named_and_nothing_else() throws Exception {
        agent();
        var map = Files.writeString(directory.resolve("ports.map"), "# who goes where\n10.0.0.1  81\n");
        var text = Files.readString(rig.operatorFile());
        Files.writeString(
                rig.operatorFile(),
                text.replace("    default_backend db\n", """
                            tcp-request connection reject if { src,map_ip(%s) -m found }
                            tcp-request connection track-sc0 src table visitors
                            tcp-request connection track-sc1 src table others
                            default_backend db
                        backend visitors
                            stick-table type binary len 4 size 1k expire 1h store conn_cnt
                        backend others
                            stick-table type ip size 1k expire 1h store conn_cnt
                        """.formatted(map))
                        .replace("check inter", "weight 10 check inter"));
        rig.reload();
        connect();
        rig.tell(2, "add map " + map + " 10.0.0.2 82");
        rig.tell(2, "set server db/db1 weight 5");

        assertThat(rig.agent().status().warnings())
                .singleElement()
                .satisfies(warning -> assertThat(warning).contains("stick tables", "[visitors]"));
        assertThat(rig.agent().status().problems()).isEmpty();
    }

    /** The next one gets the number: a mark that stayed would close its sessions without an order. */
    @Test
    void a_generation_that_was_let_go_leaves_no_mark_for_the_next_of_its_number() throws Exception {
        var agent = agent();
        agent.stage(new StageOrder(rig.node(), rig.kernel(Package.B)));
        rig.refuseLogins(true);

        assertThatThrownBy(() -> agent.handOver(new HandOverOrder(rig.node(), rig.kernel(Package.B))))
                .hasMessageContaining("no login as haproxy_check");
        rig.refuseLogins(false);

        assertThat(rig.run().directories()).hasSize(1);
        assertThat(rig.site(Breakpoint.NONE).retiredByHand().all()).isEmpty();
    }

    @Test
    void a_database_without_room_for_two_generations_is_named() throws Exception {
        agent();
        for (var session = 0; session < 6; session++) connect();
        var before = database.ask("select @@max_connections");
        database.ask("set global max_connections = 10");
        try {
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(rig.agent().status().warnings())
                            .singleElement()
                            .satisfies(warning -> assertThat(warning).contains("at most 10 connections")));
        } finally {
            database.ask("set global max_connections = " + before);
        }
    }

    @Test
    void nothing_is_started_or_handed_over_while_a_person_works_on_the_host() throws Exception {
        var agent = agent();
        agent.stage(new StageOrder(rig.node(), rig.kernel(Package.B)));
        var maintenance = Files.createFile(rig.run().path().resolve("MAINTENANCE"));

        assertThat(problems()).containsExactly(Kind.MAINTENANCE);
        assertThatThrownBy(() -> agent.handOver(new HandOverOrder(rig.node(), rig.kernel(Package.B))))
                .hasStackTraceContaining("NOT_SAFE");
        rig.kill(1);
        assertThat(rig.agent().supervise()).isEqualTo(Supervisor.Finding.MAINTENANCE);
        assertThat(problems()).contains(Kind.NOTHING_SERVES);

        Files.delete(maintenance);
        assertThat(rig.agent().supervise()).isEqualTo(Supervisor.Finding.STARTED);
    }

    @Test
    void a_worker_that_does_not_answer_is_not_replaced() throws Exception {
        agent();
        var worker = rig.live(1).worker();
        HaproxyRig.signal("-STOP", worker);

        assertThat(rig.agent().supervise()).isEqualTo(Supervisor.Finding.UNKNOWN);
        assertThat(problems()).contains(Kind.NO_ANSWER);

        HaproxyRig.signal("-CONT", worker);
        assertThat(await().until(() -> rig.agent().supervise(), found -> found != Supervisor.Finding.UNKNOWN))
                .isEqualTo(Supervisor.Finding.SERVING);
    }

    @Test
    void an_old_generation_that_hangs_does_not_keep_a_dead_node_down() throws Exception {
        var agent = agent();
        connect();
        upgrade(agent);
        HaproxyRig.signal("-STOP", rig.live(1).master());
        rig.kill(2);

        assertThat(rig.agent().supervise()).isEqualTo(Supervisor.Finding.STARTED);

        connect();
        assertThat(problems()).containsExactlyInAnyOrder(Kind.NO_ANSWER);
    }

    @Test
    void the_watchdog_brings_a_killed_node_back_by_itself_and_says_so() throws Exception {
        agent();
        var changes = new CopyOnWriteArrayList<String>();
        try (var watchdog = new Watchdog(rig.agent(), () -> changes.add("changed"))) {
            watchdog.start();
            await().until(() -> changes.size() == 1);

            rig.kill(1);

            await().atMost(SOON).until(() -> problems().isEmpty());
            connect();
            await().atMost(SOON).until(() -> changes.size() == 3);
        }
    }

    @Test
    void the_watchdog_says_so_when_a_problem_has_passed_although_the_same_still_serves() throws Exception {
        agent();
        for (int i = 1; i <= 3; i++) {
            rig.kill(i);
            await().atMost(SOON).until(() -> rig.agent().supervise() == Supervisor.Finding.STARTED);
        }
        var told = new CopyOnWriteArrayList<List<Kind>>();
        try (var watchdog = new Watchdog(rig.agent(), () -> told.add(problems()))) {
            watchdog.start();
            await().atMost(SOON).until(() -> !told.isEmpty());
            assertThat(told).last().isEqualTo(List.of(Kind.CRASH_LOOP));

            rig.setClock(Instant.now().plusSeconds(61));

            await().atMost(Duration.ofSeconds(30)).until(() -> told.getLast().isEmpty());
        }
    }

    @Test
    void one_that_serves_after_three_starts_within_a_minute_is_not_said_to_be_down() throws Exception {
        agent();
        for (int i = 1; i <= 3; i++) {
            rig.kill(i);
            await().atMost(SOON).until(() -> rig.agent().supervise() == Supervisor.Finding.STARTED);
        }

        var state = rig.agent().status();

        assertThat(state.serving()).isPresent();
        assertThat(state.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.kind()).isEqualTo(Kind.CRASH_LOOP);
            assertThat(problem.text())
                    .contains("serves now, and was started three times within a minute")
                    .doesNotContain("keeps dying", "is tried again");
        });
    }

    @Test
    void the_watchdog_survives_an_error_of_the_machine() throws Exception {
        var isBroken = new AtomicBoolean(true);
        rig.agent(step -> {
            if (isBroken.getAndSet(false)) throw new OutOfMemoryError("as the test says");
        });
        var changes = new CopyOnWriteArrayList<String>();
        var lost = new AtomicBoolean();
        try (var watchdog = new Watchdog(rig.agent(), () -> changes.add("changed"), () -> lost.set(true))) {
            rig.kill(1);
            watchdog.start();

            await().atMost(SOON).until(() -> !isBroken.get() && problems().isEmpty());
            rig.kill(rig.agent().status().serving().orElseThrow().number());
            await().atMost(SOON).until(() -> problems().isEmpty());
        }
        assertThat(changes).hasSizeGreaterThan(1);
        assertThat(lost).isFalse();
    }

    @Test
    void a_watchdog_that_can_tell_nobody_any_more_ends_its_process() throws Exception {
        agent();
        var lost = new CountDownLatch(1);
        Runnable noMemory = () -> {
            throw new OutOfMemoryError("as the test says");
        };

        try (var watchdog = new Watchdog(rig.agent(), noMemory, lost::countDown)) {
            watchdog.start();

            assertThat(lost.await(1, TimeUnit.MINUTES)).isTrue();
        }
    }

    @Test
    void the_first_start_of_a_node_is_its_initial_kernel_as_generation_1() throws Exception {
        var home = Files.createDirectories(directory.resolve("first"));
        var node = beforeItsFirstStart(home);
        try {
            assertThat(node.supervise()).isEqualTo(Supervisor.Finding.STARTED);
            assertThat(node.supervise()).isEqualTo(Supervisor.Finding.SERVING);

            var state = node.status();
            assertThat(state.problems()).isEmpty();
            assertThat(state.boot()).isEqualTo(rig.kernel(Package.A).version());
            assertThat(state.generations()).singleElement().satisfies(generation -> {
                assertThat(generation.number()).isEqualTo(1);
                assertThat(generation.kernel()).isEqualTo(rig.kernel(Package.A).version());
            });
        } finally {
            HaproxyRig.killBelow(home);
        }
    }

    @Test
    void fetching_the_initial_kernel_is_no_start_beside_the_one_that_follows() throws Exception {
        var home = Files.createDirectories(directory.resolve("first"));
        var node = beforeItsFirstStart(home);
        try {
            assertThat(node.supervise()).isEqualTo(Supervisor.Finding.STARTED);
            HaproxyRig.killBelow(home);
            await().atMost(SOON).until(() -> node.supervise() == Supervisor.Finding.STARTED);

            assertThat(node.status().problems()).isEmpty();
        } finally {
            HaproxyRig.killBelow(home);
        }
    }

    @Test
    void an_initial_kernel_that_cannot_be_fetched_is_not_asked_for_every_second() throws Exception {
        var home = Files.createDirectories(directory.resolve("first"));
        var node = beforeItsFirstStart(home, "file:///nowhere/haproxy.deb");

        for (int i = 0; i < 3; i++) assertThatThrownBy(node::supervise).hasMessageContaining("nowhere");

        assertThat(node.supervise()).isEqualTo(Supervisor.Finding.CRASH_LOOP);
    }

    private ProxyNode beforeItsFirstStart(Path home) throws IOException {
        return beforeItsFirstStart(
                home, rig.kernel(Package.A).sources().getFirst().url());
    }

    private ProxyNode beforeItsFirstStart(Path home, String url) throws IOException {
        var source = rig.kernel(Package.A).sources().getFirst();
        var port = Loopback.freePort();
        Files.writeString(
                home.resolve("haproxy.cfg"),
                HaproxyHost.configuration(port, database.address().getPort()));
        var toml = Files.writeString(home.resolve("agent.toml"), """
                node_id = "n2"
                run_dir = "%1$s/run"
                kernels_dir = "%1$s/kernels"
                haproxy_configuration = "%1$s/haproxy.cfg"
                package_addresses = ["file:///"]
                [initial_kernel]
                version = "%2$s"
                reported_version = "%3$s"
                url = "%4$s"
                sha256 = "%5$s"
                """.formatted(
                home, rig.kernel(Package.A).version(), rig.kernel(Package.A).reportedVersion(), url, source.sha256()));
        var configuration = AgentConfiguration.read(toml);
        return new ProxyNode(
                configuration,
                new HaproxyDriver(configuration.runDir(), configuration.operatorFile(), configuration.checkUser()));
    }

    @Test
    void the_emergency_door_also_replaces_a_kernel_that_still_serves() throws Exception {
        var agent = agent();
        agent.stage(new StageOrder(rig.node(), rig.kernel(Package.B)));

        rig.boot(rig.kernel(Package.B));

        assertThat(rig.agent().status().serving().orElseThrow().kernel())
                .isEqualTo(rig.kernel(Package.B).version());
        assertThat(rig.agent().status().boot()).isEqualTo(rig.kernel(Package.B).version());
    }

    @Test
    void an_address_that_is_not_on_the_list_is_refused_whatever_it_holds() throws Exception {
        var agent = agent();
        var kernel = rig.kernel(Package.B);
        var source = new KernelToRun.Source(
                System.getProperty("os.arch"),
                "http://127.0.0.1:1/kernel.deb",
                kernel.sources().getFirst().sha256());
        var elsewhere = new KernelToRun(kernel.version(), kernel.reportedVersion(), List.of(source));

        assertThatThrownBy(() -> agent.stage(new StageOrder(rig.node(), elsewhere)))
                .hasStackTraceContaining("ADDRESS_NOT_ALLOWED");
    }

    @Test
    void nothing_is_closed_while_nobody_could_stop_the_agent() throws Exception {
        var cut = new AtomicBoolean(true);
        var agent = agent(new TrustingLifeline() {
            @Override
            public boolean holds(Object progress) {
                return !cut.get();
            }
        });
        var old = connect();
        await().until(() -> old.lived().compareTo(Duration.ofSeconds(2)) > 0);
        upgrade(agent);

        var retiring = CompletableFuture.supplyAsync(
                () -> agent.retire(retire(Duration.ofSeconds(1))), Thread::startVirtualThread);
        await().pollDelay(Duration.ofSeconds(3)).until(() -> !retiring.isDone());
        assertThat(old.alive()).isTrue();

        cut.set(false);
        assertThat(retiring.join().total().closed()).isEqualTo(1);
    }

    @Test
    void kernels_before_the_last_one_are_removed_when_nothing_runs_from_them() throws Exception {
        var agent = agent();
        var kernels = rig.site(Breakpoint.NONE).kernels();
        var ancient = rig.kernel(Package.A);
        var older = new KernelToRun(KernelVersion.of("1.0.0.1"), ancient.reportedVersion(), ancient.sources());
        agent.stage(new StageOrder(rig.node(), older));
        upgrade(agent);

        agent.retire(retire(DAY));

        assertThat(kernels.all())
                .extracting(StagedKernel::version)
                .containsExactly(
                        rig.kernel(Package.A).version(), rig.kernel(Package.B).version());
    }

    @Test
    void a_failure_says_what_was_tried_on_what_and_what_to_do() throws Exception {
        agent();

        assertThatThrownBy(() -> rig.agent().boot(rig.kernel(Package.B).version(), ByHand.CAREFULLY))
                .isInstanceOfSatisfying(ApplicationFailure.class, failure -> {
                    assertThat(failure.getType()).isEqualTo("NO_PACKAGE");
                    assertThat(failure.getOriginalMessage())
                            .contains(rig.kernel(Package.B).version().toString(), "stage it first");
                });
    }

    private NodeActivities agent() {
        environment.registerActivitiesImplementations(rig.agent(Breakpoint.NONE));
        return environment.newActivityStub(NodeActivities.class);
    }

    private NodeActivities agent(TrustingLifeline lifeline) throws IOException {
        environment.registerActivitiesImplementations(rig.newAgent(Breakpoint.NONE, lifeline));
        return environment.newActivityStub(NodeActivities.class);
    }

    private void upgrade(NodeActivities agent) {
        agent.stage(new StageOrder(rig.node(), rig.kernel(Package.B)));
        agent.handOver(new HandOverOrder(rig.node(), rig.kernel(Package.B)));
    }

    private RetireOrder retire(Duration ageLimit) {
        return new RetireOrder(rig.node(), rig.kernel(Package.B), ageLimit, Duration.ofMillis(500), List.of());
    }

    private SessionClient connect() throws IOException {
        var client = rig.connect();
        clients.add(client);
        return client;
    }

    private List<Kind> problems() {
        return rig.agent().status().problems().stream().map(Problem::kind).toList();
    }
}
