package dev.changeover.node.check;

import static dev.changeover.node.check.CheckScene.of;
import static dev.changeover.node.check.CheckScene.problems;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.changeover.demo.Python;
import dev.changeover.demo.RealParts;
import dev.changeover.haproxy.HaproxyHost;
import dev.changeover.haproxy.RunningProxy;
import dev.changeover.host.Loopback;
import dev.changeover.node.driver.BackendKind;
import dev.changeover.node.site.AgentConfiguration;
import dev.changeover.node.site.NodeLock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One test for each kind of finding, with a real HAProxy. */
@ResourceLock(value = RealParts.DATABASE, mode = ResourceAccessMode.READ)
class NodeCheckTest {
    private CheckScene scene;

    @BeforeEach
    void scene() throws IOException {
        scene = new CheckScene();
    }

    @AfterEach
    void close() throws IOException {
        scene.close();
    }

    @Test
    void a_sound_host_has_no_problem_and_nothing_on_it_is_changed() throws Exception {
        scene.serve();
        var before = scene.everything();

        assertThat(problems(scene.findings())).isEmpty();

        assertThat(scene.everything()).isEqualTo(before);
        assertThat(drafts()).isEmpty();
    }

    @Test
    void an_agent_that_never_ran_has_nothing_made_for_it() throws Exception {
        assertThat(problems(scene.findings())).isEmpty();

        assertThat(scene.configuration().runDir()).doesNotExist();
        assertThat(scene.configuration().kernelsDir()).doesNotExist();
    }

    @Test
    void what_haproxy_refuses_is_said_in_its_words_with_the_name_of_the_file() throws Exception {
        scene.stage();
        scene.global("no-such-word here", "default-path config");

        assertThat(problems(scene.findings()))
                .singleElement()
                .asString()
                .startsWith(scene.file() + ": kernel ")
                .contains("parsing [" + scene.file() + ":2]", "unknown keyword 'no-such-word'")
                .doesNotContain("gen-1", "[NOTICE]", "\n");
    }

    @Test
    void what_we_refuse_is_not_said_to_be_refused_by_haproxy() throws Exception {
        scene.stage();
        scene.append("program beside\n    command /bin/sleep 1\n");

        assertThat(problems(scene.findings()))
                .singleElement()
                .asString()
                .startsWith(scene.file() + ": section 'program beside'");
    }

    @Test
    void what_a_later_haproxy_may_refuse_is_warned_of_in_the_words_of_this_one() throws Exception {
        scene.stage();
        scene.append("backend old\n    option httpchk GET / HTTP/1.1\\r\\nHost:\\ x\n    server s 127.0.0.1:1\n");

        assertThat(of("file", scene.findings()))
                .filteredOn(found -> found.startsWith("WARNING"))
                .singleElement()
                .asString()
                .startsWith("WARNING " + scene.file() + ": kernel ")
                .contains("warns: parsing [" + scene.file() + ":", "deprecated");
    }

    @Test
    void a_stranger_on_an_address_is_named() throws Exception {
        try (var stranger = new ServerSocket(scene.host().port(), 1, InetAddress.getLoopbackAddress())) {
            assertThat(problems(scene.findings()))
                    .singleElement()
                    .asString()
                    .startsWith("127.0.0.1:%d: process %d ("
                            .formatted(
                                    stranger.getLocalPort(),
                                    ProcessHandle.current().pid()))
                    .contains("java");
        }
    }

    /** As a web server's workers do, and as every child of a program does until it becomes another program. */
    @Test
    void a_stranger_whose_workers_hold_the_same_socket_is_named_once() throws Exception {
        var stranger = withWorker(scene.host().port());
        try (var input = stranger.getOutputStream();
                var output = stranger.inputReader()) {
            var worker = output.readLine();
            assertThat(worker).matches("[0-9]+");

            assertThat(problems(scene.findings()))
                    .singleElement()
                    .asString()
                    .contains(": process %d (".formatted(stranger.pid()))
                    .doesNotContain("process %s (".formatted(worker));
        }
        assertThat(stranger.waitFor()).isZero();
    }

