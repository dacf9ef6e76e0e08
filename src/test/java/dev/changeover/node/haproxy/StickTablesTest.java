package dev.changeover.node.haproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.changeover.demo.RealParts;
import dev.changeover.haproxy.Generation;
import dev.changeover.haproxy.HaproxyHost;
import dev.changeover.haproxy.runtime.RuntimeSocket;
import dev.changeover.haproxy.runtime.StickTable;
import dev.changeover.host.Loopback;
import dev.changeover.node.HandOverOrder;
import dev.changeover.node.NodeActivities;
import dev.changeover.node.NodeState;
import dev.changeover.node.NodeState.Problem.Kind;
import dev.changeover.node.StageOrder;
import dev.changeover.node.agent.NodeRig.Package;
import dev.changeover.node.agent.SessionClient;
import dev.changeover.node.driver.Breakpoint;
import io.temporal.testing.TestActivityEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** What stick tables say of the server that clients belong to is known to the next generation, or it is said that not. */
@ResourceLock(value = RealParts.DATABASE, mode = ResourceAccessMode.READ)
class StickTablesTest {

    /** Of a kind that HAProxy lets nobody write. */
    private static final String NOT_COPIED = "    stick-table type binary len 8 size 1k%s\n    stick on src_port\n";

    @TempDir
    Path directory;

    private final TestActivityEnvironment environment = TestActivityEnvironment.newInstance();
    private final int[] peerPorts = {port(), port()};
    private HaproxyRig rig;

    @BeforeEach
    void serve() throws IOException {
        rig = new HaproxyRig(directory, true);
        environment.registerActivitiesImplementations(rig.agent(Breakpoint.NONE));
    }

    @AfterEach
    void end() throws IOException {
        rig.close();
        environment.close();
    }

    @Test
    void a_single_writer_that_was_moved_stays_the_writer_also_in_another_order_of_the_file() throws Exception {
        var sticks = "    stick-table type ip size 10\n    stick on dst\n";
        reload(file("", sticks, "db1", "db2"));
        rig.tell(2, "set table db key 127.0.0.1 data.server_id 2");
        assertThat(writer(2)).isEqualTo("db2");

        reload(file("", sticks, "db0", "db1", "db2"));
        assertThat(writer(3)).isEqualTo("db2");
        upgrade();

        assertThat(writer(4)).isEqualTo("db2");
        assertThat(rig.agent().status().warnings()).isEmpty();
        awaitNoProblem();
    }

    @Test
    void what_is_counted_in_arrays_is_lost_and_nothing_else() throws Exception {
        reload(file("", "    stick-table type ip size 10 store gpc(2),conn_cnt\n", "db1"));
        rig.tell(2, "set table db key 192.0.2.1 data.conn_cnt 3");
        assertThat(rig.agent().status().warnings())
                .containsExactly(
                        "what the stick tables [db] count in arrays, gpc(N) and gpt(N), is lost at a handover");

        upgrade();

        assertThat(rig.run().serving()).hasSize(1);
        assertThat(rig.tell(3, "show table db")).contains("key=192.0.2.1 ", " conn_cnt=3 ");
    }

    @Test
    void a_counter_that_the_next_one_has_no_place_for_is_lost_alone() throws Exception {
        var sticks = "    stick-table type ip size 10 store %s\n    stick on dst\n";
        reload(file("", sticks.formatted("gpc0"), "db1", "db2"));
        rig.tell(2, "set table db key 127.0.0.1 data.server_id 2 data.gpc0 5");

        reload(file("", sticks.formatted("gpc(1)"), "db1", "db2"));

        assertThat(writer(3)).isEqualTo("db2");
    }

    @Test
    void a_next_one_that_has_no_room_for_where_clients_belong_is_let_go() throws Exception {
        var sticks = "    stick-table type ip size %d nopurge\n    stick on dst\n";
        reload(file("", sticks.formatted(100), "db1", "db2"));
        for (var i = 1; i <= 50; i++) rig.tell(2, "set table db key 192.0.2.%d data.server_id 2".formatted(i));

        assertThatThrownBy(() -> reload(file("", sticks.formatted(1), "db1", "db2")))
                .hasMessageContaining("not all of stick table db was repeated");

        assertThat(rig.run().serving()).extracting(Generation::number).containsExactly(2);
    }

