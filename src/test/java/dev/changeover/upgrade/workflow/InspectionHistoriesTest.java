package dev.changeover.upgrade.workflow;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.changeover.upgrade.InspectWorkflow;
import dev.changeover.upgrade.InspectWorkflow.InspectRequest;
import dev.changeover.upgrade.InspectWorkflow.NodeSight;
import dev.changeover.upgrade.UpgradeWorkflow;
import io.temporal.client.WorkflowOptions;
import io.temporal.common.WorkflowExecutionHistory;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.testing.WorkflowReplayer;
import io.temporal.worker.WorkerOptions;
import io.temporal.workflow.Workflow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Looks at nodes that began under an earlier version of this code go on under this one. Recorded on purpose, as those of
 * upgrades are ({@link HistoriesTest}).
 */
@ResourceLock(RealServer.QUEUES)
class InspectionHistoriesTest {
    private static final Path RECORDED = Path.of("src/test/resources/inspections");
    private static final String RECORD = "histories.record";

    @ParameterizedTest
    @ValueSource(strings = {"look", "silent", "finding"})
    @DisabledIfSystemProperty(named = RECORD, matches = "true", disabledReason = "they are being recorded")
    void replays_what_was_recorded_on_a_real_server(String name) throws Exception {
        replay(name, ProxyInspection.class);
    }

    @Test
    @DisabledIfSystemProperty(named = RECORD, matches = "true", disabledReason = "they are being recorded")
    void notices_a_workflow_that_was_changed() {
        assertThatThrownBy(() -> replay("look", Changed.class))
                .isInstanceOf(RuntimeException.class)
                .hasMessageContaining("during replay");
    }

    private static void replay(String name, Class<?> workflow) throws Exception {
        try (var temporal = TestWorkflowEnvironment.newInstance()) {
            var worker = temporal.newWorker("replay", Scene.unhurried(WorkerOptions.getDefaultInstance()));
            worker.registerWorkflowImplementationTypes(workflow);
            WorkflowReplayer.replayWorkflowExecution(
                    WorkflowExecutionHistory.fromJson(Files.readString(RECORDED.resolve(name + ".json"))), worker);
        }
    }

    @Test
    @EnabledIfSystemProperty(named = RECORD, matches = "true", disabledReason = "a person does this on purpose")
    void records() throws IOException {
        try (var scene = new RealServer(2, Scenario.QUICK)) {
            scene.upgrades.plan(Scene.PROXY);
            keep(scene, "look", scene.look());
            scene.kill("n2");
            scene.upgrades.plan(Scene.PROXY);
            keep(scene, "silent", scene.look());
            var id = "inspect:node:n1";
            scene.client
                    .newUntypedWorkflowStub(
                            "InspectWorkflow",
                            WorkflowOptions.newBuilder()
                                    .setWorkflowId(id)
                                    .setTaskQueue(UpgradeWorkflow.QUEUE)
                                    .build())
                    .start(new InspectRequest(null, scene.nodes.state("n1")));
            scene.client.newUntypedWorkflowStub(id).getResult(NodeSight[].class);
            keep(scene, "finding", id);
        }
    }

    private static void keep(Scene scene, String name, String id) throws IOException {
        Files.createDirectories(RECORDED);
        Files.writeString(
                RECORDED.resolve(name + ".json"), scene.client.fetchHistory(id).toJson(false));
    }

    /** Waits first, which the recorded one did not. */
    public static final class Changed implements InspectWorkflow {
        @Override
        public List<NodeSight> inspect(InspectRequest request) {
            Workflow.sleep(Duration.ofSeconds(1));
            return List.of();
        }
    }
}