    /** Prints the worker's process id once both hold the socket; both end with their input. */
    private static Process withWorker(int port) {
        var program = """
                import os, socket, sys
                held = socket.create_server(("127.0.0.1", int(sys.argv[1])))
                worker = os.fork()
                if worker: print(worker, flush=True)
                sys.stdin.read()
                """;
        return Python.run(program, port);
    }

    @Test
    void a_haproxy_that_serves_already_is_no_stranger() throws Exception {
        scene.host().startForeign(scene.file(), "-W", "-S", scene.host().home() + "/m.sock");
        await().ignoreExceptions()
                .until(() -> RunningProxy.on(List.of(scene.host().address())).isRunning());

        var findings = scene.findings();

        assertThat(problems(findings)).isEmpty();
        assertThat(of("addresses", findings)).singleElement().asString().contains("'changeover agent adopt'");
        assertThat(of("file", findings))
                .singleElement()
                .asString()
                .startsWith("OK")
                .contains("the HAProxy that runs");
    }

    @Test
    void a_generation_of_this_node_is_no_stranger() throws Exception {
        scene.serve();

        assertThat(of("addresses", scene.findings()))
                .containsExactly("OK %s: generation 1 of this node listens there"
                        .formatted(scene.host().address()));
    }

    @Test
    @EnabledIfSystemProperty(named = "user.name", matches = "root")
    void a_haproxy_in_another_network_namespace_is_named() throws Exception {
        scene.replace("bind 127.0.0.1:", "bind *:");
        var program = HaproxyHost.older();
        var elsewhere = new ProcessBuilder(
                "unshare",
                "-n",
                program.executable().toString(),
                "-db",
                "-f",
                scene.file().toString());
        elsewhere.environment().putAll(program.environment());
        var started = elsewhere.inheritIO().start();
        try {
            await().untilAsserted(() -> assertThat(of("addresses", scene.findings()))
                    .anySatisfy(found -> assertThat(found)
                            .startsWith("WARNING")
                            .contains("process " + started.pid(), "another network namespace")));
        } finally {
            started.destroyForcibly().waitFor();
        }
    }

    @Test
    void whatever_haproxy_needs_before_it_drops_its_rights_is_looked_for() throws Exception {
        var nowhere = scene.host().home().resolve("nowhere");
        scene.global(
                "chroot " + nowhere,
                "pidfile " + nowhere.resolve("haproxy.pid"),
                "stats socket " + nowhere.resolve("admin.sock") + " mode 660 level admin");
        scene.replace("    default_backend db\n", """
                    bind unix@%s
                    bind *:%d interface no-such-if0
                    bind 192.0.2.77:%d
                    default_backend db
                """.formatted(
                nowhere.resolve("mysql.sock"), scene.host().port(), scene.host().port()));

        assertThat(problems(scene.findings()))
                .anySatisfy(found -> assertThat(found).startsWith("chroot " + nowhere + ": HAProxy will not start"))
                .anySatisfy(found -> assertThat(found).startsWith("pidfile ").contains("there is no " + nowhere))
                .anySatisfy(found -> assertThat(found).startsWith("socket " + nowhere + "/admin.sock: "))
                .anySatisfy(found -> assertThat(found).startsWith("socket " + nowhere + "/mysql.sock: "))
                .anySatisfy(found -> assertThat(found).contains("no network interface no-such-if0"))
                .anySatisfy(found -> assertThat(found).startsWith("192.0.2.77:").contains("this host has no address"));
    }

    @Test
    @EnabledIfSystemProperty(named = "user.name", matches = "root")
    void an_agent_without_rights_cannot_start_what_needs_them() throws Exception {
        Files.createDirectories(scene.host().home().resolve("jail"));
        scene.global("chroot " + scene.host().home().resolve("jail"), "user root", "group root");
        scene.replace("    default_backend db\n", "    bind 127.0.0.1:306\n    default_backend db\n");

        assertThat(of("rights", scene.findingsFor(65536, Set.of())))
                .anySatisfy(found ->
                        assertThat(found).startsWith("PROBLEM user root:").contains("CAP_SETUID"))
                .anySatisfy(found ->
                        assertThat(found).startsWith("PROBLEM group root:").contains("CAP_SETGID"))
                .anySatisfy(
                        found -> assertThat(found).startsWith("PROBLEM chroot").contains("CAP_SYS_CHROOT"))
                .anySatisfy(found ->
                        assertThat(found).startsWith("PROBLEM 127.0.0.1:306:").contains("CAP_NET_BIND"));
        assertThat(of("rights", scene.findingsFor(65536, Set.of(Capability.values()))))
                .allSatisfy(found -> assertThat(found).startsWith("OK"));
    }

