package dev.changeover.node.adoption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.changeover.demo.RealParts;
import dev.changeover.haproxy.AdoptedProcess.Door;
import dev.changeover.haproxy.OperatorConfiguration;
import dev.changeover.haproxy.RunningProxy;
import dev.changeover.host.Loopback;
import dev.changeover.host.ProgramRun;
import dev.changeover.node.agent.ProxyNode;
import dev.changeover.node.driver.Breakpoint;
import dev.changeover.node.haproxy.HaproxyDriver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
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

    /** What another user finds. */
    static final class Look {
        public static void main(String[] words) throws IOException {
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
