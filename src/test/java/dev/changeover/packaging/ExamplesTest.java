package dev.changeover.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.changeover.inventory.FileFormat;
import dev.changeover.inventory.FleetFile;
import dev.changeover.inventory.KernelFile;
import dev.changeover.node.site.AgentConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExamplesTest {
    private static final Path EXAMPLES = Run.PROJECT.resolve("src/main/dist");

    @TempDir
    Path directory;

    @Test
    void an_agent_accepts_its_example() throws IOException {
        var agent = AgentConfiguration.read(EXAMPLES.resolve("agent.toml"));

        assertThat(agent.nodeId()).isEqualTo("orders-proxy-1");
        assertThat(agent.packageAddresses()).hasSize(2);
    }

    @Test
    void an_agent_accepts_the_lines_that_the_example_leaves_out() throws IOException {
        var text = Files.readString(EXAMPLES.resolve("agent.toml"));
        var all = Files.writeString(
                directory.resolve("agent.toml"), text.replaceAll("(?m)^# (\\[\\w+]|[a-z_]+ = )", "$1"));

        var agent = AgentConfiguration.read(all);

        assertThat(agent.temporalProfile()).isEqualTo("production");
        assertThat(agent.payloadKeys()).hasFileName("payload.keys");
        assertThat(agent.processList()).isNotNull();
    }

    @Test
    void a_slip_in_an_agents_file_is_noticed() throws IOException {
        var text = Files.readString(EXAMPLES.resolve("agent.toml"));
        var slip = Files.writeString(directory.resolve("agent.toml"), text.replace("check_user", "chek_user"));

        assertThatThrownBy(() -> AgentConfiguration.read(slip)).hasMessageContaining("chek_user");
    }

    @Test
    void fleet_and_kernels_can_be_imported() throws IOException {
        var fleet = FleetFile.read(Files.readString(EXAMPLES.resolve("fleet.yaml")));
        var kernels = KernelFile.read(
                FileFormat.YAML, Files.readString(EXAMPLES.resolve("kernels.yaml")), engine -> List.of());

        var proxy = fleet.proxies().getFirst();
        assertThat(kernels.getFirst().version())
                .isEqualTo(proxy.version())
                .isLessThan(kernels.getLast().version());
        assertThat(kernels.getFirst().engine()).isEqualTo(proxy.engine());
    }
}
