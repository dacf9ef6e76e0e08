package dev.changeover.node.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.changeover.host.Loopback;
import dev.changeover.inventory.KernelVersion;
import dev.changeover.mysql.MysqlLogin;
import dev.changeover.node.HandOverOrder;
import dev.changeover.node.KernelToRun;
import dev.changeover.node.NodeFault;
import dev.changeover.node.NodeOrder;
import dev.changeover.node.StageOrder;
import dev.changeover.node.VerifyOrder;
import dev.changeover.node.agent.NodeRig;
import dev.changeover.node.agent.TestAgents;
import dev.changeover.node.agent.TestDatabase;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SandboxFleetTest {
    private static final KernelVersion OLD = KernelVersion.of("2.0.0.1");
    private static final KernelVersion NEW = KernelVersion.of("2.0.0.2");

    @TempDir
    Path directory;

    private final TestAgents agents = new TestAgents();
    private TestDatabase database;

    @BeforeEach
    void start() throws IOException {
        database = new TestDatabase();
    }

    @AfterEach
    void end() throws IOException {
        agents.close();
        database.close();
    }

    @Test
    void every_order_goes_to_the_node_that_it_names() throws Exception {
        try (var fleet = new SandboxFleet(directory.resolve("fleet"))) {
            fleet.add("n1", Loopback.freePort(), database.address(), NodeRig.USER, pack(OLD));
            fleet.add("n2", Loopback.freePort(), database.address(), NodeRig.USER, pack(OLD));
            var worker = agents.start(fleet);
            var n2 = new NodeOrder("n2", null);

            worker.stage(new StageOrder(n2, pack(NEW)));
            worker.handOver(new HandOverOrder(n2, pack(NEW)));

            assertThat(worker.verify(new VerifyOrder(n2, pack(NEW), Duration.ZERO, true))
                            .boot())
                    .isEqualTo(NEW);
            assertThat(worker.inspect(new NodeOrder("n1", null)).boot()).isEqualTo(OLD);
            assertThatThrownBy(() -> fleet.inspect(new NodeOrder("n3", null)))
                    .isInstanceOfSatisfying(
                            ApplicationFailure.class,
                            failure -> assertThat(failure.getType()).isEqualTo(NodeFault.WRONG_HOST.name()));
        }
    }

    @Test
    void a_node_comes_back_with_the_kernel_it_last_ran() throws Exception {
        var node = new NodeOrder("n1", null);
        try (var fleet = new SandboxFleet(directory.resolve("fleet"))) {
            fleet.add("n1", Loopback.freePort(), database.address(), NodeRig.USER, pack(OLD));
            var worker = agents.start(fleet);
            worker.stage(new StageOrder(node, pack(NEW)));
            worker.handOver(new HandOverOrder(node, pack(NEW)));
        }

        try (var again = new SandboxFleet(directory.resolve("fleet"))) {
            var address = again.add("n1", Loopback.freePort(), database.address(), NodeRig.USER, pack(OLD));

            assertThat(again.inspect(node).serving().orElseThrow().kernel()).isEqualTo(NEW);
            MysqlLogin.attempt(address, NodeRig.USER, Duration.ofSeconds(5));
        }
    }

    @Test
    void a_node_does_not_start_beside_a_foreign_listener() throws Exception {
        try (var fleet = new SandboxFleet(directory.resolve("fleet"));
                var foreign = new ServerSocket(0, 1, database.address().getAddress())) {
            assertThatThrownBy(
                            () -> fleet.add("n1", foreign.getLocalPort(), database.address(), NodeRig.USER, pack(OLD)))
                    .hasMessageContaining("another program listens");
        }
    }

    @Test
    void the_fleet_starts_a_node_again_that_died() throws Exception {
        var node = new NodeOrder("n1", null);
        var dying = SandboxFleet.pack(directory.resolve("dying"), OLD, "sandbox-dying", "dies_after = PT0.2S");
        try (var fleet = new SandboxFleet(directory.resolve("fleet"))) {
            fleet.add("n1", Loopback.freePort(), database.address(), NodeRig.USER, dying);

            await().atMost(Duration.ofSeconds(10))
                    .until(() ->
                            fleet.inspect(node).generations().stream().anyMatch(generation -> generation.number() > 1));
        }
    }

    private KernelToRun pack(KernelVersion version) throws IOException {
        return SandboxFleet.pack(directory.resolve(version + ".properties"), version, "sandbox-" + version);
    }
}
