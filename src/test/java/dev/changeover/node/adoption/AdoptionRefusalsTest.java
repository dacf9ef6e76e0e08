package dev.changeover.node.adoption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.changeover.demo.RealParts;
import dev.changeover.haproxy.AdoptedProcess.Door;
import dev.changeover.haproxy.RunningProxy;
import dev.changeover.haproxy.SocketDonor;
import dev.changeover.haproxy.configuration.OperatorConfiguration;
import dev.changeover.host.Loopback;
import dev.changeover.host.ProgramRun;
import dev.changeover.node.agent.ProxyNode;
import dev.changeover.node.check.CheckedHost;
import dev.changeover.node.check.Finding;
import dev.changeover.node.check.NodeCheck;
import dev.changeover.node.driver.Breakpoint;
import dev.changeover.node.haproxy.HaproxyDriver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What cannot be adopted is named before anything is touched. */
@ResourceLock(value = RealParts.DATABASE, mode = ResourceAccessMode.READ)
class AdoptionRefusalsTest {
    private AdoptionHost here;

    @BeforeEach
    void host() throws IOException {
        here = new AdoptionHost();
    }

    @AfterEach
    void nothing_was_changed() throws Exception {
        assertThat(here.run().directories()).isEmpty();
        here.close();
    }

    @Test
    void nothing_that_runs() throws Exception {
        Files.writeString(here.file(), here.host().configuration(1));

        refused("nothing listens on 127.0.0.1:%d: see whether HAProxy runs"
                .formatted(here.host().port()));
    }

