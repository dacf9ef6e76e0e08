package dev.changeover.node.haproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.changeover.demo.RealParts;
import dev.changeover.haproxy.runtime.ServerState;
import dev.changeover.host.Loopback;
import dev.changeover.node.HandOverOrder;
import dev.changeover.node.NodeActivities;
import dev.changeover.node.NodeState;
import dev.changeover.node.NodeState.Problem.Kind;
import dev.changeover.node.StageOrder;
import dev.changeover.node.agent.ByHand;
import dev.changeover.node.agent.NodeRig.Package;
import dev.changeover.node.agent.SessionClient;
import dev.changeover.node.driver.Breakpoint;
import io.temporal.testing.TestActivityEnvironment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A reload as HAProxy means it: what the file says now, and run-time state where the file still says the same. */
@ResourceLock(value = RealParts.DATABASE, mode = ResourceAccessMode.READ)
class ReloadTest {

    private static final int OTHER = port();
    private static final int EXTRA = port();

    @TempDir
    Path directory;

    private final TestActivityEnvironment environment = TestActivityEnvironment.newInstance();
    private HaproxyRig rig;

    @BeforeEach
    void serve() throws IOException {
        rig = new HaproxyRig(directory, true);
        environment.registerActivitiesImplementations(rig.agent(Breakpoint.NONE));
        reload(file(listener("more", OTHER), server("db1"), server("db2"), server("db3"), server("up")));
    }

    @AfterEach
    void end() throws IOException {
        rig.close();
        environment.close();
    }

