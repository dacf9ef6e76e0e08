package dev.changeover.campaign.run;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.temporal.common.WorkflowExecutionHistory;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.testing.WorkflowReplayer;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Campaigns that began under an earlier version of this code go on under this one. Their histories come from a real
 * server; a person who changes the workflow on purpose records them anew with {@code mvn test -Dtest=CampaignTest
 * -Dhistories.record=true} and keeps the old ones beside them.
 */
class CampaignHistoriesTest {
    private static final Path RECORDED = Path.of("src/test/resources/campaigns");

    @ParameterizedTest
    @ValueSource(strings = {"halted", "heard"})
    void replays_what_was_recorded_on_a_real_server(String name) throws Exception {
        replay(read(name), WaveCampaign.class);
    }

    @Test
    void notices_a_workflow_that_was_changed() {
        assertThatThrownBy(() -> replay(read("halted"), Changed.class))
                .isInstanceOf(RuntimeException.class)
                .hasMessageContaining("during replay");
    }

    static void replay(WorkflowExecutionHistory history, Class<?> workflow) throws Exception {
        try (var temporal = TestWorkflowEnvironment.newInstance()) {
            var worker = temporal.newWorker("replay");
            worker.registerWorkflowImplementationTypes(workflow);
            WorkflowReplayer.replayWorkflowExecution(history, worker);
        }
    }

    private static WorkflowExecutionHistory read(String name) throws IOException {
        return WorkflowExecutionHistory.fromJson(Files.readString(RECORDED.resolve(name + ".json")));
    }

    /** Only on purpose. */
    static void record(String name, WorkflowExecutionHistory history) throws IOException {
        if (Boolean.getBoolean("histories.record")) {
            Files.createDirectories(RECORDED);
            Files.writeString(RECORDED.resolve(name + ".json"), history.toJson(false));
        }
    }

    /** The same by name and input. */
    @WorkflowInterface
    public interface Other {
        @WorkflowMethod(name = "CampaignWorkflow")
        void run(String campaignId);
    }

    /** Waits first, which the recorded one did not. */
    public static final class Changed implements Other {
        @Override
        public void run(String campaignId) {
            Workflow.sleep(Duration.ofSeconds(1));
        }
    }
}
