package dev.changeover.node.haproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.changeover.demo.RealParts;
import dev.changeover.haproxy.Generation;
import dev.changeover.haproxy.Program;
import dev.changeover.host.Loopback;
import dev.changeover.node.HandOverOrder;
import dev.changeover.node.NodeActivities;
import dev.changeover.node.NodeState;
import dev.changeover.node.StageOrder;
import dev.changeover.node.agent.ByHand;
import dev.changeover.node.agent.NodeRig.Package;
import dev.changeover.node.agent.SessionClient;
import dev.changeover.node.agent.Supervisor;
import dev.changeover.node.driver.Breakpoint;
import io.temporal.testing.TestActivityEnvironment;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Operators' files as people have them: HAProxy itself is the judge, and what it makes of a file is asked of it. */
@ResourceLock(value = RealParts.DATABASE, mode = ResourceAccessMode.READ)
class OperatorFilesTest {

    private static final String TIMES = """
            defaults
                mode tcp
                timeout connect 5s
                timeout client 25h
                timeout server 25h
            """;

    @TempDir
    Path directory;

    private final TestActivityEnvironment environment = TestActivityEnvironment.newInstance();
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
    void copies_of_the_file_are_the_agents_alone() throws Exception {
        var generation = rig.live(1).directory();

        assertThat(mode(rig.run().path())).isEqualTo("rwx------");
        assertThat(mode(generation.path())).isEqualTo("rwx------");
        assertThat(mode(generation.operatorConfiguration())).isEqualTo("rw-------");
        assertThat(mode(generation.ownConfiguration())).isEqualTo("rw-------");
    }

    @Test
    void a_copy_that_a_full_disk_left_empty_is_not_what_served() throws Exception {
        for (var remains : new String[] {"", "\n", "\0\0\0\0"}) {
            var torn = rig.run().generation(number() + 1);
            Files.createDirectories(torn.path());
            Files.writeString(torn.operatorConfiguration(), remains);
            rig.kill(torn.number() - 1);

            rig.supervise();

            connectsAndCounts(number());
        }
    }

    @Test
    void variables_that_the_file_itself_sets_are_understood() throws Exception {
        upgrades("""
                global
                    presetenv MYSQL_PORT %d
                    setenv IDLE 1h
                defaults
                    mode tcp
                    timeout connect 5s
                    timeout client "${IDLE}"
                    timeout server "${NOWHERE_SET-25h}"
                frontend mysql
                    bind "127.0.0.1:${MYSQL_PORT}"
                    default_backend db
                %s""".formatted(rig.address().getPort(), database()));

        assertThat(rig.agent().status().warnings())
                .anySatisfy(warning -> assertThat(warning).contains("3600"));
    }

    @Test
    void one_serves_on_where_a_variable_put_it_and_the_variables_new_value_waits_for_a_reload() throws Exception {
        var elsewhere = Loopback.freePort();
        Files.writeString(rig.operatorFile(), TIMES + """
                frontend mysql
                    bind "127.0.0.1:${MYSQL_PORT-%d}"
                    default_backend db
                %s""".formatted(elsewhere, database()));
        var kernel = rig.site(Breakpoint.NONE).kernels().all().getFirst().directory();
        var program = Program.in(kernel).executable();
        var real = Files.move(program, kernel.resolve("haproxy-real"));
        Files.writeString(program, """
                #!/bin/sh
                export MYSQL_PORT=%d
                exec %s "$@"
                """.formatted(rig.address().getPort(), real));
        assertThat(program.toFile().setExecutable(true)).isTrue();
        rig.reload();
        Files.move(real, program, StandardCopyOption.REPLACE_EXISTING);
        rig.agent(Breakpoint.NONE);

        assertThat(rig.agent().supervise()).isEqualTo(Supervisor.Finding.SERVING);

        connectsAndCounts(2);
        assertThat(rig.agent().status().problems())
                .extracting(NodeState.Problem::kind)
                .containsExactly(NodeState.Problem.Kind.CONFIG_CHANGED);
        assertThat(rig.agent().reload(ByHand.CAREFULLY)).isTrue();
        try (var moved = new SessionClient(new InetSocketAddress(InetAddress.getLoopbackAddress(), elsewhere))) {
            assertThat(moved.alive()).isTrue();
        }
        assertThat(rig.agent().reload(ByHand.CAREFULLY)).isFalse();
    }