    @Test
    void what_haproxy_needs_to_reach_servers_is_looked_for() throws Exception {
        scene.append("    source 0.0.0.0 usesrc clientip\n    server far 127.0.0.1:1 namespace blue\n");

        assertThat(of("rights", scene.findingsFor(65536, Set.of())))
                .anySatisfy(found -> assertThat(found)
                        .startsWith("PROBLEM source 0.0.0.0 usesrc clientip: HAProxy will reach no server")
                        .contains("CAP_NET_ADMIN"))
                .anySatisfy(found ->
                        assertThat(found).startsWith("PROBLEM server far").contains("CAP_SYS_ADMIN"));
    }

    @Test
    void what_the_agents_unit_sees_read_only_is_named() throws Exception {
        scene.global("pidfile /usr/share/haproxy.pid", "stats socket /usr/share/admin.sock");
        var unit = Map.of("LoadState", "loaded", "ProtectSystem", "yes");

        assertThat(of("rights", scene.findingsFor(65536, Set.of(), state(unit))))
                .filteredOn(found -> found.startsWith("PROBLEM") && found.contains("sees /usr/share read-only"))
                .hasSize(2);

        var other = Map.of("LoadState", "loaded", "ProtectSystem", "yes", "ReadWritePaths", "/opt -/usr/share");
        assertThat(of("rights", scene.findingsFor(65536, Set.of(), state(other))))
                .noneMatch(found -> found.contains("read-only"));
    }

    @Test
    void a_unit_without_files_of_variables_gives_none() throws Exception {
        var host = new CheckedHost(scene.configuration(), state(Map.of("LoadState", "loaded")), AgentUser.me());

        assertThat(host.environment()).isEmpty();
    }

    private static Optional<UnitState> state(Map<String, String> properties) {
        return Optional.of(new UnitState(AgentUser.UNIT, properties));
    }

    @Test
    @EnabledIfSystemProperty(named = "user.name", matches = "root")
    void an_agent_of_another_user_is_judged_for_that_user() throws Exception {
        var run = Files.createDirectories(scene.configuration().runDir());
        Files.setAttribute(run, "unix:uid", 65534);
        Files.setPosixFilePermissions(scene.host().home(), PosixFilePermissions.fromString("rwxr-xr-x"));
        var kernel = scene.stage();
        var list = scene.host().home().resolve("allowed.lst");
        Files.writeString(list, "127.0.0.1\n");
        Files.setPosixFilePermissions(list, PosixFilePermissions.fromString("rw-------"));
        scene.replace("    default_backend db\n", """
                    bind 127.0.0.1:306
                    tcp-request connection reject if !{ src -f %s }
                    default_backend db
                """.formatted(list));
        scene.global("stats socket " + scene.host().home().resolve("admin.sock"));

        var findings = scene.findings();

        assertThat(kernel).exists();
        assertThat(of("agent", findings))
                .contains("OK user nobody: the agent runs as this user; what it may do is judged for it")
                .anySatisfy(found -> assertThat(found)
                        .startsWith("PROBLEM " + scene.configuration().kernelsDir()));
        assertThat(of("file", findings))
                .singleElement()
                .asString()
                .startsWith("PROBLEM")
                .contains("allowed.lst");
        assertThat(of("rights", findings))
                .anySatisfy(
                        found -> assertThat(found).startsWith("PROBLEM socket").contains("nobody, who may not write"))
                .anySatisfy(found ->
                        assertThat(found).startsWith("WARNING 127.0.0.1:306").contains("could not be judged"));
    }