    @Test
    void another_process_on_one_of_the_addresses() throws Exception {
        here.start(Door.MASTER_SOCKET);
        try (var stranger = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            edit("bind 127.0.0.1", "bind 127.0.0.1:%d\n    bind 127.0.0.1".formatted(stranger.getLocalPort()));

            refused("process %d (".formatted(ProcessHandle.current().pid()), "which is no HAProxy, listens on");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    server db1  | server db2  | it runs server 'db/db1', which is not in the file
                    backend db  | backend da  | it runs 'db', which is not in the file
                    frontend my | frontend yo | it runs 'mysql', which is not in the file
                    maxconn 500 | maxcann 500 | does not accept
                    """)
    void a_file_that_is_not_what_runs(String was, String is, String said) throws Exception {
        here.start(Door.MASTER_SOCKET);
        edit(was, is);
        if (is.startsWith("backend")) edit("default_backend db", "default_backend da");

        refused(said);
    }

    @Test
    void an_address_that_the_file_does_not_say() throws Exception {
        var second = "    bind 127.0.0.1:%d\n".formatted(Loopback.freePort());
        here.start(Door.NONE, text -> text.replace("    default_backend", second + "    default_backend"));
        edit(second, "");

        refused("of which %s says nothing".formatted(here.file()));
    }

    @Test
    void another_file_than_the_one_that_runs() throws Exception {
        here.start(Door.MASTER_SOCKET);
        var other = Files.copy(here.file(), here.host().home().resolve("other.cfg"));
        var configuration = here.configuration(AdoptionHost.USER, other);
        var node = new ProxyNode(configuration, new HaproxyDriver(configuration.runDir(), other, AdoptionHost.USER));

        assertThatThrownBy(() -> new Adoption(configuration, node).plan(null))
                .hasMessageContaining("was started with [" + here.file());
    }

    @Test
    void variables_that_only_the_running_process_has() throws Exception {
        var port = RealParts.mariaDb().address().getPort();
        Files.writeString(
                here.file(), here.host().configuration(port).replace("127.0.0.1:" + port, "127.0.0.1:${DB_PORT}"));
        here.start(here.host().startForeignIn(List.of("env", "DB_PORT=" + port), here.file(), "-W"));

        refused("was started with variables that", "[DB_PORT]", "CHANGEOVER_HAPROXY_ENVIRONMENT");
    }

    @Test
    void a_check_does_not_say_that_the_haproxy_that_runs_refuses_what_its_variables_make_right() throws Exception {
        var port = RealParts.mariaDb().address().getPort();
        Files.writeString(
                here.file(), here.host().configuration(port) + "backend more\n    timeout queue \"${QUEUE}\"\n");
        here.start(here.host().startForeignIn(List.of("env", "QUEUE=5s"), here.file(), "-W"));

        assertThat(NodeCheck.of(CheckedHost.of(here.configuration(AdoptionHost.USER)), List.of()))
                .filteredOn(finding -> finding.level() == Finding.Level.PROBLEM)
                .singleElement()
                .asString()
                .contains("was started with variables that", "[QUEUE]", "CHANGEOVER_HAPROXY_ENVIRONMENT")
                .doesNotContain("refuses");
    }

    @Test
    void no_section_whose_name_a_variable_makes() throws Exception {
        var text = here.host().configuration(RealParts.mariaDb().address().getPort());
        Files.writeString(
                here.file(),
                text.replace("global\n", "global\n    setenv ROLE main\n")
                        .replaceFirst("(?m)^(frontend|listen) (\\w+)$", "$1 \"$2-\\${ROLE}\""));
        here.start(here.host().startForeign(here.file(), "-W", "-S", here.host().home() + "/m.sock"));

        assertThat(here.adoptionOf(here.file()).plan(null).warnings()).isNotNull();
    }

    @Test
    void options_of_its_command_line_that_no_file_says() throws Exception {
        var port = RealParts.mariaDb().address().getPort();
        Files.writeString(
                here.file(),
                here.host().configuration(port)
                        + "peers mates\n    peer lb-1 127.0.0.1:%d\n".formatted(Loopback.freePort()));
        here.start(here.host().startForeign(here.file(), "-W", "-L", "lb-1"));

        refused("was started with options that", "-L lb-1", "write 'localpeer lb-1' into section 'global'");
    }

    @Test
    void one_whose_relative_paths_begin_where_it_was_started() throws Exception {
        var elsewhere = Files.createDirectory(here.host().home().resolve("elsewhere"));
        Files.writeString(elsewhere.resolve("office.lst"), "127.0.0.1\n");
        var text = here.host().configuration(RealParts.mariaDb().address().getPort());
        Files.writeString(
                here.file(),
                text.replace(
                        "    default_backend",
                        "    tcp-request connection reject if !{ src -f office.lst }\n    default_backend"));
        here.start(here.host().startForeign(here.file(), "-W", "-C", elsewhere.toString()));

        refused(
                "does not accept",
                "failed to open pattern file",
                "it was started in %s: write 'default-path origin %s' first into section 'global', and whole paths where"
                        .formatted(elsewhere, elsewhere));
    }

    @Test
    void one_that_ignores_names_which_nobody_resolves() throws Exception {
        var text = here.host().configuration(RealParts.mariaDb().address().getPort());
        Files.writeString(here.file(), text + "    server gone nobody.invalid:3306 backup\n");
        here.start(here.host().startForeign(here.file(), "-W", "-dr"));

        refused(
                "does not accept",
                "it was started with -dr: write 'default-server init-addr last,libc,none' into section 'defaults'");
    }

    @Test
    void a_socket_that_it_was_given_by_number() throws Exception {
        here.start(Door.MASTER_SOCKET);
        edit("default_backend", "bind fd@9\n    default_backend");

        refused("'bind fd@9' of", "is a socket that HAProxy", "was given at its start");
    }

    @Test
    void nothing_that_was_started_with_a_file_without_an_address() throws Exception {
        Files.writeString(
                here.file(),
                here.host()
                        .configuration(1)
                        .replace("frontend", ".if defined(X)\nfrontend")
                        .replace("backend db\n    server", ".endif\nbackend db\n    server"));

        refused(
                "has no TCP address to find HAProxy by, and none that runs was started with it: see whether HAProxy runs");
    }

    @Test
    void a_process_that_would_cut_its_sessions() throws Exception {
        here.start(Door.MASTER_SOCKET, text -> text.replace("global\n", "global\n    hard-stop-after 30s\n"));

        refused("hard-stop-after would let process", "cut all its sessions 30 s after");
    }

    @Test
    void a_process_that_would_go_on_accepting_for_longer_than_it_is_waited_for() throws Exception {
        here.start(Door.MASTER_SOCKET, text -> text.replace("global\n", "global\n    grace 90s\n"));

        refused("grace would let process", "go on accepting for 90 s", "waited for 60 s at most");
    }

    @Test
    void stick_tables_that_nobody_can_read() throws Exception {
        here.start(Door.NONE, text -> text + "    stick-table type ip size 10\n    stick on dst\n");

        refused("cannot be read, and clients may go to another server", "--accept-lost-stickiness");
    }

    @Test
    void a_version_without_numbers() {
        assertThatThrownBy(() -> Adoption.version("dev"))
                .hasMessageContaining("has no version of three numbers: say which one it is with --kernel");
    }

    @Test
    void another_network_namespace() throws Exception {
        assumeThat(ProgramRun.in(Path.of("/"), "unshare", "-n", "ip", "link", "set", "lo", "up")
                        .run()
                        .succeeded())
                .as("a network namespace can be made here")
                .isTrue();
        Files.writeString(
                here.file(),
                here.host().configuration(RealParts.mariaDb().address().getPort()));
        here.host()
                .startForeignIn(
                        List.of("unshare", "-n", "sh", "-c", "ip link set lo up; exec \"$0\" \"$@\""), here.file());

        await().ignoreExceptions()
                .untilAsserted(() -> refused("in another network namespace: run this there, with 'nsenter -n -t"));
    }

    /** Of the host's network, as a database's proxy often is, and with a root of its own. */
    @Test
    void a_container() throws Exception {
        var root = Files.createDirectories(here.host().home().resolve("root"));
        var pivot = "mount -t tmpfs root %s && cd %1$s && mkdir old && ".formatted(root)
                + "for d in usr bin lib lib64 etc proc dev tmp; do mkdir $d && mount --rbind /$d $d; done; pivot_root . old && ";
        assumeThat(ProgramRun.in(Path.of("/"), "unshare", "-m", "sh", "-c", pivot + "true")
                        .run()
                        .succeeded())
                .as("a root of its own can be made here")
                .isTrue();
        Files.writeString(
                here.file(),
                here.host().configuration(RealParts.mariaDb().address().getPort()));
        var started = here.host()
                .startForeignIn(List.of("unshare", "-m", "sh", "-c", pivot + "exec \"$0\" \"$@\""), here.file(), "-W");

        await().ignoreExceptions()
                .untilAsserted(() -> refused("HAProxy %d runs in a container".formatted(started.pid())));
    }

    @Test
    void a_user_who_may_not_see_it() throws Exception {
        here.start(Door.MASTER_SOCKET);
        Files.setPosixFilePermissions(here.host().home(), PosixFilePermissions.fromString("rwxr-xr-x"));

        var java = Path.of(System.getProperty("java.home"), "bin/java").toString();
        var seen = ProgramRun.in(
                        Path.of("/"),
                        "setpriv",
                        "--reuid=65534",
                        "--regid=65534",
                        "--clear-groups",
                        java,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Look.class.getName(),
                        here.file().toString())
                .run();

        assumeThat(seen.output()).as("another user can run this").doesNotContain("setpriv:", "ClassNotFound");
        assertThat(seen.output()).contains("but this user may not see who: run this as root");
    }

    /** As a container or a unit may run us. */
    @Test
    void a_root_without_the_right_to_copy() throws Exception {
        here.start(Door.MASTER_SOCKET);

        var seen = copyAs("setpriv", "--bounding-set=-sys_ptrace", "--inh-caps=-sys_ptrace");

        assertThat(seen)
                .contains("cannot be copied: this user may not look into it; be root, with CAP_SYS_PTRACE")
                .doesNotContain("Exception");
    }

    /** As SELinux, AppArmor or a unit's {@code SystemCallFilter=} would forbid it. */
    @Test
    void a_rule_of_the_host_that_forbids_the_copy() throws Exception {
        here.start(Door.MASTER_SOCKET);

        var seen = copyAs("env", "FORBIDDEN=yes");

        assertThat(seen)
                .contains(
                        "cannot be copied: pidfd_getfd: a rule of this host forbids it, of SELinux, AppArmor or seccomp")
                .doesNotContain("Exception");
    }

    private String copyAs(String... launcher) throws Exception {
        var words = new ArrayList<>(List.of(launcher));
        words.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Copy.class.getName(),
                Long.toString(RunningProxy.on(List.of(here.host().address())).worker())));
        // Where the class path begins.
        return ProgramRun.in(Path.of("").toAbsolutePath(), words.toArray(new String[0]))
                .run()
                .output();
    }

    /** Tries to copy sockets, where a rule may forbid it. */
    static final class Copy {
        public static void main(String[] words) throws Throwable {
            if (System.getenv("FORBIDDEN") != null) ForbiddenCall.forbid(438);
            try (var copies = SocketDonor.of(Long.parseLong(words[0]))) {
                System.out.println(copies.size() + " sockets");
            } catch (IOException refused) {
                System.out.println(refused.getMessage());
            }
        }
    }

    /** What another user finds. */
    static final class Look {
        public static void main(String[] words) throws IOException, InterruptedException {
            try {
                RunningProxy.on(OperatorConfiguration.read(Path.of(words[0])).addresses());
            } catch (IOException refused) {
                System.out.println(refused.getMessage());
            }
        }
    }

    private void edit(String was, String is) throws IOException {
        Files.writeString(here.file(), Files.readString(here.file()).replace(was, is));
    }

    private void refused(String... said) throws Exception {
        assertThatThrownBy(() -> here.adoption(Breakpoint.NONE).plan(null))
                .message()
                .contains(said);
    }
}
