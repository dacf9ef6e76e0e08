package dev.changeover.temporal;

import io.grpc.StatusRuntimeException;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.common.v1.WorkflowType;
import io.temporal.api.enums.v1.HistoryEventFilterType;
import io.temporal.api.taskqueue.v1.TaskQueue;
import io.temporal.api.workflowservice.v1.DeleteWorkflowExecutionRequest;
import io.temporal.api.workflowservice.v1.GetWorkflowExecutionHistoryRequest;
import io.temporal.api.workflowservice.v1.StartWorkflowExecutionRequest;
import io.temporal.api.workflowservice.v1.WorkflowServiceGrpc.WorkflowServiceBlockingStub;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerOptions;
import io.temporal.worker.WorkflowImplementationOptions;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Whether Temporal runs workflows: one that answers may still start nothing. When somebody asks, a small one is run and
 * taken away again; the result is kept for 30 s. Thread-safe.
 *
 * <p>It asks by gRPC, without the SDK's repetitions: the first refusal is the reason. It has a queue of its own, which a
 * server of an earlier release does not poll.
 */
public final class WorkflowProbe {
    public static final String QUEUE = "probe";

    public static final WorkerOptions OPTIONS = WorkerOptions.newBuilder()
            .setLocalActivityWorkerOnly(true)
            .setMaxConcurrentWorkflowTaskPollers(2)
            .build();

    private static final Duration KEPT = Duration.ofSeconds(30);

    /** Longer than a busy host takes for a workflow of one task. */
    private static final Duration LIMIT = Duration.ofSeconds(10);

    /** Who asks does not wait longer. */
    private static final Duration WAIT = Duration.ofSeconds(3);

    private final WorkflowServiceStubs stubs;
    private final String namespace;
    private final String queue;
    private final Duration limit;
    private final InstantSource clock;
    private Instant asked = Instant.MIN;
    private CompletableFuture<Optional<String>> result = CompletableFuture.completedFuture(Optional.empty());
    private volatile Optional<String> known = Optional.empty();

    public WorkflowProbe(TemporalConnection connection, InstantSource clock) {
        this(connection.stubs(), connection.namespace(), QUEUE, LIMIT, clock);
    }

    /** @param limit for the workflow, and to start it */
    WorkflowProbe(WorkflowServiceStubs stubs, String namespace, String queue, Duration limit, InstantSource clock) {
        this.stubs = stubs;
        this.namespace = namespace;
        this.queue = queue;
        this.limit = limit;
        this.clock = clock;
    }

    /** The workflow that is run. */
    @WorkflowInterface
    public interface Probe {
        @WorkflowMethod(name = "Probe")
        void run();
    }

    /** Does nothing, and that needs all of Temporal. */
    public static final class Answer implements Probe {
        @Override
        public void run() {
            // that it ran is the answer
        }
    }

    /** Lets a worker of {@link #QUEUE} answer. */
    public static void answeredBy(Worker worker, WorkflowImplementationOptions options) {
        worker.registerWorkflowImplementationTypes(options, Answer.class);
    }

    /** Why it runs none; empty where it does, and where that is not known yet. */
    Optional<String> problem() {
        return latest().copy()
                .completeOnTimeout(known, WAIT.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }

    private synchronized CompletableFuture<Optional<String>> latest() {
        if (result.isDone() && clock.instant().isAfter(asked.plus(KEPT))) {
            asked = clock.instant();
            result = new CompletableFuture<>();
            Thread.ofVirtual().name("workflow-probe").start(() -> tell(result));
        }
        return result;
    }

    private void tell(CompletableFuture<Optional<String>> whoAsked) {
        try {
            known = look();
        } catch (RuntimeException failed) {
            known = Optional.of("Temporal answers but runs no workflow: %s; its own log and its database say why"
                    .formatted(GrpcReason.of(failed)));
        }
        whoAsked.complete(known);
    }

    private Optional<String> look() {
        var id = "probe:" + UUID.randomUUID();
        var run = temporal(limit)
                .startWorkflowExecution(StartWorkflowExecutionRequest.newBuilder()
                        .setNamespace(namespace)
                        .setWorkflowId(id)
                        .setRequestId(id)
                        .setWorkflowType(WorkflowType.newBuilder().setName("Probe"))
                        .setTaskQueue(TaskQueue.newBuilder().setName(queue))
                        .setWorkflowRunTimeout(
                                com.google.protobuf.Duration.newBuilder().setSeconds(limit.toSeconds()))
                        .build())
                .getRunId();
        var execution =
                WorkflowExecution.newBuilder().setWorkflowId(id).setRunId(run).build();
        // When the workflow's time is over, Temporal says so.
        var history = temporal(limit.multipliedBy(2))
                .getWorkflowExecutionHistory(GetWorkflowExecutionHistoryRequest.newBuilder()
                        .setNamespace(namespace)
                        .setExecution(execution)
                        .setWaitNewEvent(true)
                        .setHistoryEventFilterType(HistoryEventFilterType.HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT)
                        .build())
                .getHistory();
        if (history.getEventsList().stream().noneMatch(event -> event.hasWorkflowExecutionCompletedEventAttributes())) {
            return Optional.of(
                    "Temporal answers and starts workflows, but nothing runs them: look at the log of each server");
        }
        forget(execution);
        return Optional.empty();
    }

    /** So that people who look at Temporal's list see upgrades; a Temporal that keeps it is well all the same. */
    private void forget(WorkflowExecution execution) {
        try {
            temporal(limit)
                    .deleteWorkflowExecution(DeleteWorkflowExecutionRequest.newBuilder()
                            .setNamespace(namespace)
                            .setWorkflowExecution(execution)
                            .build());
        } catch (StatusRuntimeException kept) {
            return;
        }
    }

    private WorkflowServiceBlockingStub temporal(Duration deadline) {
        return stubs.blockingStub().withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS);
    }
}