    /** What is written, where it listens then, and its servers with their states. */
    static Stream<Arguments> matrix() {
        var db1 = server("db1");
        var db2 = server("db2");
        var db3 = server("db3");
        var more = listener("more", OTHER);
        return Stream.of(
                Arguments.of("nothing but a comment", List.of("# x\n", more, db1, db2, db3), List.of(OTHER), "mrd"),
                Arguments.of(
                        "a listener is added",
                        List.of(more, listener("n", EXTRA), db1, db2, db3),
                        List.of(OTHER, EXTRA),
                        "mrd"),
                Arguments.of("a listener is removed", List.of(db1, db2, db3), List.of(), "mrd"),
                Arguments.of(
                        "a listener is moved", List.of(listener("more", EXTRA), db1, db2, db3), List.of(EXTRA), "mrd"),
                Arguments.of(
                        "a listener is renamed",
                        List.of(listener("less", OTHER), db1, db2, db3),
                        List.of(OTHER),
                        "mrd"),
                Arguments.of(
                        "a listener is disabled", List.of(more + "    disabled\n", db1, db2, db3), List.of(), "mrd"),
                Arguments.of(
                        "a listener is changed",
                        List.of(more + "    maxconn 9\n", db1, db2, db3),
                        List.of(OTHER),
                        "mrd"),
                Arguments.of("a server is added", List.of(more, db1, db2, db3, server("db4")), List.of(OTHER), "mrdr"),
                Arguments.of("a server is removed", List.of(more, db2, db3), List.of(OTHER), " rd"),
                Arguments.of("a server is renamed", List.of(more, server("dbx"), db2, db3), List.of(OTHER), " rdr"),
                Arguments.of("servers are moved", List.of(more, db3, db2, db1), List.of(OTHER), "mrd"),
                Arguments.of(
                        "a server is changed",
                        List.of(more, changed("db1", "weight 7"), db2, db3),
                        List.of(OTHER),
                        "rrd"),
                Arguments.of(
                        "a server is disabled",
                        List.of(more, db1, changed("db2", "disabled"), db3),
                        List.of(OTHER),
                        "mmd"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("matrix")
    void the_file_wins_where_it_was_changed_and_run_time_state_lasts_elsewhere(
            String what, List<String> parts, List<Integer> ports, String states) throws Exception {
        rig.tell(2, "set server db/db1 state maint");
        rig.tell(2, "set server db/db3 state drain");
        rig.tell(2, "set server db/db3 weight 3");
        try (var old = rig.connect()) {
            reload(file(parts.toArray(new String[0])) + server("up"));

            assertThat(old.alive()).isTrue();
            try (var fresh = rig.connect()) {
                assertThat(fresh.alive()).isTrue();
            }
        }
        var now = rig.live(3).api().servers();
        for (var i = 0; i < states.length(); i++) {
            var name = i == 3 && what.contains("renamed") ? "db/dbx" : "db/db" + (i + 1);
            var state = Map.of('m', "maint", 'r', "ready", 'd', "drain", ' ', "gone")
                    .get(states.charAt(i));
            assertThat(now.stream()
                            .filter(server -> server.name().equals(name))
                            .map(ServerState::state)
                            .findFirst()
                            .orElse("gone"))
                    .as(name)
                    .isEqualTo(state);
        }
        assertThat(now)
                .filteredOn(server -> server.name().equals("db/db3"))
                .extracting(ServerState::weight)
                .containsExactly(3);
        for (var port : List.of(OTHER, EXTRA))
            assertThat(connects(port)).as("%d", port).isEqualTo(ports.contains(port));
        awaitNoProblem();
    }

    /** It accepts before its own checks, or we, could tell it. */
    @Test
    void a_new_generation_sends_nobody_to_a_server_that_the_old_one_spares_not_even_at_first() throws Exception {
        var slowly = "check inter 3s weight 10";
        var parts = new String[] {
            changed("up", slowly), changed("out", slowly), changed("light", slowly), changed("down", slowly)
        };
        reload(file(parts));
        rig.tell(3, "set server db/out state maint");
        rig.tell(3, "set server db/light weight 0");
        rig.tell(3, "set server db/down health down");
        rig.tell(3, "set server db/down weight 20");
        var atFirst = new ArrayList<List<String>>();
        rig.agent(step -> {
            if (step.equals("start")) atFirst.addAll(servers(4));
        });

        reload("# x\n" + file(parts));

        // srv_name srv_op_state srv_admin_state srv_uweight
        assertThat(atFirst)
                .containsExactly(
                        List.of("up", "2", "0", "10"),
                        List.of("out", "0", "1", "10"),
                        List.of("light", "2", "0", "0"),
                        List.of("down", "0", "0", "10"));
        assertThat(states(4))
                .containsExactly(
                        tuple("db/up", "ready"),
                        tuple("db/out", "maint"),
                        tuple("db/light", "ready"),
                        tuple("db/down", "ready"));
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(servers(4)).contains(List.of("down", "2", "0", "20")));
        awaitNoProblem();
    }

    @Test
    void what_the_file_contradicts_is_so_from_the_first_connection_on() throws Exception {
        var known = "global\n    setenv NAME named\n";
        var parts = new String[] {
            "    server moved 127.0.0.1:1 check inter 3s # off: disabled\n",
            "    server six [::1]:1\n",
            "    server \"${NAME}\" 127.0.0.1:%d check inter 3s disabled # until noon\n".formatted(database()),
            "    server follows 127.0.0.1:%d track db/named\n".formatted(database()),
            "    server-template t 1-3 127.0.0.1:1 id 5 check inter 3s disabled\n",
            "    default-server disabled\n",
            "    server late 127.0.0.1:%d\n".formatted(database())
        };
        reload(known + file(parts));
        rig.tell(3, "set server db/moved addr 127.0.0.1 port " + database());
        rig.tell(3, "set server db/six addr ::1 port 23306");
        rig.tell(3, "set server db/named state ready");
        rig.tell(3, "set server db/t2 addr 127.0.0.1 port " + database());
        rig.tell(3, "set server db/t2 state ready");
        rig.tell(3, "set server db/t3 state drain");
        rig.tell(3, "set server db/late state ready");
        var wanted = List.of(
                "1 moved 127.0.0.1 %d up".formatted(database()),
                "2 six ::1 23306 up",
                "3 named 127.0.0.1 %d up".formatted(database()),
                "4 follows 127.0.0.1 %d up".formatted(database()),
                "5 t1 127.0.0.1 1 down",
                "6 t2 127.0.0.1 %d up".formatted(database()),
                "7 t3 127.0.0.1 1 drain",
                "8 late 127.0.0.1 %d up".formatted(database()));
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(places(3)).isEqualTo(wanted));

        for (var generation = 4; generation < 6; generation++) {
            var atFirst = new ArrayList<String>();
            var next = generation;
            rig.agent(step -> {
                if (step.equals("start")) atFirst.addAll(places(next));
            });
            reload("# %d\n".formatted(generation) + known + file(parts));

            assertThat(atFirst).as("generation %d", generation).isEqualTo(wanted);
        }
        reload(known + file(parts).replace(" disabled", " disabled weight 7"));

        assertThat(places(6)).filteredOn(server -> server.endsWith("up")).containsExactly("2 six ::1 1 up");
    }

    @Test
    void checks_agents_names_and_encryption_that_were_changed_at_run_time_are_so_from_the_first_moment_on()
            throws Exception {
        var names = "resolvers nobody\n    nameserver n 127.0.0.1:1\n    hold timeout 1h\n";
        var quick = "inter 1s fastinter 100ms fall 1 rise 1";
        var asked = "check port 1 %s agent-check agent-port 1 agent-inter 1s".formatted(quick);
        var elsewhere = "check addr 127.0.0.1:%d %s".formatted(database(), quick);
        var parts = new String[] {
            placed("off", database(), asked),
            placed("unwatched", database(), asked),
            placed("port", database(), asked),
            placed(
                    "there",
                    database(),
                    asked.replace("port 1 inter", "port %d addr 127.0.0.9 inter".formatted(database()))),
            placed("as-written", 1, elsewhere),
            placed("unchecked", 1, elsewhere),
            placed("back", database(), "check port 1 agent-port 1 " + quick),
            "    server name localhost:%d resolvers nobody init-addr last,libc,none\n".formatted(database()),
            placed("tls", database(), "ssl verify none"),
            placed("plain", database(), "ssl verify none no-ssl"),
        };
        reload(names + file(parts));
        rig.tell(3, "disable health db/off");
        rig.tell(3, "disable agent db/off");
        rig.tell(3, "set server db/off health up");
        rig.tell(3, "set server db/unwatched check-port " + database());
        rig.tell(3, "disable health db/unwatched");
        rig.tell(3, "set server db/unwatched health up");
        rig.tell(3, "set server db/port check-port " + database());
        rig.tell(3, "set server db/port agent-port 2");
        rig.tell(3, "set server db/there check-addr 127.0.0.1");
        rig.tell(3, "set server db/there agent-addr ::1");
        rig.tell(3, "disable health db/unchecked");
        rig.tell(3, "set server db/back check-port 0");
        rig.tell(3, "set server db/name fqdn 127.1");
        rig.tell(3, "set server db/tls ssl off");
        var db = database();
        var wanted = List.of(
                "off 2 2 2 - 0 1 - - 1",
                "unwatched 2 2 6 - 0 %d - - 1".formatted(db),
                "port 2 6 6 - 0 %d - - 2".formatted(db),
                "there 2 6 6 - 0 %d 127.0.0.1 ::1 1".formatted(db),
                "as-written 2 6 0 - 0 0 127.0.0.1 127.0.0.1 0",
                "unchecked 2 2 0 - 0 0 127.0.0.1 127.0.0.1 0",
                "back 2 6 0 - 0 0 - - 1",
                "name 2 0 0 127.1 0 0 - - 0",
                "tls 2 0 0 - 0 0 - - 0",
                "plain 2 0 0 - -1 0 - - 0");
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(checks(3)).isEqualTo(wanted));

        for (var generation = 4; generation < 6; generation++) {
            var atFirst = new ArrayList<String>();
            var next = generation;
            rig.agent(step -> {
                if (step.equals("start")) atFirst.addAll(checks(next));
            });
            reload("# %d\n".formatted(generation) + names + file(parts));

            assertThat(atFirst).as("generation %d", generation).isEqualTo(wanted);
            assertThat(checks(generation)).isEqualTo(wanted);
        }
        awaitNoProblem();
    }

