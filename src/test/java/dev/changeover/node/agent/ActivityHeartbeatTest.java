package dev.changeover.node.agent;

import static org.awaitility.Awaitility.await;

import dev.changeover.node.RetireProgress;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityOptions;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** With Temporal's own test server, which is then taken away. */
class ActivityHeartbeatTest {

    private static final RetireProgress PROGRESS =
            new RetireProgress("n1", 1, 0, 1, new RetireProgress.Doing(1, 0, 0, 0), null, List.of(), List.of());
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(3);

    private final CompletableFuture<ActivityHeartbeat> lifeline = new CompletableFuture<>();
    private final CountDownLatch end = new CountDownLatch(1);

    @Test
    void holds_while_heartbeats_are_answered_and_breaks_when_they_have_not_been_for_too_long() {
        var server = TestWorkflowEnvironment.newInstance();
        try (server) {
            var worker = server.newWorker("lifeline");
            worker.registerWorkflowImplementationTypes(OneActivity.class);
            worker.registerActivitiesImplementations((Waiting) this::captureAndWait);
            server.start();
            var workflow = server.getWorkflowClient()
                    .newWorkflowStub(
                            Ordering.class,
                            WorkflowOptions.newBuilder()
                                    .setTaskQueue("lifeline")
                                    .build());
            WorkflowClient.start(workflow::order);
            lifeline.join();
            await().during(LONGEST_SILENCE.multipliedBy(2))
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> held(lifeline));
        }

        await().atMost(Duration.ofMinutes(1)).until(() -> !held(lifeline));
    }

    private void captureAndWait() {
        lifeline.complete(new ActivityHeartbeat(Activity.getExecutionContext(), LONGEST_SILENCE, Duration.ZERO));
        try {
            end.await();
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean held(CompletableFuture<ActivityHeartbeat> lifeline) {
        return lifeline.join().holds(PROGRESS);
    }

    /** Does nothing until the test says so. */
    @ActivityInterface
    public interface Waiting {
        void await();
    }

    /** Runs one activity. */
    @WorkflowInterface
    public interface Ordering {
        @WorkflowMethod
        void order();
    }

    /** As an upgrade orders a retirement. */
    public static final class OneActivity implements Ordering {
        private static final ActivityOptions PATIENT = ActivityOptions.newBuilder()
                .setStartToCloseTimeout(Duration.ofMinutes(5))
                .setHeartbeatTimeout(Duration.ofMinutes(5))
                .build();

        @Override
        public void order() {
            Workflow.newActivityStub(Waiting.class, PATIENT).await();
        }
    }
}