    @Test
    void one_serves_on_where_a_host_name_led_at_its_start() throws Exception {
        var copy = rig.live(1).directory().operatorConfiguration();
        Files.writeString(copy, Files.readString(copy).replace("bind 127.0.0.1:", "bind 127.0.0.9:"));

        assertThat(rig.agent().supervise()).isEqualTo(Supervisor.Finding.SERVING);

        connectsAndCounts(1);
    }

    @Test
    void nothing_is_started_beside_one_that_is_silent_and_whose_file_tells_no_address() throws Exception {
        Files.writeString(
                rig.operatorFile(), TIMES + """
                frontend mysql
                    .if defined(HA_RUN)
                    bind 127.0.0.1:%d
                    .endif
                    default_backend db
                %s""".formatted(rig.address().getPort(), database()));
        rig.reload();
        rig.silence(2, true);

        assertThat(rig.agent().supervise()).isEqualTo(Supervisor.Finding.UNKNOWN);

        rig.silence(2, false);
        connectsAndCounts(2);
        assertThat(number()).isEqualTo(2);
    }

    @Test
    void disabled_sections_are_not_waited_for() throws Exception {
        upgrades(TIMES + """
                frontend mysql
                    bind 127.0.0.1:%d
                    use_backend old if FALSE
                    default_backend db
                %sbackend old
                    disabled
                    server db2 127.0.0.1:1
                listen reporting
                    bind 127.0.0.1:%d
                    disabled
                    server db2 127.0.0.1:1
                """.formatted(rig.address().getPort(), database(), Loopback.freePort()));
    }

    @Test
    void blocks_under_a_condition_are_what_haproxy_makes_of_them() throws Exception {
        var active = Loopback.freePort();
        upgrades(TIMES
                + """
                .if defined(FIELD_EXTRA)
                frontend extra
                    bind 127.0.0.1:%d
                    default_backend nowhere
                .elif defined(FIELD_OTHER)
                backend db
                    server never 127.0.0.1:1
                .else
                %slisten more
                    bind 127.0.0.1:%d
                    server db1 127.0.0.1:%d check inter 100ms
                .endif
                frontend mysql
                    bind 127.0.0.1:%d
                    default_backend db
                """.formatted(
                                Loopback.freePort(),
                                database(),
                                active,
                                RealParts.mariaDb().address().getPort(),
                                rig.address().getPort()));

        assertThat(serving().configuration().addresses())
                .extracting(address -> address.getPort())
                .containsExactly(rig.address().getPort(), active);
    }

