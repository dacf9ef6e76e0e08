package dev.changeover.campaign.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.temporal.api.common.v1.Payloads;
import io.temporal.api.enums.v1.EventType;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
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
import java.util.concurrent.atomic.AtomicInteger;
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

    /** However many members: a page of fifty is a round of a few events, and after a hundred rounds a new history begins. */
    @Test
    void a_campaign_of_many_pages_continues_as_new_and_its_input_does_not_grow() {
        var pages = 2 * WaveCampaign.ROUNDS + 50;
        var rows = new Pages(pages);
        try (var temporal = TestWorkflowEnvironment.newInstance()) {
            var worker = temporal.newWorker(CampaignWorkflow.QUEUE);
            worker.registerWorkflowImplementationTypes(WaveCampaign.class);
            worker.registerActivitiesImplementations(rows);
            temporal.start();
            var client = temporal.getWorkflowClient();
            var campaign = client.newWorkflowStub(
                    CampaignWorkflow.class,
                    WorkflowOptions.newBuilder()
                            .setWorkflowId(CampaignWorkflow.idOf("c-1"))
                            .setTaskQueue(CampaignWorkflow.QUEUE)
                            .build());
            var first = WorkflowClient.start(campaign::run, "c-1");
            WorkflowStub.fromTyped(campaign).getResult(Void.class);

            var oldest = client.fetchHistory(first.getWorkflowId(), first.getRunId());
            var newest = client.fetchHistory(first.getWorkflowId());
            assertThat(rows.delivered).hasValue(pages);
            assertThat(oldest.getLastEvent().getEventType())
                    .isEqualTo(EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW);
            assertThat(oldest.getEvents().size())
                    .as("at most 15 a member, of whom each of these pages has fifty")
                    .isLessThan(15 * WaveCampaign.ROUNDS);
            assertThat(newest.getLastEvent().getEventType())
                    .isEqualTo(EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED);
            assertThat(input(newest)).isEqualTo(input(oldest));
        }
    }

    private static Payloads input(WorkflowExecutionHistory history) {
        return history.getEvents()
                .getFirst()
                .getWorkflowExecutionStartedEventAttributes()
                .getInput();
    }

    /** A campaign with nothing but pages to deliver. */
    private static final class Pages implements CampaignActivities {
        private final AtomicInteger delivered = new AtomicInteger();
        private final int all;

        private Pages(int all) {
            this.all = all;
        }

        @Override
        public Step next(String campaignId) {
            return delivered.get() < all ? Step.DELIVER : Step.END;
        }

        @Override
        public void deliver(String campaignId) {
            delivered.incrementAndGet();
        }

        @Override
        public void withdraw(String campaignId) {}

        @Override
        public void awaitChange(String campaignId) {}
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