    /** HAProxy refuses this one in a file. */
    @Test
    void a_change_that_no_file_can_say_keeps_no_generation_from_starting() throws Exception {
        var parts = changed("asked", "agent-check agent-port 1") + server("out");
        reload(file(parts));
        rig.tell(3, "set server db/asked agent-port 0");
        rig.tell(3, "set server db/out state maint");

        reload("# x\n" + file(parts));

        assertThat(rig.live(4).stopping()).isFalse();
        assertThat(states(4)).containsExactly(tuple("db/asked", "ready"), tuple("db/out", "maint"));
    }

    /** HAProxy would begin with none, and ask. */
    @ParameterizedTest
    @ValueSource(strings = {"db.test:%d", "_mysql._tcp.test"})
    void a_server_whose_name_was_looked_up_is_there_from_the_first_connection_on(String name) throws Exception {
        try (var names = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> answer(names));
            var resolvers = "resolvers ours\n    nameserver n 127.0.0.1:%d\n    hold timeout 1h\n"
                    .formatted(names.getLocalPort());
            var parts = "    server-template t 1-2 %s resolvers ours init-addr none check inter 1s\n"
                    .formatted(name.formatted(database()));
            reload(resolvers + file(parts));
            // An address is one server's.
            await().untilAsserted(() -> assertThat(places(3)).contains("1 t1 127.0.0.1 %d up".formatted(database())));
            var wanted = places(3);
            assertThat(wanted).hasSize(2).last().asString().contains("t2 - ").endsWith(" down");
            names.close();

            for (var generation = 4; generation < 6; generation++) {
                var atFirst = new ArrayList<String>();
                var next = generation;
                rig.agent(step -> {
                    if (step.equals("start")) atFirst.addAll(places(next));
                });
                reload("# %d\n".formatted(generation) + resolvers + file(parts));

                assertThat(atFirst).isEqualTo(wanted);
            }
        }
    }

    /** That each name is this host's, until nobody asks any more. */
    private static void answer(DatagramSocket names) {
        try {
            while (true) {
                var asked = new DatagramPacket(new byte[512], 512);
                names.receive(asked);
                var question = asked.getData();
                var end = 12;
                while (question[end] != 0) end += question[end] + 1;
                var type = question[end + 2];
                var target = new byte[] {2, 'd', 'b', 4, 't', 'e', 's', 't', 0};
                var data = type == 1
                        ? ByteBuffer.allocate(4).putInt(0x7F000001)
                        : ByteBuffer.allocate(6 + target.length)
                                .putShort((short) 1)
                                .putShort((short) 1)
                                .putShort((short) database())
                                .put(target);
                var answer = ByteBuffer.allocate(512)
                        .put(question, 0, end + 5)
                        .putShort(2, (short) 0x8180)
                        .putShort(6, (short) (type == 28 ? 0 : 1))
                        .putInt(8, 0);
                if (type != 28)
                    answer.putShort((short) 0xC00C)
                            .putShort(type)
                            .putShort((short) 1)
                            .putInt(60)
                            .putShort((short) data.position())
                            .put(data.flip());
                names.send(new DatagramPacket(answer.array(), answer.position(), asked.getSocketAddress()));
            }
        } catch (IOException closed) {
            // As the test wants it.
        }
    }

    /** Their names, states, whether they are checked and asked, and where. */
    private List<String> checks(int generation) {
        return listed(generation)
                .map(fields -> Stream.concat(
                                Stream.of(fields[3], fields[5], switches(fields[13]), switches(fields[14]), fields[17]),
                                Stream.of(fields).skip(20))
                        .collect(Collectors.joining(" ")))
                .toList();
    }

    /** Configured, and enabled. */
    private static String switches(String state) {
        return String.valueOf(Integer.parseInt(state) & 6);
    }

    private static String placed(String name, int port, String how) {
        return "    server %s 127.0.0.1:%d %s\n".formatted(name, port, how);
    }

    @Test
    void a_server_that_tracks_another_is_up_again_with_it() throws Exception {
        var tracker = "    server follows 127.0.0.1:%d track db/leads weight 10\n".formatted(database());
        var leads = changed("leads", "weight 10");
        reload(file(server("up"), leads.replace(":" + database(), ":1"), tracker));
        await().untilAsserted(() -> assertThat(servers(3)).contains(List.of("follows", "0", "0", "10")));

        reload(file(server("up"), leads, tracker));

        assertThat(servers(4)).contains(List.of("follows", "2", "0", "10"));
        awaitNoProblem();
    }

    @Test
    void a_server_that_tracks_another_is_spared_from_the_first_connection_on_and_is_up_again_when_told()
            throws Exception {
        var tracker = "    server %s 127.0.0.1:%d track db/%s weight 10\n";
        var parts = new String[] {
            tracker.formatted("out", database(), "up"),
            server("up"),
            tracker.formatted("light", database(), "up"),
            tracker.formatted("drained", database(), "up"),
            server("gone"),
            tracker.formatted("with", database(), "gone"),
            tracker.formatted("both", database(), "gone"),
        };
        reload(file(parts));
        rig.tell(3, "set server db/out state maint");
        rig.tell(3, "set server db/light weight 0");
        rig.tell(3, "set server db/drained state drain");
        rig.tell(3, "set server db/both state maint");
        rig.tell(3, "set server db/gone state maint");
        var wanted = List.of(
                List.of("out", "0", "1", "10"),
                List.of("up", "2", "0", "10"),
                List.of("light", "2", "0", "0"),
                List.of("drained", "2", "8", "10"),
                List.of("gone", "0", "1", "10"),
                List.of("with", "0", "2", "10"),
                List.of("both", "0", "3", "10"));
        assertThat(servers(3)).isEqualTo(wanted);
        var atFirst = new ArrayList<List<String>>();
        rig.agent(step -> {
            if (step.equals("start")) atFirst.addAll(servers(4));
        });

        reload("# x\n" + file(parts));

        assertThat(atFirst).isEqualTo(wanted);
        rig.tell(4, "set server db/out state ready");
        rig.tell(4, "set server db/gone state ready");
        await().untilAsserted(() -> assertThat(servers(4))
                .contains(
                        List.of("out", "2", "0", "10"),
                        List.of("gone", "2", "0", "10"),
                        List.of("with", "2", "0", "10"),
                        List.of("both", "0", "1", "10")));
    }

    @Test
    void a_frontend_that_was_disabled_at_run_time_is_named_because_a_handover_opens_it() throws Exception {
        rig.tell(2, "disable frontend more");

        assertThat(rig.agent().status().warnings())
                .singleElement()
                .asString()
                .contains("opens the frontends again", "[more]");
        reload("# x\n" + file(listener("more", OTHER), server("db1"), server("db2"), server("db3"), server("up")));

        assertThat(connects(OTHER)).isTrue();
        assertThat(rig.agent().status().warnings()).isEmpty();
    }

    @Test
    void where_no_warning_is_allowed_a_server_that_was_taken_out_keeps_nobody_from_starting() throws Exception {
        var strict = "global\n    zero-warning\n";
        reload(strict + file(server("up"), server("out")));
        rig.tell(3, "set server db/out state maint");

        reload(strict + file("backend first\n", server("up"), server("out")));

        assertThat(states(4)).contains(tuple("db/out", "maint"));
    }

    private List<List<String>> servers(int generation) {
        return listed(generation)
                .map(fields -> List.of(fields[3], fields[5], fields[6], fields[7]))
                .toList();
    }

    /** Their numbers, names, addresses, and whether they get clients. */
    private List<String> places(int generation) {
        return listed(generation)
                .map(fields -> String.join(
                        " ",
                        fields[2],
                        fields[3],
                        fields[4],
                        fields[18],
                        (Integer.parseInt(fields[6]) & 8) != 0 ? "drain" : fields[5].equals("0") ? "down" : "up"))
                .toList();
    }

    private Stream<String[]> listed(int generation) {
        try {
            // Its master may not answer yet.
            return rig.run()
                    .generation(generation)
                    .statsSocket()
                    .demand("show servers state db")
                    .lines()
                    .map(line -> line.split(" "))
                    .filter(fields -> fields.length > 8 && !fields[0].equals("#"));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Test
    void a_server_that_the_file_no_longer_disables_is_up() throws Exception {
        reload(file(server("db1"), changed("db2", "disabled")));
        assertThat(states(3)).contains(tuple("db/db2", "maint"));

        reload(file(server("db1"), server("db2")));

        assertThat(states(4)).containsExactly(tuple("db/db1", "ready"), tuple("db/db2", "ready"));
    }

    @Test
    void addresses_maps_and_lists_that_were_set_at_run_time_last_unless_their_file_was_written_since()
            throws Exception {
        var map = Files.writeString(directory.resolve("a.map"), "10.0.0.1 81\n");
        var written = Files.writeString(directory.resolve("b.map"), "10.0.0.1 81\n");
        var list = Files.writeString(directory.resolve("c.lst"), "10.0.0.1\n");
        var beside = Files.writeString(directory.resolve("d.map"), "10.0.0.1 81\n");
        var rules = """
                    tcp-request connection reject if { src,map_ip(d.map) -m found }
                    tcp-request connection reject if { src,map_ip(%s) -m found }
                    tcp-request connection reject if { src,map_ip(%s) -m found }
                    tcp-request connection reject if { src -f %s }
                """.formatted(map, written, list);
        var begin = "global\n    default-path origin %s\n".formatted(directory);
        reload(begin + file(listener("more", OTHER) + rules, server("db1"), server("db2")));
        rig.tell(3, "add map d.map 10.0.0.2 82");
        Files.writeString(beside, "10.0.0.9 99\n");
        rig.tell(3, "set server db/db2 addr 127.0.0.2 port 23306");
        rig.tell(3, "add map %s 10.0.0.2 82".formatted(map));
        rig.tell(3, "del map %s 10.0.0.1".formatted(map));
        rig.tell(3, "add map %s 10.0.0.2 82".formatted(written));
        rig.tell(3, "add acl %s 10.0.0.3".formatted(list));
        Files.writeString(written, "10.0.0.9 99\n");
        assertThat(rig.agent().status().warnings())
                .hasSize(2)
                .anySatisfy(warning -> assertThat(warning).contains(written.toString(), "written since"))
                .anySatisfy(warning -> assertThat(warning).contains("map d.map", "written since"));

        upgrade();

        assertThat(rig.tell(4, "show map " + map)).contains("10.0.0.2 82").doesNotContain("10.0.0.1");
        assertThat(rig.tell(4, "show map " + written)).contains("10.0.0.9 99").doesNotContain("10.0.0.2");
        assertThat(rig.tell(4, "show map d.map")).contains("10.0.0.9 99").doesNotContain("10.0.0.2");
        assertThat(rig.tell(4, "show acl " + list)).contains("10.0.0.1", "10.0.0.3");
        assertThat(rig.live(4).api().servers())
                .extracting(ServerState::place)
                .containsExactly("127.0.0.1:" + database(), "127.0.0.2:23306");
    }

    @Test
    void lists_of_patterns_of_several_words_last_as_they_were_set() throws Exception {
        var list = Files.writeString(directory.resolve("agents.lst"), "Bad Bot One\nOther Thing\nPlain\n");
        var map = Files.writeString(directory.resolve("a.map"), "k value of words\n");
        var rules = """
                    tcp-request connection reject if { str(x) -m sub -f %s }
                    tcp-request connection reject if { str(x),map(%s) -m found }
                """.formatted(list, map);
        reload(file(listener("more", OTHER) + rules, server("db1"), server("db2")));
        for (var pattern :
                List.of("Bad\\ Bot\\ Two", "it's\\ \"x\"\\;", "back\\\\slash\\ $HOME", "\\<\\<", "x\\ \\<\\<\\ ")) {
            assertThat(rig.tell(3, "add acl %s %s".formatted(list, pattern))).isBlank();
        }
        assertThat(rig.tell(3, "del acl %s Other\\ Thing".formatted(list))).isBlank();
        rig.tell(3, "add map %s a\\ key\\ of\\ words its\\ \"value".formatted(map));
        rig.tell(3, "add map %s back\\\\slash\\ b v".formatted(map));
        var set = patterns(3, "acl " + list);
        assertThat(set)
                .hasSize(7)
                .contains("Bad Bot One", "it's \"x\";", "<<", "x << ")
                .doesNotContain("Other Thing");

        upgrade();

        assertThat(patterns(4, "acl " + list)).containsExactlyInAnyOrderElementsOf(set);
        assertThat(patterns(4, "map " + map))
                .containsExactlyInAnyOrder("k value of words", "a key of words its \"value", "back\\slash b v");
        assertThat(rig.tell(4, "get map %s a\\ key\\ of\\ words".formatted(map)))
                .contains("key=\"a key of words\", value=\"its \"value\"");
        assertThat(rig.tell(4, "get map %s back\\\\slash\\ b".formatted(map))).contains("value=\"v\"");
    }

    @Test
    void a_key_of_a_map_that_haproxy_does_not_tell_is_not_guessed() throws Exception {
        var map = Files.writeString(
                directory.resolve("r.map"), "^one[0-9]+$ of words\n^two[0-9]+$ of words\n^gone[0-9]+$ of words\n");
        var rules = "    tcp-request connection reject if { str(x),map_reg(%s) -m found }\n".formatted(map);
        reload(file(listener("more", OTHER) + rules, server("db1"), server("db2")));
        rig.tell(3, "add map %s ^Bad.*\\ bot v".formatted(map));
        rig.tell(3, "del map %s ^gone[0-9]+$".formatted(map));
        rig.tell(3, "set map %s ^one[0-9]+$ other\\ words".formatted(map));

        upgrade();

        assertThat(patterns(4, "map " + map))
                .containsExactlyInAnyOrder("^one[0-9]+$ other words", "^two[0-9]+$ of words");
    }

    @Test
    void lists_that_stand_in_the_file_last_as_they_were_set_while_its_conditions_stay() throws Exception {
        var rules = """
                    acl bad src 10.0.0.1 10.0.0.2
                    acl numbered src -u 77 10.0.0.7
                    tcp-request connection reject if bad { dst_port 7:9 }
                    tcp-request connection reject if numbered
                    tcp-request connection reject if { src 10.1.0.1 }
                """;
        reload(file(listener("more", OTHER) + rules, server("db1"), server("db2")));
        rig.tell(3, "add acl #0 10.0.0.3");
        rig.tell(3, "del acl #0 10.0.0.1");
        rig.tell(3, "add acl #77 10.0.0.8");
        rig.tell(3, "add acl #1 70:79");
        assertThat(rig.agent().status().warnings()).isEmpty();

        upgrade();
        reload(file(listener("more", OTHER) + rules, server("db1")));

        assertThat(patterns(5, "acl #0")).containsExactly("10.0.0.2", "10.0.0.3");
        assertThat(patterns(5, "acl #77")).containsExactly("10.0.0.7", "10.0.0.8");
        assertThat(patterns(5, "acl #1")).containsExactly("7:9", "70:79");
        assertThat(patterns(5, "acl #2")).containsExactly("10.1.0.1");

        reload(file(listener("more", OTHER) + rules.replace("10.0.0.1 ", ""), server("db1")));

        assertThat(patterns(6, "acl #0")).containsExactly("10.0.0.2");
        assertThat(patterns(6, "acl #77")).containsExactly("10.0.0.7");

        var byVariable = rules.replace("10.0.0.7", "\"${CHANGEOVER_NONE-10.0.0.7}\"");
        reload(file(listener("more", OTHER) + byVariable, server("db1")));
        rig.tell(7, "add acl #77 10.0.0.8");
        reload(file(listener("more", OTHER) + byVariable, server("db1"), server("db2")));

        assertThat(patterns(8, "acl #77")).containsExactly("10.0.0.7");
    }

    private List<String> patterns(int generation, String list) throws IOException {
        return rig.tell(generation, "show " + list)
                .lines()
                .filter(line -> line.startsWith("0x"))
                .map(line -> line.substring(line.indexOf(' ') + 1))
                .toList();
    }

    @Test
    void the_same_reload_works_once_a_port_that_was_taken_is_free() throws Exception {
        var text = file(listener("n", EXTRA), server("db1"));
        try (var taken = new ServerSocket(EXTRA, 1, InetAddress.getLoopbackAddress())) {
            assertThat(taken.isBound()).isTrue();
            assertThatThrownBy(() -> reload(text)).hasMessageContaining("Address already in use");
            try (var session = rig.connect()) {
                assertThat(session.alive()).isTrue();
            }
        }

        reload(text);

        assertThat(connects(EXTRA)).isTrue();
        awaitNoProblem();
    }

    @Test
    void a_generation_whose_socket_a_cleaner_removed_is_reloaded_and_loses_no_session() throws Exception {
        try (var old = rig.connect()) {
            Files.delete(rig.live(2).directory().statsSocket().path());
            reload(file(server("db1")));

            assertThat(old.alive()).isTrue();
            assertThat(rig.live(3).stopping()).isFalse();
        }
        awaitNoProblem();
    }

    @Test
    void a_hard_stop_that_what_serves_was_started_with_cuts_nobody_unless_a_person_accepts_that() throws Exception {
        var without = file(server("db1"));
        reload("global\n    hard-stop-after 1s\n" + without);
        Files.writeString(rig.operatorFile(), without);
        try (var session = rig.connect()) {
            assertThatThrownBy(rig::reload).hasMessageContainingAll("hard-stop-after", "its 1 sessions 1 s after");
            assertThat(problems()).contains(Kind.HARD_STOP_AFTER);
            assertThat(session.alive()).isTrue();

            rig.agent().reload(new ByHand(false, true));

            await().until(() -> !session.alive());
        }
        awaitNoProblem();
    }

    @Test
    void a_file_that_the_configuration_names_is_read_anew_by_a_reload_that_is_forced() throws Exception {
        var list = Files.writeString(directory.resolve("a.lst"), "10.0.0.1\n");
        var rules = "    tcp-request connection reject if { src -f %s }\n".formatted(list);
        reload(file(listener("more", OTHER) + rules, server("db1")));
        Files.writeString(list, "127.0.0.1\n");
        assertThat(rig.agent().reload(ByHand.CAREFULLY)).isFalse();
        assertThat(connects(OTHER)).isTrue();

        assertThat(rig.agent().reload(new ByHand(true, false))).isTrue();

        assertThat(connects(OTHER)).isFalse();
        awaitNoProblem();
    }

    @Test
    void the_emergency_door_opens_whatever_the_file_says() throws Exception {
        environment.newActivityStub(NodeActivities.class).stage(new StageOrder(rig.node(), rig.kernel(Package.B)));
        rig.ruinConfiguration();

        rig.boot(rig.kernel(Package.B));

        assertThat(rig.agent().status().serving().orElseThrow().kernel())
                .isEqualTo(rig.kernel(Package.B).version());
        rig.kill(3);
        rig.boot(rig.kernel(Package.A));
        assertThat(rig.agent().status().serving().orElseThrow().kernel())
                .isEqualTo(rig.kernel(Package.A).version());
        try (var session = rig.connect()) {
            assertThat(session.alive()).isTrue();
        }
    }

    private void reload(String text) throws IOException {
        Files.writeString(rig.operatorFile(), text);
        rig.reload();
    }

    private void upgrade() {
        var agent = environment.newActivityStub(NodeActivities.class);
        agent.stage(new StageOrder(rig.node(), rig.kernel(Package.B)));
        agent.handOver(new HandOverOrder(rig.node(), rig.kernel(Package.B)));
    }

    /** What begins with a blank is in the backend, all else before it. */
    private String file(String... parts) {
        var before = new StringBuilder();
        var inside = new StringBuilder();
        for (var part : parts) (part.startsWith(" ") ? inside : before).append(part);
        return """
                defaults
                    mode tcp
                    timeout connect 5s
                    timeout client 25h
                    timeout server 25h
                frontend mysql
                    bind 127.0.0.1:%d
                    default_backend db
                %sbackend db
                %s""".formatted(rig.address().getPort(), before, inside);
    }

    private static String listener(String name, int port) {
        return "frontend %s\n    bind 127.0.0.1:%d\n    default_backend db\n".formatted(name, port);
    }

    private static String server(String name) {
        return changed(name, "weight 10");
    }

    private static String changed(String name, String how) {
        return "    server %s 127.0.0.1:%d check inter 100ms %s\n".formatted(name, database(), how);
    }

    private static int port() {
        try {
            return Loopback.freePort();
        } catch (IOException none) {
            throw new UncheckedIOException(none);
        }
    }

    private static int database() {
        return RealParts.mariaDb().address().getPort();
    }

    private static boolean connects(int port) {
        try (var client = new SessionClient(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
            return client.alive();
        } catch (IOException | InterruptedException refused) {
            return false;
        }
    }

    private List<org.assertj.core.groups.Tuple> states(int generation) throws IOException {
        return rig.live(generation).api().servers().stream()
                .map(server -> tuple(server.name(), server.state()))
                .toList();
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
}
