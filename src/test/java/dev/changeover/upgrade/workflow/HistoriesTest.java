package dev.changeover.upgrade.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.changeover.temporal.PayloadConversion;
import dev.changeover.upgrade.Admission;
import dev.changeover.upgrade.Outcome;
import dev.changeover.upgrade.UpgradeRequest;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.common.WorkflowExecutionHistory;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.testing.WorkflowReplayer;
import io.temporal.worker.WorkerOptions;
import io.temporal.workflow.UpdateMethod;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Upgrades that began under an earlier version of this code go on under this one. Their histories come from a real
 * server; a person who changes the workflow on purpose records them anew with {@code mvn test -Dtest=HistoriesTest
 * -Dhistories.record=true} and keeps the old ones beside them.
 */
@ResourceLock(RealServer.QUEUES)
class HistoriesTest {
    private static final String RECORD = "histories.record";

    @ParameterizedTest
    @EnumSource
    @DisabledIfSystemProperty(named = RECORD, matches = "true", disabledReason = "they are being recorded")
    void replays_what_was_recorded_on_a_real_server(Scenario scenario) throws Exception {
        replay(scenario, RollingUpgrade.class);
    }

    @Test
    @DisabledIfSystemProperty(named = RECORD, matches = "true", disabledReason = "they are being recorded")
    void keeps_no_history_that_is_not_replayed() throws IOException {
        try (var files = Files.list(Scenario.SUCCESS.file().getParent())) {
            assertThat(files)
                    .containsExactlyInAnyOrderElementsOf(
                            Arrays.stream(Scenario.values()).map(Scenario::file).toList());
        }
    }

    @Test
    @DisabledIfSystemProperty(named = RECORD, matches = "true", disabledReason = "they are being recorded")
    void notices_a_workflow_that_was_changed() {
        assertThatThrownBy(() -> replay(Scenario.SUCCESS, Changed.class))
                .isInstanceOf(RuntimeException.class)
                .hasMessageContaining("TMPRL1100");
    }

    @ParameterizedTest
    @EnumSource
    @EnabledIfSystemProperty(named = RECORD, matches = "true", disabledReason = "a person does this on purpose")
    void records(Scenario scenario) throws IOException {
        try (var scene = new RealServer(3, Scenario.QUICK)) {
            assertThat(scenario.play(scene)).isEqualTo(scenario.outcome());

            Files.createDirectories(scenario.file().getParent());
            Files.writeString(scenario.file(), scene.history().toJson(false));
        }
    }

    private static void replay(Scenario scenario, Class<?> workflow) throws Exception {
        var ours = WorkflowClientOptions.newBuilder()
                .setDataConverter(PayloadConversion.PLAIN)
                .build();
        try (var temporal = TestWorkflowEnvironment.newInstance(TestEnvironmentOptions.newBuilder()
                .setWorkflowClientOptions(ours)
                .build())) {
            var worker = temporal.newWorker("replay", Scene.unhurried(WorkerOptions.getDefaultInstance()));
            worker.registerWorkflowImplementationTypes(workflow);
            WorkflowReplayer.replayWorkflowExecution(WorkflowExecutionHistory.fromJson(read(scenario)), worker);
        }
    }

    private static String read(Scenario scenario) throws IOException {
        return Files.readString(scenario.file());
    }

    /** The same by name and input. */
    @WorkflowInterface
    public interface Other {
        @WorkflowMethod(name = "UpgradeWorkflow")
        Outcome upgrade(UpgradeRequest request);

        @UpdateMethod
        Admission admit(String jobId);
    }

    /** Waits first, which the recorded one did not. */
    public static final class Changed implements Other {
        @Override
        public Outcome upgrade(UpgradeRequest request) {
            Workflow.sleep(Duration.ofSeconds(1));
            return Outcome.DONE;
        }

        @Override
        public Admission admit(String jobId) {
            return new Admission.Admitted(jobId);
        }
    }
}
