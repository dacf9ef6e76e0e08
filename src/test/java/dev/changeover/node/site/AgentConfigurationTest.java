package dev.changeover.node.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.changeover.inventory.KernelVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgentConfigurationTest {

    private static final String LEAST = """
            node_id = "node-1"
            run_dir = "/var/lib/changeover/run"
            kernels_dir = "/var/lib/changeover/kernels"
            haproxy_configuration = "/etc/haproxy/haproxy.cfg"
            """;

    @TempDir
    Path directory;

    @Test
    void the_least_that_is_needed_gets_sensible_defaults() throws Exception {
        var configuration = read(LEAST);

        assertThat(configuration.nodeId()).isEqualTo("node-1");
        assertThat(configuration.driver()).isEqualTo(AgentConfiguration.Driver.haproxy);
        assertThat(configuration.checkUser()).isEqualTo("haproxy_check");
        assertThat(configuration.packageAddresses()).isEmpty();
        assertThat(configuration.initialKernel()).isNull();
        assertThat(configuration.processList()).isNull();
    }

    @Test
    void everything_can_be_set() throws Exception {
        var configuration = read(LEAST + """
                check_user = "probe"
                package_addresses = ["https://kernels.example.com/"]
                temporal_profile = "production"
                [initial_kernel]
                version = "2.6.12.3"
                reported_version = "2.6.12-1+deb12u3"
                url = "https://kernels.example.com/haproxy.deb"
                sha256 = "%s"
                [process_list]
                address = "10.0.0.5:3306"
                user = "watch"
                password_file = "/etc/changeover/watch"
                """.formatted("ab".repeat(32)));

        assertThat(configuration.initialKernel())
                .isEqualTo(new AgentConfiguration.InitialKernel(
                        KernelVersion.of("2.6.12.3"),
                        "2.6.12-1+deb12u3",
                        "https://kernels.example.com/haproxy.deb",
                        "ab".repeat(32)));
        assertThat(configuration.processList()).isNotNull();
        assertThat(configuration.temporalProfile()).isEqualTo("production");
    }

    @Test
    void what_is_missing_or_unknown_is_named() {
        assertThatThrownBy(() -> read(LEAST + "color = 'red'")).hasMessageContaining("color");
        assertThatThrownBy(() -> read(LEAST.replaceFirst("node_id.*", ""))).hasMessageContaining("node_id is missing");
        assertThatThrownBy(() -> read(LEAST.replaceFirst("haproxy_conf.*", "")))
                .hasMessageContaining("haproxy_configuration is missing");
        assertThatThrownBy(() -> read(LEAST + "driver = \"nginx\""))
                .hasMessageEndingWith("agent.toml: driver is 'nginx', and must be one of haproxy, sandbox");
        assertThatThrownBy(() -> read(LEAST + "driver = \"sandbox\""))
                .hasMessageEndingWith("agent.toml: sandbox_configuration is missing");
        assertThatThrownBy(() -> read("node_id =")).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "node_id = 'a b'                                    | node_id is 'a b', and must be a word",
                "package_addresses = 'file:/srv/'                   | package_addresses must be a list",
                "package_addresses = ['/srv/kernels']               | package_addresses is '/srv/kernels', and must be",
                "package_addresses = ['file:srv/kernels/']          | package_addresses is 'file:srv/kernels/', and must be",
                "process_list = 'db:3306'                           | process_list must be a table",
                "process_list = {address = 'db', user = 'u'}        | process_list.address is 'db', and must be host:port",
                "process_list = {address = 'db:3306', user = 'u'}   | process_list.password_file is missing",
                "initial_kernel = {version = '2'}                   | initial_kernel.version: '2' is not a kernel version",
                "initial_kernel = {version = '2.6.12.3'}            | initial_kernel.reported_version is missing"
            })
    void a_wrong_value_is_named_with_what_is_allowed(String line, String sentence) {
        var others = line.startsWith("node_id") ? LEAST.replaceFirst("node_id.*\n", "") : LEAST;

        assertThatThrownBy(() -> read(others + line))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("agent.toml: " + sentence)
                .message()
                .hasLineCount(1);
    }

    @Test
    void a_sandbox_needs_no_haproxy_configuration() throws Exception {
        var sandbox = LEAST.replaceFirst("haproxy_conf.*", "sandbox_configuration = \"/etc/changeover/relay\"");

        var configuration = read(sandbox + "driver = \"sandbox\"");

        assertThat(configuration.operatorFile()).isEqualTo(Path.of("/etc/changeover/relay"));
    }

    private AgentConfiguration read(String toml) throws IOException {
        return AgentConfiguration.read(Files.writeString(directory.resolve("agent.toml"), toml));
    }
}
