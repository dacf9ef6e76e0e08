package dev.changeover.campaign.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.temporal.client.WorkflowOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.testing.TestWorkflowExtension;
import io.temporal.worker.Worker;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A campaign whose database is away for a while. */
class CampaignRowsTest {
    @RegisterExtension
    static final TestWorkflowExtension TEMPORAL = TestWorkflowExtension.newBuilder()
            .registerWorkflowImplementationTypes(WaveCampaign.class)
            .setDoNotStart(true)
            .build();

    @Test
    void waits_for_its_rows(TestWorkflowEnvironment temporal, Worker worker) {
        var looks = new AtomicInteger();
        worker.registerActivitiesImplementations(new CampaignActivities() {
            @Override
            public Step next(String campaignId) {
                if (looks.incrementAndGet() < 3) throw new IllegalStateException("the database is away");
                return Step.END;
            }

            @Override
            public void deliver(String campaignId) {}

            @Override
            public void withdraw(String campaignId) {}

            @Override
            public void awaitChange(String campaignId) {}
        });
        temporal.start();
        var options =
                WorkflowOptions.newBuilder().setTaskQueue(worker.getTaskQueue()).build();

        temporal.getWorkflowClient()
                .newWorkflowStub(CampaignWorkflow.class, options)
                .run("c-1");

        assertThat(looks).hasValue(3);
    }
}
