package dev.changeover.temporal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.changeover.temporal.Samples.BrokenWorkflow;
import dev.changeover.temporal.Samples.Counting;
import dev.changeover.temporal.Samples.CountingWorkflow;
import dev.changeover.temporal.Samples.CountsOnce;
import dev.changeover.temporal.Samples.GreetingWorkflow;
import dev.changeover.temporal.Samples.PoliteGreeting;
import dev.changeover.temporal.Samples.ThrowsAtOnce;
import dev.changeover.temporal.devserver.ServerRecord;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.workflowservice.v1.DescribeWorkflowExecutionRequest;
import io.temporal.api.workflowservice.v1.DescribeWorkflowExecutionResponse;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowFailedException;
import io.temporal.common.SimplePlugin;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerFactoryOptions;
import io.temporal.worker.WorkerOptions;
import io.temporal.worker.WorkflowImplementationOptions;
import io.temporal.worker.tuning.CompositeTuner;
import io.temporal.worker.tuning.FixedSizeSlotSupplier;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemporalWorkersTest {
    private static final Duration SOON = Duration.ofMinutes(1);

    @TempDir
    Path data;

    @Test
    void start_in_the_background_as_soon_as_temporal_is_there() throws Exception {
        int port = RealTemporal.freePort();
        var settings = TemporalSettings.in(data).external("127.0.0.1:" + port);
        try (var connection = TemporalConnection.open(settings);
                var workers = greeting(connection, "early")) {
            await().atMost(SOON).until(() -> connection.readiness().reason().contains("cannot be reached"));
            assertThat(workers.running()).isFalse();

            try (var server = PlainServer.startAt(port)) {
                assertThat(server.process().isAlive()).isTrue();
                await().atMost(SOON).until(workers::running);
                assertThat(greet(connection, "early")).isEqualTo("hello Ada");
            }
        }
    }

    @Test
    void end_at_once_when_temporal_never_came() {
        var settings = TemporalSettings.in(data).external("127.0.0.1:" + RealTemporal.freePort());
        try (var connection = TemporalConnection.open(settings)) {
            var workers = TemporalWorkers.on(connection)
                    .queue("never", TemporalWorkers.SHARED_QUEUE, (worker, options) -> {})
                    .start();

            await().atMost(Duration.ofMinutes(1)).until(() -> {
                workers.close();
                return !workers.running();
            });
        }
    }

    @Test
    void end_within_seconds_while_temporal_is_away() throws Exception {
        try (var server = PlainServer.start();
                var connection = TemporalConnection.open(server.settings(data))) {
            var workers = greeting(connection, "orphans");
            await().atMost(SOON).until(workers::running);
            server.close();
            await().atMost(SOON).until(() -> !connection.ready());

            await().atMost(Duration.ofMinutes(1)).until(() -> {
                workers.close();
                return !workers.running();
            });
        }
    }

    @Test
    void work_again_after_temporal_was_killed_and_came_back() throws Exception {
        var settings = TestSettings.devServer(data);
        RealTemporal.program();
        try (var connection = TemporalConnection.open(settings);
                var workers = greeting(connection, "again")) {
            await().atMost(SOON).until(workers::running);
            var workflow = connection.client().newWorkflowStub(GreetingWorkflow.class, Samples.options("again"));
            WorkflowClient.start(workflow::run);

            ServerRecord.read(data).flatMap(ServerRecord::process).orElseThrow().destroyForcibly();

            await().atMost(SOON).ignoreExceptions().until(() -> "hello Ada".equals(workflow.greet("Ada")));
        }
    }

    @Test
    void fail_a_broken_workflow_at_once_where_a_test_wants_that() throws Exception {
        var connection = RealTemporal.connection();
        try (var workers = TemporalWorkers.on(
                        connection, RealTemporal.ANYTHING_FAILS, WorkerFactoryOptions.getDefaultInstance())
                .queue(
                        "fails",
                        TemporalWorkers.SHARED_QUEUE,
                        (worker, options) -> worker.registerWorkflowImplementationTypes(options, ThrowsAtOnce.class))
                .start()) {
            await().atMost(SOON).until(workers::running);
            var workflow = connection.client().newWorkflowStub(BrokenWorkflow.class, Samples.options("fails"));

            assertThatThrownBy(workflow::run)
                    .isInstanceOf(WorkflowFailedException.class)
                    .hasStackTraceContaining("broken on purpose");
        }
    }

    @Test
    void try_again_whatever_fails_while_they_start() throws Exception {
        var failures = new AtomicInteger();
        var fragile = new SimplePlugin("fragile") {
            @Override
            public void startWorkerFactory(WorkerFactory factory, Consumer<WorkerFactory> next) {
                if (failures.getAndIncrement() == 0) throw new IllegalStateException("the first time");
                next.accept(factory);
            }
        };
        try (var workers = TemporalWorkers.on(
                        RealTemporal.connection(),
                        WorkflowImplementationOptions.getDefaultInstance(),
                        WorkerFactoryOptions.newBuilder().setPlugins(fragile).build())
                .queue("fragile", TemporalWorkers.SHARED_QUEUE, (worker, options) -> {})
                .start()) {

            await().atMost(SOON).until(workers::running);

            assertThat(failures).hasValue(2);
        }
    }

    /** The SDK takes a worker whose start has failed for one that has started. */
    @Test
    void work_at_every_queue_though_a_worker_could_not_be_started_at_first() throws Exception {
        var connection = RealTemporal.connection();
        var failures = new AtomicInteger();
        var fragile = WorkerOptions.newBuilder()
                .setWorkerTuner(new CompositeTuner(
                        new FixedSizeSlotSupplier<>(10) {
                            @Override
                            public Optional<Integer> getMaximumSlots() {
                                if (Thread.currentThread().getName().equals("temporal-workers")
                                        && failures.getAndIncrement() == 0) {
                                    throw new IllegalStateException("the first time");
                                }
                                return super.getMaximumSlots();
                            }
                        },
                        new FixedSizeSlotSupplier<>(10),
                        new FixedSizeSlotSupplier<>(10),
                        new FixedSizeSlotSupplier<>(10)))
                .build();
        try (var workers = TemporalWorkers.on(connection)
                .queue("started-twice", fragile, TemporalWorkersTest::polite)
                .queue("started-beside", TemporalWorkers.SHARED_QUEUE, TemporalWorkersTest::polite)
                .start()) {
            await().atMost(SOON).until(workers::running);

            assertThat(failures).hasPositiveValue();
            for (var queue : List.of("started-beside", "started-twice")) {
                assertThat(CompletableFuture.supplyAsync(() -> greet(connection, queue), Thread::startVirtualThread))
                        .as(queue)
                        .succeedsWithin(SOON)
                        .isEqualTo("hello Ada");
            }
        }
    }

    @Test
    void try_a_broken_workflow_again_in_production() throws Exception {
        var connection = RealTemporal.connection();
        try (var workers = TemporalWorkers.on(connection)
                .queue(
                        "retries",
                        TemporalWorkers.SHARED_QUEUE,
                        (worker, options) -> worker.registerWorkflowImplementationTypes(options, ThrowsAtOnce.class))
                .start()) {
            await().atMost(SOON).until(workers::running);
            var workflow = connection.client().newWorkflowStub(BrokenWorkflow.class, Samples.options("retries"));
            WorkflowClient.start(workflow::run);

            await().atMost(SOON)
                    .until(() -> describe(connection, "retries")
                                    .getPendingWorkflowTask()
                                    .getAttempt()
                            >= 2);
        }
    }

    @Test
    void show_an_agents_progress_within_seconds() throws Exception {
        var connection = RealTemporal.connection();
        var counting = new Counting();
        try (var workers = counting(connection, "progress", counting)) {
            await().atMost(SOON).until(workers::running);
            var workflow = connection.client().newWorkflowStub(CountingWorkflow.class, Samples.options("progress"));
            WorkflowClient.start(workflow::run);
            assertThat(counting.begun.await(1, TimeUnit.MINUTES)).isTrue();
            await().atMost(SOON).until(() -> beats(connection, "progress") > 0);

            int before = beats(connection, "progress");

            await().atMost(Duration.ofMinutes(1)).until(() -> beats(connection, "progress") > before);
        }
    }

    @Test
    void tell_a_heartbeating_activity_that_its_worker_ends() throws Exception {
        var connection = RealTemporal.connection();
        var counting = new Counting();
        var workers = counting(connection, "interrupted", counting);
        await().atMost(SOON).until(workers::running);
        var workflow = connection.client().newWorkflowStub(CountingWorkflow.class, Samples.options("interrupted"));
        WorkflowClient.start(workflow::run);
        assertThat(counting.begun.await(1, TimeUnit.MINUTES)).isTrue();

        workers.close();

        assertThat(counting.ended.await(1, TimeUnit.MINUTES)).isTrue();
        assertThat(workers.running()).isFalse();
    }

    static TemporalWorkers greeting(TemporalConnection connection, String queue) {
        return TemporalWorkers.on(connection)
                .queue(queue, TemporalWorkers.SHARED_QUEUE, TemporalWorkersTest::polite)
                .start();
    }

    private static void polite(Worker worker, WorkflowImplementationOptions options) {
        worker.registerWorkflowImplementationTypes(options, PoliteGreeting.class);
    }

    private static TemporalWorkers counting(TemporalConnection connection, String queue, Counting activities) {
        return TemporalWorkers.on(connection)
                .queue(queue, TemporalWorkers.AGENT_QUEUE, (worker, options) -> {
                    worker.registerWorkflowImplementationTypes(options, CountsOnce.class);
                    worker.registerActivitiesImplementations(activities);
                })
                .start();
    }

    static String greet(TemporalConnection connection, String idAndQueue) {
        var workflow = connection.client().newWorkflowStub(GreetingWorkflow.class, Samples.options(idAndQueue));
        WorkflowClient.start(workflow::run);
        return workflow.greet("Ada");
    }

    /** The count in the last heartbeat that reached Temporal; 0 before the first. */
    private static int beats(TemporalConnection connection, String workflow) {
        var pending = describe(connection, workflow).getPendingActivitiesList();
        if (pending.isEmpty() || pending.getFirst().getHeartbeatDetails().getPayloadsCount() == 0) return 0;
        var details = pending.getFirst().getHeartbeatDetails().getPayloads(0);
        return Integer.parseInt(details.getData().toStringUtf8());
    }

    private static DescribeWorkflowExecutionResponse describe(TemporalConnection connection, String workflow) {
        return connection
                .stubs()
                .blockingStub()
                .describeWorkflowExecution(DescribeWorkflowExecutionRequest.newBuilder()
                        .setNamespace(connection.namespace())
                        .setExecution(WorkflowExecution.newBuilder().setWorkflowId(workflow))
                        .build());
    }
}
