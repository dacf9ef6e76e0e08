package dev.changeover.upgrade.engine;

import dev.changeover.node.RetireProgress;
import dev.changeover.temporal.GrpcReason;
import dev.changeover.upgrade.UpgradeWorkflow;
import dev.changeover.upgrade.engine.Upgrades.TemporalUnavailable;
import dev.changeover.value.Causes;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.micronaut.core.propagation.PropagatedContext;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowException;
import io.temporal.client.WorkflowExecutionAlreadyStarted;
import io.temporal.client.WorkflowExecutionDescription;
import io.temporal.client.WorkflowExecutionMetadata;
import io.temporal.client.WorkflowNotFoundException;
import io.temporal.common.SearchAttributeKey;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Calls to Temporal with a deadline of our own: without a worker, or without a server, they would block for minutes. */
public final class TemporalCalls {
    /** The memo that says which job a run is. */
    static final String JOB = "jobId";

    static final SearchAttributeKey<String> PROXY = SearchAttributeKey.forKeyword("ProxyId");

    private static final Duration ANSWER = Duration.ofSeconds(10);

    private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
    private final Supplier<WorkflowClient> client;
    private final Duration answer;
    private final @Nullable String namespacePage;

    /**
     * Through the client of the moment.
     *
     * @param client asked at each call, as the connection may be remade
     * @param namespacePage where Temporal's Web UI shows the namespace; null where nobody knows
     */
    public TemporalCalls(Supplier<WorkflowClient> client, @Nullable String namespacePage) {
        this(client, ANSWER, namespacePage);
    }

    /** The same with another time for each answer. */
    public TemporalCalls(Supplier<WorkflowClient> client, Duration answer, @Nullable String namespacePage) {
        this.client = client;
        this.answer = answer;
        this.namespacePage = namespacePage;
    }

    /** Where Temporal's Web UI shows a job's run; null where nobody knows. */
    @Nullable String page(String proxyId, String jobId) {
        return namespacePage == null
                ? null
                : "%s/workflows/%s"
                        .formatted(
                                namespacePage,
                                URLEncoder.encode(UpgradeWorkflow.idOf(proxyId, jobId), StandardCharsets.UTF_8));
    }

    /** @throws TemporalUnavailable if there is no answer in time; whether it was heard is not known */
    public <T> T inTime(String what, Function<WorkflowClient, T> call) {
        return inTime(what, answer, call);
    }

    <T> T inTime(String what, Duration deadline, Function<WorkflowClient, T> call) {
        Callable<T> ours = () -> call.apply(client.get());
        var answer = callers.submit(PropagatedContext.wrapCurrent(ours));
        try {
            return answer.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            answer.cancel(true);
            throw new TemporalUnavailable(
                    "Temporal did not give %s within %d s".formatted(what, deadline.toSeconds()), late);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new TemporalUnavailable("this server is stopping", stopped);
        } catch (ExecutionException failed) {
            throw unavailable(what, Objects.requireNonNull(failed.getCause()));
        }
    }

    private static RuntimeException unavailable(String what, Throwable cause) {
        if (cause instanceof WorkflowException
                || cause instanceof StatusRuntimeException
                || cause instanceof CancellationException) {
            return new TemporalUnavailable("Temporal did not give %s: %s".formatted(what, GrpcReason.of(cause)), cause);
        }
        return cause instanceof RuntimeException ours ? ours : new IllegalStateException(cause);
    }

    /** Empty when the workflow id is taken by a run that this call did not start. */
    static <T> Optional<T> unlessRunning(Supplier<T> call) {
        try {
            return Optional.of(call.get());
        } catch (WorkflowExecutionAlreadyStarted running) {
            return Optional.empty();
        } catch (WorkflowException failure) {
            var isTaken = Causes.find(failure, StatusRuntimeException.class)
                    .filter(grpc -> grpc.getStatus().getCode() == Status.Code.ALREADY_EXISTS)
                    .isPresent();
            if (isTaken) return Optional.empty();
            throw failure;
        }
    }

    /** Empty when the run is over. */
    static <T> Optional<T> unlessGone(Supplier<T> call) {
        try {
            return Optional.of(call.get());
        } catch (WorkflowNotFoundException gone) {
            return Optional.empty();
        }
    }

    /** The last heartbeats of the agents that retire old generations, by node; empty when Temporal does not answer. */
    Map<String, RetireProgress> retiring(String proxyId, String jobId) {
        try {
            return inTime("the agents' heartbeats", stub -> {
                var live = new TreeMap<String, RetireProgress>();
                var activities = running(stub, proxyId, jobId).stream()
                        .flatMap(run -> run.getRawDescription().getPendingActivitiesList().stream())
                        .toList();
                for (var activity : activities) {
                    if (activity.getActivityType().getName().equals("NodeRetire") && activity.hasHeartbeatDetails()) {
                        var progress = stub.getOptions()
                                .getDataConverter()
                                .fromPayload(
                                        activity.getHeartbeatDetails().getPayloads(0),
                                        RetireProgress.class,
                                        RetireProgress.class);
                        live.put(progress.nodeId(), progress);
                    }
                }
                return live;
            });
        } catch (TemporalUnavailable silent) {
            return Map.of();
        }
    }

    /** Whether this job of the proxy has a run that has not ended. */
    boolean runs(String proxyId, String jobId) {
        return inTime(
                "the state of job " + jobId,
                stub -> running(stub, proxyId, jobId).isPresent());
    }

    static Optional<WorkflowExecutionDescription> running(WorkflowClient stub, String proxyId, String jobId) {
        return described(stub, proxyId, jobId)
                .filter(run -> run.getStatus() == WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING);
    }

    /** The run of a job, also one that has ended. */
    static Optional<WorkflowExecutionDescription> described(WorkflowClient stub, String proxyId, String jobId) {
        return UpgradeWorkflow.idsOf(proxyId, jobId).stream()
                .flatMap(id -> unlessGone(() -> stub.newUntypedWorkflowStub(id).describe()).stream())
                .filter(run -> jobId.equals(jobOf(proxyId, run)))
                .findFirst();
    }

    /**
     * The job of a run: its workflow's id says it, which can be read whatever key its payloads need; the memo of one that
     * was started before ids did.
     */
    static @Nullable String jobOf(String proxyId, WorkflowExecutionMetadata run) {
        var id = run.getExecution().getWorkflowId();
        var before = UpgradeWorkflow.idOf(proxyId, "");
        if (id.startsWith(before)) return id.substring(before.length());
        return run.getMemo(JOB, String.class) instanceof String jobId ? jobId : null;
    }
}
