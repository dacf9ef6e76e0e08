package dev.changeover.node.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.changeover.host.Loopback;
import dev.changeover.inventory.KernelVersion;
import dev.changeover.node.HandOverOrder;
import dev.changeover.node.KernelToRun;
import dev.changeover.node.NodeOrder;
import dev.changeover.node.StageOrder;
import dev.changeover.node.agent.ProxyNode;
import dev.changeover.node.agent.Supervisor;
import dev.changeover.node.agent.TestAgents;
import dev.changeover.node.agent.TestDatabase;
import dev.changeover.node.site.AgentConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sandbox node as {@code agent.toml} describes it. */
class SandboxDriverTest {
    @TempDir
    Path directory;

    private TestDatabase database;

    @BeforeEach
    void start() throws IOException {
        database = new TestDatabase();
    }

    @AfterEach
    void end() throws IOException {
        database.close();
    }

    @Test
    void a_node_starts_its_initial_kernel_and_comes_back_with_the_kernel_it_last_ran() throws Exception {
        var older = pack("2.0.0.1");
        var newer = pack("2.0.0.2");
        var configuration = configuration(older);
        var first = driver(configuration);
        var node = new ProxyNode(configuration, first);
        assertThat(node.supervise()).isEqualTo(Supervisor.Finding.STARTED);
        assertThat(node.status().boot()).isEqualTo(older.version());
        try (var agents = new TestAgents()) {
            var orders = new NodeOrder("n1", null);
            var worker = agents.start(node);
            worker.stage(new StageOrder(orders, newer));
            worker.handOver(new HandOverOrder(orders, newer));
        }
        first.close();

        var second = driver(configuration);
        var again = new ProxyNode(configuration, second);
        // A child that another test starts at this moment may hold a copy of the closed socket, as a stranger would.
        await().until(() -> again.supervise() == Supervisor.Finding.STARTED);

        assertThat(again.status().serving().orElseThrow().kernel()).isEqualTo(newer.version());
        second.close();
    }

    @Test
    void another_process_is_shown_what_runs_and_nothing_once_the_agent_has_ended() throws Exception {
        var configuration = configuration(pack("2.0.0.1"));
        var driver = driver(configuration);
        var node = new ProxyNode(configuration, driver);
        node.supervise();
        var run = configuration.runDir();
        assertThat(SandboxStatus.ask(run)).isEmpty();

        try (var shown = SandboxStatus.show(run, node::status)) {
            assertThat(shown).isNotNull();
            assertThat(SandboxStatus.ask(run).orElseThrow().generations())
                    .isEqualTo(node.status().generations())
                    .hasSize(1);
        }

        assertThat(SandboxStatus.ask(run)).isEmpty();
        SandboxStatus.show(run, node::status).close();
        driver.close();
    }

    /** In the order in which an agent starts: it shows itself before it looks after its node. */
    @Test
    void an_agents_first_start_makes_the_run_directory() throws Exception {
        var configuration = configuration(pack("2.0.0.1"));
        var driver = driver(configuration);
        var node = new ProxyNode(configuration, driver);

        try (var shown = SandboxStatus.show(configuration.runDir(), node::status)) {
            assertThat(shown).isNotNull();
            assertThat(node.supervise()).isEqualTo(Supervisor.Finding.STARTED);
            assertThat(SandboxStatus.ask(configuration.runDir()).orElseThrow().serving())
                    .isPresent();
        }
        driver.close();
    }

    private AgentConfiguration configuration(KernelToRun initial) throws IOException {
        Files.writeString(
                directory.resolve("sandbox.properties"),
                SandboxDriver.configuration(Loopback.freePort(), database.address()));
        var toml = Files.writeString(directory.resolve("agent.toml"), """
                node_id = "n1"
                driver = "sandbox"
                run_dir = "%1$s/run"
                kernels_dir = "%1$s/kernels"
                sandbox_configuration = "%1$s/sandbox.properties"
                package_addresses = ["file:///"]
                [initial_kernel]
                version = "%2$s"
                reported_version = "%3$s"
                url = "%4$s"
                sha256 = "%5$s"
                """.formatted(
                        directory,
                        initial.version(),
                        initial.reportedVersion(),
                        initial.sources().getFirst().url(),
                        initial.sources().getFirst().sha256()));
        return AgentConfiguration.read(toml);
    }

    private static SandboxDriver driver(AgentConfiguration configuration) {
        return new SandboxDriver(configuration.operatorFile(), configuration.checkUser());
    }

    private KernelToRun pack(String version) throws IOException {
        return SandboxDriver.pack(
                directory.resolve(version + ".kernel"), KernelVersion.of(version), "sandbox-" + version);
    }
}