    @Test
    void stickiness_that_nobody_can_carry_over_is_a_problem() throws Exception {
        reload(file("", NOT_COPIED.formatted(""), "db1", "db2"));
        visit(1);

        assertThat(rig.agent().status().problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.kind()).isEqualTo(Kind.LOST_STICKINESS))
                .satisfies(problem -> assertThat(problem.text()).contains("[db]", "accept_lost_stickiness"));
    }

    @Test
    void peers_of_this_host_alone_are_told_too_late_so_that_it_is_a_problem_as_well() throws Exception {
        var known = new AtomicLong(-1);
        reload(file(peers("here"), NOT_COPIED.formatted(" peers p"), "db1", "db2"));
        visit(3);
        assertThat(problems()).containsExactly(Kind.LOST_STICKINESS);

        reloadAndCount(known);

        assertThat(known).as("before the old one stopped accepting").hasValue(0);
    }

    @Test
    void entries_that_only_a_peer_of_another_host_can_tell_are_waited_for() throws Exception {
        var known = new AtomicLong(-1);
        reload(file(peers("here"), NOT_COPIED.formatted(" peers p"), "db1", "db2"));
        var other = startOther();
        visit(3);
        await().until(() -> other.getAsLong() >= 3);
        await().untilAsserted(() -> assertThat(problems()).isEmpty());

        reloadAndCount(known);

        assertThat(known.get()).as("before the old one stopped accepting").isGreaterThanOrEqualTo(3);
    }

    /** The server that a new session of this generation gets. */
    private String writer(int generation) throws Exception {
        try (var session = rig.connect()) {
            assertThat(session.alive()).isTrue();
            var table = new StickTable("db", "ip", 1);
            var entries = new ArrayList<StickTable.Entry>();
            rig.live(generation).api().entries(table, entries::add);
            assertThat(entries).hasSize(1);
            return rig.tell(generation, "show sess")
                    .lines()
                    .filter(line -> line.contains("src=" + session.name()))
                    .map(line -> line.replaceFirst(".* srv=(\\S+) .*", "$1"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** Each visitor leaves an entry. */
    private void visit(int visitors) throws Exception {
        for (int i = 0; i < visitors; i++) {
            try (var session = new SessionClient(rig.address())) {
                assertThat(session.alive()).isTrue();
            }
        }
    }

    private long entries(int generation) {
        try {
            return rig.live(generation).api().stickTables().getFirst().used();
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** Another host's HAProxy with the same table; tells how many entries it has. */
    private LongSupplier startOther() throws Exception {
        var socket = new RuntimeSocket(rig.home().resolve("other.sock"));
        var file = Files.writeString(
                rig.home().resolve("other.cfg"),
                peers("there").replace("global\n", "global\n    stats socket %s level admin\n".formatted(socket.path()))
                        + "defaults\n    mode tcp\n    timeout connect 5s\n    timeout client 5s\n    timeout server 5s\n"
                        + "backend db\n" + NOT_COPIED.formatted(" peers p"));
        var program = HaproxyHost.older();
        var command = new ProcessBuilder(program.executable().toString(), "-db", "-f", file.toString()).inheritIO();
        command.environment().putAll(program.environment());
        command.start();
        return () -> {
            try {
                return Long.parseLong(socket.demand("show table")
                        .lines()
                        .findFirst()
                        .orElse("")
                        .replaceFirst(".*used:", ""));
            } catch (IOException | NumberFormatException notYet) {
                return -1;
            }
        };
    }

    private String peers(String here) {
        return """
                global
                    localpeer %s
                peers p
                    peer here 127.0.0.1:%d
                    peer there 127.0.0.1:%d
                """.formatted(here, peerPorts[0], peerPorts[1]);
    }

    private void reload(String text) throws IOException {
        Files.writeString(rig.operatorFile(), text);
        rig.reload();
    }

    /** @param known entries of the next generation right before the old one stops accepting */
    private void reloadAndCount(AtomicLong known) throws IOException {
        rig.agent(step -> {
            if (step.equals("boot pointer")) known.set(entries(3));
        });
        reload(Files.readString(rig.operatorFile()) + "# changed\n");
    }

    private void upgrade() {
        var agent = environment.newActivityStub(NodeActivities.class);
        agent.stage(new StageOrder(rig.node(), rig.kernel(Package.B)));
        agent.handOver(new HandOverOrder(rig.node(), rig.kernel(Package.B)));
    }

    private String file(String before, String sticks, String... servers) {
        return before
                + """
                defaults
                    mode tcp
                    timeout connect 5s
                    timeout client 25h
                    timeout server 25h
                frontend mysql
                    bind 127.0.0.1:%d
                    default_backend db
                backend db
                """.formatted(rig.address().getPort())
                + sticks
                + String.join(
                        "",
                        Stream.of(servers)
                                .map(name -> "    server %s 127.0.0.1:%d check inter 100ms\n"
                                        .formatted(
                                                name,
                                                RealParts.mariaDb().address().getPort()))
                                .toList());
    }

    /** An old generation that just ends answers nothing for a moment. */
    private void awaitNoProblem() {
        await().untilAsserted(() -> assertThat(problems()).isEmpty());
    }

    private List<Kind> problems() {
        return rig.agent().status().problems().stream()
                .map(NodeState.Problem::kind)
                .toList();
    }

    private static int port() {
        try {
            return Loopback.freePort();
        } catch (IOException none) {
            throw new IllegalStateException(none);
        }
    }
}
