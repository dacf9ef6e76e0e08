package dev.changeover.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.changeover.host.PrivateFile;
import dev.changeover.temporal.RealTemporal;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityOptions;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerFactoryOptions;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnfinishedOrdersTest {

    @TempDir
    Path directory;

    /** A step of many minutes; the first process that takes it never comes to its end. */
    @ActivityInterface
    public interface Step {
        String step();
    }

    @WorkflowInterface
    public interface Job {
        @WorkflowMethod
        String run();
    }

    public static final class OneStep implements Job {
        private final Step step = Workflow.newActivityStub(
                Step.class,
                ActivityOptions.newBuilder()
                        .setStartToCloseTimeout(Duration.ofHours(1))
                        .setHeartbeatTimeout(Duration.ofMinutes(5))
                        .build());

        @Override
        public String run() {
            return step.step();
        }
    }

    @Test
    void a_step_goes_on_when_its_agent_came_back_not_when_its_heartbeat_times_out() throws Exception {
        var connection = RealTemporal.connection();
        var queue = "unfinished-" + UUID.randomUUID();
        var file = directory.resolve("unfinished-orders");
        var begun = new CompletableFuture<String>();
        var end = new CountDownLatch(1);
        var workflows = WorkerFactory.newInstance(connection.client());
        workflows.newWorker(queue).registerWorkflowImplementationTypes(OneStep.class);
        workflows.start();
        var line = WorkflowServiceStubs.newServiceStubs(WorkflowServiceStubsOptions.newBuilder()
                .setTarget(connection.address())
                .build());
        var dead = worker(WorkflowClient.newInstance(line), queue, new UnfinishedOrders(file), () -> {
            Activity.getExecutionContext().heartbeat("half-way");
            begun.complete("");
            while (end.getCount() > 0) {
                try {
                    end.await();
                } catch (InterruptedException deadProcessesHearNothing) {
                    continue;
                }
            }
            return "";
        });
        try {
            var job = connection
                    .client()
                    .newUntypedWorkflowStub(
                            "Job",
                            WorkflowOptions.newBuilder().setTaskQueue(queue).build());
            var execution = job.start();
            begun.get(1, TimeUnit.MINUTES);
            // As kill -9: nobody polls any more, and nothing is reported.
            line.shutdownNow();

            var unfinished = new UnfinishedOrders(file);
            unfinished.giveBack(connection);
            var back = worker(
                    connection.client(),
                    queue,
                    unfinished,
                    () -> Activity.getExecutionContext()
                            .getHeartbeatDetails(String.class)
                            .orElse("nothing"));

            // Without it, the heartbeat's time-out of five minutes would have to pass, and be the reason.
            assertThat(job.getResult(2, TimeUnit.MINUTES, String.class)).isEqualTo("half-way");
            assertThat(connection.client().fetchHistory(execution.getWorkflowId()).getEvents().stream()
                            .filter(HistoryEvent::hasActivityTaskStartedEventAttributes)
                            .map(event -> event.getActivityTaskStartedEventAttributes()
                                    .getLastFailure()
                                    .getApplicationFailureInfo()
                                    .getType()))
                    .containsExactly(UnfinishedOrders.RESTARTED);
            back.shutdownNow();
        } finally {
            end.countDown();
            dead.shutdownNow();
            workflows.shutdownNow();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\0\0\0\0", "not base64, but words\n"})
    void a_damaged_file_is_set_aside_and_keeps_no_agent_from_starting(String content) throws Exception {
        var file = Files.writeString(directory.resolve("unfinished-orders"), content);

        assertThatCode(() -> new UnfinishedOrders(file)).doesNotThrowAnyException();

        assertThat(file).doesNotExist();
        assertThat(directory.resolve("unfinished-orders" + PrivateFile.DAMAGED)).hasContent(content);
    }

    private static WorkerFactory worker(WorkflowClient client, String queue, UnfinishedOrders orders, Step step) {
        var factory = WorkerFactory.newInstance(
                client,
                WorkerFactoryOptions.newBuilder()
                        .setWorkerInterceptors(orders.interceptor())
                        .build());
        factory.newWorker(queue).registerActivitiesImplementations(step);
        factory.start();
        return factory;
    }
}
