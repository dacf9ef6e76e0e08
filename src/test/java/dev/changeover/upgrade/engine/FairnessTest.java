package dev.changeover.upgrade.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.temporal.RealTemporal;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.common.Priority;
import io.temporal.worker.WorkerFactory;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.time.Duration;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Tasks of upgrades that wait in one queue of the Temporal that we start. */
class FairnessTest {
    private static final int MANY = 40;
    private static final Queue<String> SERVED = new ConcurrentLinkedQueue<>();

    private final String run = UUID.randomUUID().toString();

    /** Notes that it was served. */
    @WorkflowInterface
    public interface Waiting {
        @WorkflowMethod(name = "Waiting")
        void run();
    }

    /** In the order in which a worker was given them. */
    public static final class Noted implements Waiting {
        @Override
        public void run() {
            SERVED.add(Workflow.getInfo().getWorkflowId());
        }
    }

    @Test
    void many_upgrades_of_a_project_do_not_hold_up_the_only_one_of_another() {
        assertThat(servedBefore(Submissions.priority("shop", false), Submissions.priority("bank", false)))
                .isLessThan(MANY / 2);
    }

    @Test
    void what_a_campaign_has_planned_lets_an_owners_own_upgrade_go_first() {
        assertThat(servedBefore(Submissions.priority("shop", true), Submissions.priority("shop", false)))
                .isLessThan(MANY / 2);
    }

    /** How many of many that came before it were served before the last one. */
    private int servedBefore(Priority many, Priority last) {
        for (int number = 0; number < MANY; number++) start("many-" + number, many);
        start("last", last);
        var workers = WorkerFactory.newInstance(RealTemporal.client());
        workers.newWorker(run).registerWorkflowImplementationTypes(Noted.class);
        workers.start();
        try {
            Awaitility.await()
                    .atMost(Duration.ofMinutes(5))
                    .until(() ->
                            SERVED.stream().filter(id -> id.startsWith(run)).count() == MANY + 1);
        } finally {
            workers.shutdownNow();
        }
        return SERVED.stream().filter(id -> id.startsWith(run)).toList().indexOf(run + "last");
    }

    private void start(String name, Priority priority) {
        var workflow = RealTemporal.client()
                .newWorkflowStub(
                        Waiting.class,
                        WorkflowOptions.newBuilder()
                                .setWorkflowId(run + name)
                                .setTaskQueue(run)
                                .setPriority(priority)
                                .build());
        WorkflowClient.start(workflow::run);
    }
}
