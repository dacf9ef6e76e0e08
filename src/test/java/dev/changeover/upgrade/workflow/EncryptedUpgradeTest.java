package dev.changeover.upgrade.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.changeover.node.NodeFault;
import dev.changeover.node.NodeOrder;
import dev.changeover.temporal.Keys;
import dev.changeover.temporal.PayloadConversion;
import dev.changeover.upgrade.Command;
import dev.changeover.upgrade.CommandRequest;
import dev.changeover.upgrade.Outcome;
import dev.changeover.upgrade.UpgradeWorkflow;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowUpdateException;
import io.temporal.common.WorkflowExecutionHistory;
import io.temporal.common.converter.DataConverter;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.testing.WorkflowReplayer;
import io.temporal.worker.WorkerFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Upgrades whose payloads are encrypted before they go to Temporal. */
@ResourceLock(RealServer.QUEUES)
class EncryptedUpgradeTest {
    /** Who asked, why, and what an activity's summary and a package's address say. */
    private static final String[] SAID = {"alice", "because", "hand over", "file:///kernel.tar.gz"};

    @TempDir
    Path data;

    @Test
    void runs_to_its_end_and_its_history_keeps_to_itself_what_was_said() throws Exception {
        var plain = play(PayloadConversion.PLAIN);
        var encrypted = play(with("k1"));

        assertThat(bytes(plain)).contains(SAID);
        assertThat(bytes(encrypted)).doesNotContain(SAID);
        // What lists are made of stays readable.
        assertThat(bytes(encrypted)).contains("UpgradePhase", Scene.PROXY, Scene.PROJECT, "NodeHandOver");

        replay(encrypted, with("k1"));
        replay(encrypted, with("k2", "k1"));
        assertThatThrownBy(() -> replay(encrypted, with("k2")))
                .hasStackTraceContaining("the key 'k1', which is not in");
    }

    @ParameterizedTest
    @EnumSource
    void goes_on_encrypted_where_it_began_without(Scenario scenario) throws Exception {
        var history = WorkflowExecutionHistory.fromJson(Files.readString(scenario.file()));

        replay(history, PayloadConversion.encrypted(Keys.beginning(data, "k1")));
        assertThatThrownBy(() -> replay(history, with("k1"))).hasStackTraceContaining("a payload is not encrypted");
    }

    /** Its own workflow fails, and the others go on. */
    @Test
    void takes_no_upgrade_and_no_command_that_a_stranger_says_in_the_clear() {
        try (var scene = new RealServer(2, Scenario.QUICK, with("k1"))) {
            scene.nodes.fail("n2 handOver", NodeFault.CONFIG_REFUSED);
            var job = scene.submit();
            scene.awaitHeld("n2");
            var plain = WorkflowClient.newInstance(scene.client.getWorkflowServiceStubs());
            var upgrade = plain.newUntypedWorkflowStub(scene.idOf(Scene.PROXY));
            var forged = new CommandRequest(job, null, "because", "mallory").as("forged");

            // Why it was refused is encrypted.
            assertThatThrownBy(() -> upgrade.update("stop", JsonNode.class, forged))
                    .isInstanceOf(WorkflowUpdateException.class)
                    .hasStackTraceContaining("Encoded failure");
            var own = plain.newUntypedWorkflowStub(
                    "UpgradeWorkflow",
                    WorkflowOptions.newBuilder()
                            .setWorkflowId("upgrade:in-the-clear")
                            .setTaskQueue(UpgradeWorkflow.QUEUE)
                            .build());
            own.start(scene.progress().request());
            assertThatThrownBy(() -> own.getResult(JsonNode.class)).isInstanceOf(WorkflowFailedException.class);

            scene.nodes.mend("n2 handOver");
            assertThat(scene.say(Command.RETRY, job).noted()).isTrue();
            assertThat(scene.outcome()).isEqualTo(Outcome.DONE);
        }
    }

    @Test
    void has_no_agent_take_an_order_that_a_stranger_says_in_the_clear() {
        try (var scene = new RealServer(2, Scenario.QUICK, with("k1"))) {
            var plain = WorkflowClient.newInstance(scene.client.getWorkflowServiceStubs());
            var stranger = WorkerFactory.newInstance(plain);
            stranger.newWorker("stranger").registerWorkflowImplementationTypes(StrangerTest.Forwarding.class);
            stranger.start();
            var forward = plain.newWorkflowStub(
                    StrangerTest.Forward.class,
                    WorkflowOptions.newBuilder().setTaskQueue("stranger").build());
            var look = PayloadConversion.PLAIN.fromPayload(
                    PayloadConversion.PLAIN
                            .toPayload(new NodeOrder("n1", null, Duration.ZERO, 0, null))
                            .orElseThrow(),
                    JsonNode.class,
                    JsonNode.class);

            assertThat(forward.order("node:n1", "NodeInspect", List.of(look))).isNotEqualTo("UNSIGNED_ORDER");

            stranger.shutdownNow();
            assertThat(scene.enrolled.refusals).as("it could not even read it").isEmpty();
            assertThat(scene.nodes.asked).isEmpty();
        }
    }

    /** Heartbeats are read beside the SDK. */
    @Test
    void shows_what_its_agents_are_at() {
        try (var scene = new RealServer(3, Scenario.QUICK, with("k1"))) {
            assertThat(Scenario.RETIREMENT.play(scene)).isEqualTo(Outcome.DONE);
        }
    }

    private static WorkflowExecutionHistory play(DataConverter converter) {
        try (var scene = new RealServer(3, Scenario.QUICK, converter)) {
            assertThat(Scenario.HOLD_AND_RETRY.play(scene)).isEqualTo(Outcome.DONE);
            return scene.history();
        }
    }

    /** As they are on the wire and on Temporal's disk. */
    private static String bytes(WorkflowExecutionHistory history) {
        return history.getHistory().toByteString().toString(StandardCharsets.ISO_8859_1);
    }

    private static void replay(WorkflowExecutionHistory history, DataConverter converter) throws Exception {
        var options = TestEnvironmentOptions.newBuilder()
                .setWorkflowClientOptions(WorkflowClientOptions.newBuilder()
                        .setDataConverter(converter)
                        .build())
                .build();
        try (var environment = TestWorkflowEnvironment.newInstance(options)) {
            WorkflowReplayer.replayWorkflowExecution(history, environment, RollingUpgrade.class);
        }
    }

    private DataConverter with(String... ids) {
        return PayloadConversion.encrypted(Keys.file(data, ids));
    }
}
