package dev.changeover.temporal;

import io.temporal.activity.Activity;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityOptions;
import io.temporal.client.ActivityCompletionException;
import io.temporal.client.WorkflowOptions;
import io.temporal.workflow.UpdateMethod;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Small workflows that have nothing to do with upgrades. */
final class Samples {
    private Samples() {}

    static WorkflowOptions options(String idAndQueue) {
        return WorkflowOptions.newBuilder()
                .setWorkflowId(idAndQueue)
                .setTaskQueue(idAndQueue)
                .build();
    }

    /** Ends when it is greeted by an update. */
    @WorkflowInterface
    public interface GreetingWorkflow {
        @WorkflowMethod
        String run();

        @UpdateMethod
        String greet(String name);
    }

    public static final class PoliteGreeting implements GreetingWorkflow {
        private String greeting = "";

        @Override
        public String run() {
            Workflow.await(() -> !greeting.isEmpty() && Workflow.isEveryHandlerFinished());
            return greeting;
        }

        @Override
        public String greet(String name) {
            greeting = "hello " + name;
            return greeting;
        }
    }

    @WorkflowInterface
    public interface BrokenWorkflow {
        @WorkflowMethod
        void run();
    }

    public static final class ThrowsAtOnce implements BrokenWorkflow {
        @Override
        public void run() {
            throw new IllegalStateException("broken on purpose");
        }
    }

    /** Counts in its heartbeats until it is stopped. */
    @ActivityInterface(namePrefix = "Counting")
    public interface CountingActivities {
        void count();
    }

    public static final class Counting implements CountingActivities {
        final CountDownLatch begun = new CountDownLatch(1);
        final CountDownLatch ended = new CountDownLatch(1);

        @Override
        public void count() {
            begun.countDown();
            var never = new CountDownLatch(1);
            try {
                for (int beat = 1; !never.await(50, TimeUnit.MILLISECONDS); beat++) {
                    Activity.getExecutionContext().heartbeat(beat);
                }
            } catch (ActivityCompletionException | InterruptedException stopped) {
                throw Activity.wrap(stopped);
            } finally {
                ended.countDown();
            }
        }
    }

    @WorkflowInterface
    public interface CountingWorkflow {
        @WorkflowMethod
        void run();
    }

    public static final class CountsOnce implements CountingWorkflow {
        private final CountingActivities activities = Workflow.newActivityStub(
                CountingActivities.class,
                ActivityOptions.newBuilder()
                        .setStartToCloseTimeout(Duration.ofMinutes(10))
                        .setHeartbeatTimeout(Duration.ofMinutes(5))
                        .build());

        @Override
        public void run() {
            activities.count();
        }
    }
}
