package dev.changeover.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.Application;
import dev.changeover.host.Loopback;
import dev.changeover.node.sandbox.SandboxDriver;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands of an agent on a host where something is wrong. */
class AgentCommandTest {
    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void a_file_that_is_not_there_is_named() {
        assertThat(run(directory.resolve("agent.toml"), "status")).isEqualTo(1);

        assertThat(err).hasToString("there is no " + directory.resolve("agent.toml") + "\n");
    }

    @Test
    void a_slip_in_the_file_is_a_sentence_for_every_command() throws IOException {
        var file = toml("driver = \"nginx\"");

        for (var command : new String[] {"", "status", "reload", "boot --kernel 2.6.12.3"}) {
            err.getBuffer().setLength(0);
            assertThat(run(file, command)).as(command).isEqualTo(1);
            assertThat(err).hasToString(file + ": driver is 'nginx', and must be one of haproxy, sandbox\n");
        }
    }

    @Test
    void a_missing_key_and_what_is_no_toml_are_named() throws IOException {
        var missing = toml("driver = \"sandbox\"");
        run(missing, "status");
        assertThat(err).hasToString(missing + ": sandbox_configuration is missing\n");

        err.getBuffer().setLength(0);
        var rubbish = Files.writeString(directory.resolve("rubbish.toml"), "node_id = \"n1\"\nrun_dir =\n");
        run(rubbish, "status");
        assertThat(err.toString()).startsWith(rubbish + ": ").contains("line 2").hasLineCount(1);
    }

    @Test
    void what_is_no_text_and_what_is_no_version_are_named() throws IOException {
        var binary = Files.write(directory.resolve("binary.toml"), new byte[] {'#', (byte) 0xe4, '\n'});
        assertThat(run(binary, "status")).isEqualTo(1);
        assertThat(err).hasToString(binary + " is not text in UTF-8\n");

        err.getBuffer().setLength(0);
        var file = toml("haproxy_configuration = \"/etc/haproxy/haproxy.cfg\"");
        assertThat(run(file, "adopt --kernel 2.6")).isEqualTo(2);
        assertThat(err.toString()).startsWith("--kernel: ");
    }

    @Test
    void a_directory_that_cannot_be_used_is_named() throws IOException {
        Files.writeString(directory.resolve("run"), "a file");
        var file = toml("haproxy_configuration = \"/etc/haproxy/haproxy.cfg\"");

        assertThat(run(file, "status")).isEqualTo(1);

        assertThat(err.toString()).contains(directory.resolve("run").toString()).hasLineCount(1);
    }

    @Test
    void the_status_says_how_each_backend_is_proven_and_of_which_node_a_problem_is() throws IOException {
        var file = Files.writeString(directory.resolve("haproxy.cfg"), """
                defaults
                    mode tcp
                listen checked
                    bind 127.0.0.1:%d
                    option mysql-check user haproxy_check
                    server one 127.0.0.1:1
                listen unsaid
                    bind 127.0.0.1:%d
                    server one 127.0.0.1:1
                listen statistics
                    mode http
                    bind 127.0.0.1:%d
                    stats enable
                """.formatted(
                        Loopback.freePort(), Loopback.freePort(), Loopback.freePort()));

        Files.createFile(Files.createDirectory(directory.resolve("run")).resolve("MAINTENANCE"));

        assertThat(run(toml("haproxy_configuration = \"" + file + "\""), "status"))
                .as("%s", err)
                .isEqualTo(1);

        assertThat(out.toString().lines())
                .contains(
                        "backend checked  proven by a login to MySQL",
                        "backend unsaid  proven by a login if it greets as MySQL does, else its checks alone",
                        "backend statistics  proven by its checks alone")
                .filteredOn(line -> line.startsWith("problem on n1: "))
                .extracting(line -> line.replaceAll(".*: ([A-Z_]+), .*", "$1"))
                .containsSubsequence("MAINTENANCE", "NOTHING_SERVES");
    }

    @Test
    void a_sandbox_is_looked_at_but_neither_reloaded_nor_booted_from_outside() throws IOException {
        var relay = Files.writeString(
                directory.resolve("relay"),
                SandboxDriver.configuration(
                        Loopback.freePort(), new InetSocketAddress(InetAddress.getLoopbackAddress(), 3306)));
        var file = toml("driver = \"sandbox\"\nsandbox_configuration = \"" + relay + "\"");

        assertThat(run(file, "status")).isEqualTo(1);
        assertThat(out.toString()).contains("NOTHING_SERVES");
        assertThat(err.toString()).isEmpty();

        assertThat(run(file, "reload")).isEqualTo(1);
        assertThat(run(file, "boot --kernel 2.0.0.1")).isEqualTo(1);
        assertThat(err.toString().lines()).hasSize(2).allMatch(line -> line.contains("restart the agent"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"reload", "boot --kernel 2.6.12.3", "enroll token"})
    @EnabledIfSystemProperty(named = "user.name", matches = "root")
    void beside_the_agent_of_another_user_a_change_is_refused_with_the_command_to_type(String command)
            throws IOException {
        var file = toml("haproxy_configuration = \"/etc/haproxy/haproxy.cfg\"");
        var run = runDirectoryOfNobody();

        assertThat(run(file, command)).isEqualTo(1);

        assertThat(err)
                .hasToString("the agent of this node runs as nobody, and you are root: type"
                        + " 'sudo -u nobody changeover agent %s --config %s'\n".formatted(command, file));
        assertThat(run).isEmptyDirectory();
    }

    @Test
    @EnabledIfSystemProperty(named = "user.name", matches = "root")
    void beside_the_agent_of_another_user_nothing_is_adopted() throws IOException {
        var file = toml("haproxy_configuration = \"/etc/haproxy/haproxy.cfg\"");
        var run = runDirectoryOfNobody();

        assertThat(run(file, "adopt --yes")).isEqualTo(1);

        assertThat(err.toString())
                .startsWith("the agent of this node runs as nobody")
                .contains("chown -R root " + run)
                .hasLineCount(1);
    }

    @Test
    @EnabledIfSystemProperty(named = "user.name", matches = "root")
    void beside_the_agent_of_another_user_the_state_is_shown() throws IOException {
        var file = toml("haproxy_configuration = \"/etc/haproxy/haproxy.cfg\"");
        runDirectoryOfNobody();

        assertThat(run(file, "status")).isEqualTo(1);

        assertThat(err.toString()).isEmpty();
        assertThat(out.toString()).contains("NOTHING_SERVES");
    }

    @Test
    @EnabledIfSystemProperty(named = "user.name", matches = "root")
    void whoever_keeps_the_lock_is_the_agent_whatever_the_directory_says() throws IOException {
        var file = toml("haproxy_configuration = \"/etc/haproxy/haproxy.cfg\"");
        Files.createFile(runDirectoryOfNobody().resolve("lock"));

        assertThat(run(file, "reload")).isEqualTo(1);

        assertThat(err.toString()).startsWith("NOT_SAFE: nothing serves");
    }

    private Path runDirectoryOfNobody() throws IOException {
        var run = Files.createDirectories(directory.resolve("run"));
        Files.setAttribute(run, "unix:uid", 65534);
        return run;
    }

    private Path toml(String more) throws IOException {
        return Files.writeString(directory.resolve("agent.toml"), """
                node_id = "n1"
                run_dir = "%1$s/run"
                kernels_dir = "%1$s/kernels"
                """.formatted(directory) + more + "\n");
    }

    private int run(Path config, String command) {
        var line = Application.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        var words = ("agent " + command + " --config " + config).split(" +");
        return line.execute(words);
    }
}