    @Test
    @EnabledIfSystemProperty(named = "user.name", matches = "root")
    void a_file_that_the_agent_may_not_read_is_named() throws Exception {
        Files.setAttribute(Files.createDirectories(scene.configuration().runDir()), "unix:uid", 65534);
        Files.setPosixFilePermissions(scene.host().home(), PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(scene.file(), PosixFilePermissions.fromString("rw-------"));

        assertThat(problems(scene.findings()))
                .contains(scene.file() + ": the agent runs as nobody, who may not read it; let that user read it, or"
                        + " run the agent as root");
    }

    @Test
    void a_run_directory_too_long_for_unix_sockets_is_named() throws Exception {
        var home = scene.host().home().resolve("d".repeat(90));
        var longer = AgentConfiguration.of(
                "n1", home, AgentConfiguration.Driver.haproxy, List.of(scene.file()), "haproxy_check", null);

        assertThat(problems(NodeCheck.of(CheckedHost.of(longer), List.of())))
                .anySatisfy(found -> assertThat(found).contains("too long for unix sockets"));
    }

    @Test
    void descriptors_and_memory_for_two_generations_are_counted() throws Exception {
        scene.replace("maxconn 500", "maxconn 3000");
        assertThat(problems(scene.findingsFor(1024, Set.of())))
                .anySatisfy(found -> assertThat(found)
                        .startsWith(
                                "maxconn 3000: HAProxy will not start: it needs 6200 descriptors, 1024 are allowed"));

        scene.replace("maxconn 3000", "maxconn 90000000");
        assertThat(of("capacity", scene.findingsFor(Long.MAX_VALUE, Set.of())))
                .anySatisfy(found -> assertThat(found).startsWith("PROBLEM fs.file-max: "))
                .anySatisfy(found ->
                        assertThat(found).startsWith("WARNING memory: ").contains("maxconn 90000000 may need"));
    }

    @Test
    void time_limits_that_cut_kept_sessions_are_named() throws Exception {
        scene.global("hard-stop-after 30s");
        scene.replace("timeout client 25h", "timeout client 50000");

        assertThat(of("timeouts", scene.findings()))
                .anySatisfy(found -> assertThat(found)
                        .startsWith("PROBLEM hard-stop-after: ")
                        .contains("30 s"))
                .anySatisfy(
                        found -> assertThat(found)
                                .startsWith(
                                        "WARNING frontend mysql (timeout client): HAProxy itself cuts sessions that are idle for 50 s"))
                .hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({
        "8s, WARNING grace: each handover takes 8 s longer",
        "2m, PROBLEM grace: what was told to stop accepting"
    })
    void a_grace_in_which_the_old_one_goes_on_accepting_is_told(String grace, String said) throws Exception {
        scene.global("grace " + grace);

        assertThat(of("timeouts", scene.findings()))
                .anySatisfy(found -> assertThat(found).startsWith(said));
    }

    @Test
    void servers_whose_source_ports_two_generations_share_are_warned_of() throws Exception {
        scene.replace(" check inter", " source 127.0.0.1:40000-40999 check inter");

        assertThat(of("backends", scene.findings()))
                .anySatisfy(found -> assertThat(found)
                        .startsWith(
                                "WARNING db/db1: 'source' with ports lets each generation choose from the same ones"));
    }

    @Test
    void checks_for_which_haproxy_forks_are_warned_of() throws Exception {
        assertThat(of("backends", scene.findings())).noneMatch(found -> found.startsWith("WARNING"));

        scene.replace("backend db\n", "backend db\n    option external-check\n    external-check command /bin/true\n");

        assertThat(of("backends", scene.findings()))
                .anySatisfy(found -> assertThat(found)
                        .startsWith("WARNING option external-check: in backend db: HAProxy forks for each"));
    }

    @Test
    void every_backend_says_how_it_is_proven() throws Exception {
        scene.replace("backend db\n", "backend db\n    option mysql-check user haproxy_check\n");
        scene.append("""
                listen stats
                    mode http
                    bind 127.0.0.1:%d
                    stats enable
                """.formatted(Loopback.freePort()));

        assertThat(of("backends", scene.findings()))
                .containsExactlyInAnyOrder(
                        "OK backend db: MySQL by its checks: a login proves it",
                        "OK backend stats: not MySQL by its mode, checks or lack of servers: its checks alone prove it");

        scene.backends(Map.of("db", BackendKind.other, "stats", BackendKind.mysql));
        assertThat(of("backends", scene.findings()))
                .containsExactlyInAnyOrder(
                        "OK backend db: not MySQL by agent.toml: its checks alone prove it",
                        "OK backend stats: MySQL by agent.toml: a login proves it");
    }

    @Test
    void stick_tables_that_the_next_generation_would_not_know_are_named() throws Exception {
        scene.append("    stick-table type ip size 10k\n    stick on dst\n");
        assertThat(of("stick-tables", scene.findings()))
                .containsExactly(
                        "OK stick-table of backend db: its entries are written into the next generation, unless they are too many");

        scene.replace("size 10k", "size 10k store gpc(2)");
        assertThat(of("stick-tables", scene.findings()))
                .singleElement()
                .asString()
                .startsWith("WARNING")
                .contains("without what they count in arrays");

        scene.replace(" store gpc(2)", "");
        scene.replace("type ip", "type binary len 4");
        assertThat(of("stick-tables", scene.findings()))
                .singleElement()
                .asString()
                .startsWith("WARNING stick-table of backend db: it decides where sessions go, has keys of type binary");

        scene.replace("size 10k", "size 10k peers ours");
        assertThat(of("stick-tables", scene.findings()))
                .singleElement()
                .asString()
                .contains("only where a peer on another host is up");
    }

    @Test
    void a_kernel_that_does_not_run_or_is_missing_is_named() throws Exception {
        var kernel = scene.stage();
        Files.createDirectories(scene.configuration().runDir());
        Files.createSymbolicLink(scene.configuration().runDir().resolve("current"), kernel.resolveSibling("9.9.9.9"));
        Path program;
        try (var files = Files.walk(kernel)) {
            program = files.filter(file -> file.endsWith("usr/sbin/haproxy"))
                    .findFirst()
                    .orElseThrow();
        }
        Files.writeString(program, "#!/bin/sh\nexit 127\n");

        assertThat(of("kernels", scene.findings()))
                .anySatisfy(
                        found -> assertThat(found).startsWith("PROBLEM kernel ").contains("does not run on this host"))
                .anySatisfy(found -> assertThat(found).startsWith("PROBLEM boot: kernel 9.9.9.9 is to be started"));
    }

    @Test
    void one_check_that_fails_hides_none_of_the_others() throws Exception {
        scene.global("hard-stop-after 30s");
        var broken = new Check("broken", (host, to) -> {
            throw new IllegalStateException();
        });

        var findings = NodeCheck.of(CheckedHost.of(scene.configuration()), List.of(broken));

        assertThat(problems(findings))
                .containsExactly(
                        "hard-stop-after: it would cut all sessions that are left 30 s after a handover; remove it",
                        "broken: this could not be judged: an error of this program: please report it");
        assertThat(findings).extracting(Finding::level).isSorted();
    }

    @Test
    void a_file_that_is_missing_is_named_and_the_rest_is_checked() throws Exception {
        scene.stage();
        Files.delete(scene.file());

        var findings = scene.findings();

        assertThat(problems(findings))
                .isNotEmpty()
                .allSatisfy(found -> assertThat(found).contains("there is no " + scene.file()));
        assertThat(of("kernels", findings))
                .allSatisfy(found -> assertThat(found).startsWith("OK"));
    }

    @Test
    void another_one_at_work_is_no_problem() throws Exception {
        scene.stage();
        try (var held =
                new NodeLock(scene.configuration().runDir()).take(Duration.ZERO).orElseThrow()) {
            assertThat(held).isNotNull();
            assertThat(of("agent", scene.findings()))
                    .contains("OK lock: process %d acts on this node just now"
                            .formatted(ProcessHandle.current().pid()));
        }
        assertThat(of("agent", scene.findings())).noneMatch(found -> found.contains("lock"));
    }

    /** Copies of this host's file in the directory for temporary files: one without an end would be left behind. */
    private List<Path> drafts() throws IOException {
        var mine = "127.0.0.1:%d\n".formatted(scene.host().port());
        var drafts = new ArrayList<Path>();
        try (var entries = Files.newDirectoryStream(Path.of(System.getProperty("java.io.tmpdir")), "hx*")) {
            for (var entry : entries) {
                var copy = entry.resolve("gen-1/haproxy.cfg");
                if (Files.exists(copy) && Files.readString(copy).contains(mine)) drafts.add(entry);
            }
        }
        return drafts;
    }
}