    @Test
    void everything_may_stand_under_a_condition() throws Exception {
        upgrades(TIMES + """
                .if 1
                frontend mysql
                    bind 127.0.0.1:%d
                    default_backend db
                %s.endif
                """.formatted(rig.address().getPort(), database()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "./", "../"})
    void relative_paths_begin_where_the_file_is(String begin) throws Exception {
        var where = rig.home().resolve(begin);
        Files.createDirectories(where.resolve("relative"));
        Files.writeString(where.resolve("relative/x.lua"), "core.Debug('x')\n");
        Files.writeString(where.resolve("allowed.lst"), "127.0.0.1\n");

        upgrades("global\n    lua-load %srelative/x.lua\n".formatted(begin) + allowed(begin + "allowed.lst"));
    }

    @Test
    void a_file_whose_paths_begin_beside_it_serves_from_a_copy_elsewhere() throws Exception {
        Files.writeString(rig.home().resolve("allowed.lst"), "127.0.0.1\n");
        Files.writeString(directory.resolve("above.lst"), "127.0.0.1\n");
        upgrades("global\n    default-path config\n" + allowed("allowed.lst"));

        rig.kill(3);
        rig.supervise();
        connectsAndCounts(4);
        assertThat(rig.agent().status().problems()).isEmpty();
        Files.writeString(rig.operatorFile(), "global\n    default-path\tparent # up\n" + allowed("above.lst"));
        rig.reload();
        connectsAndCounts(5);
    }

    @Test
    void a_prefix_for_unix_sockets_is_for_the_operators_sockets() throws Exception {
        upgrades("global\n    unix-bind prefix %s mode 666\n".formatted(rig.home())
                + TIMES
                + """
                frontend mysql
                    bind 127.0.0.1:%d
                    bind unix@/mysql.sock
                    default_backend db
                %s""".formatted(rig.address().getPort(), database()));

        assertThat(rig.home().resolve("mysql.sock")).exists();
    }

    @Test
    void bytes_that_are_no_text_reach_haproxy_as_they_are() throws Exception {
        var text = TIMES + """
                # für Zürich
                frontend mysql
                    bind 127.0.0.1:%d
                    default_backend db
                %s""".formatted(rig.address().getPort(), database());
        upgrades(text);

        assertThat(Files.readAllBytes(rig.live(number()).directory().operatorConfiguration()))
                .isEqualTo(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void settings_are_taken_from_the_defaults_that_a_section_names() throws Exception {
        upgrades("""
                defaults base
                    mode tcp
                    timeout connect 5s
                    timeout client 25h
                    timeout server 25h
                    default_backend db
                defaults off from base
                    disabled
                frontend mysql from base
                    bind 127.0.0.1:%d
                frontend later from off
                    bind 127.0.0.1:%d
                backend db from base
                    server db1 127.0.0.1:%d check inter 100ms
                """.formatted(
                        rig.address().getPort(),
                        Loopback.freePort(),
                        RealParts.mariaDb().address().getPort()));
    }

    @Test
    void what_a_retiring_master_keeps_open_bars_no_start() throws Exception {
        upgrades(TIMES + """
                log-forward logs
                    bind 127.0.0.1:%d
                    log global
                frontend mysql
                    bind 127.0.0.1:%d
                    default_backend db
                %s""".formatted(Loopback.freePort(), rig.address().getPort(), database()));
        Files.writeString(rig.operatorFile(), "# changed\n", StandardOpenOption.APPEND);

        try (var session = rig.connect()) {
            rig.reload();
            rig.kill(4);

            rig.supervise();

            connectsAndCounts(5);
            assertThat(session.alive()).isTrue();
        }
    }

    @Test
    void an_address_that_only_haproxy_understands_is_left_to_it() throws Exception {
        upgrades(TIMES
                + """
                frontend mysql
                    bind 127.0.0.1:%d
                    bind abns@field-%d
                    bind "${NOWHERE_SET-127.0.0.1}:%d"
                    default_backend db
                %s""".formatted(rig.address().getPort(), rig.address().getPort(), Loopback.freePort(), database()));
    }

    private String allowed(String list) {
        return TIMES + """
                frontend mysql
                    bind 127.0.0.1:%d
                    tcp-request connection reject if !{ src -f %s }
                    default_backend db
                %s""".formatted(rig.address().getPort(), list, database());
    }

    private static String database() {
        return """
                backend db
                    server db1 127.0.0.1:%d check inter 100ms
                """.formatted(RealParts.mariaDb().address().getPort());
    }

    /** Reloads to this file and upgrades with it; both with a session whose count is right. */
    private void upgrades(String text) throws Exception {
        Files.write(rig.operatorFile(), text.getBytes(StandardCharsets.ISO_8859_1));
        var agent = environment.newActivityStub(NodeActivities.class);
        rig.reload();
        connectsAndCounts(2);
        agent.stage(new StageOrder(rig.node(), rig.kernel(Package.B)));

        agent.handOver(new HandOverOrder(rig.node(), rig.kernel(Package.B)));

        connectsAndCounts(3);
        await().untilAsserted(() -> assertThat(rig.agent().status().problems()).isEmpty());
    }

    private void connectsAndCounts(int generation) throws Exception {
        try (var client = rig.connect()) {
            assertThat(client.alive()).isTrue();
            assertThat(rig.agent().status().generations())
                    .filteredOn(shown -> shown.number() == generation)
                    .extracting(NodeState.Generation::sessions)
                    .containsExactly(1);
        }
    }

    private HaproxyGeneration serving() throws IOException {
        return new HaproxyGeneration(rig.live(number()), new BackendProof(HaproxyRig.USER, () -> "", Map.of()));
    }

    private int number() throws IOException {
        return rig.run().generations().stream()
                .filter(Generation.Live.class::isInstance)
                .mapToInt(Generation::number)
                .max()
                .orElseThrow();
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
