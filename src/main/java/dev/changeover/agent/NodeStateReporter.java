package dev.changeover.agent;

import dev.changeover.node.AgentReturn;
import dev.changeover.node.NodeState;
import dev.changeover.node.OrderRefusal;
import dev.changeover.temporal.GrpcReason;
import dev.changeover.temporal.TemporalConnection;
import dev.changeover.upgrade.InspectWorkflow;
import dev.changeover.upgrade.InspectWorkflow.InspectRequest;
import dev.changeover.upgrade.InspectWorkflow.NodeSight;
import dev.changeover.upgrade.UpgradeActivities;
import dev.changeover.upgrade.UpgradeWorkflow;
import dev.changeover.value.Causes;
import io.grpc.StatusRuntimeException;
import io.temporal.api.enums.v1.WorkflowIdConflictPolicy;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowException;
import io.temporal.client.WorkflowExecutionAlreadyStarted;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the control plane what an agent found by itself. Only the newest finding counts: it is sent until it has
 * arrived, and takes the place of an older one on its way.
 */
final class NodeStateReporter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeStateReporter.class);
    private static final Duration SOON = Duration.ofSeconds(1);
    /** What is told is written at once, or nobody says whether it was. */
    private static final Duration ANSWER = Duration.ofMinutes(1);

    private final AtomicReference<@Nullable Supplier<NodeState>> waiting = new AtomicReference<>();
    private final AtomicReference<@Nullable OrderRefusal> refused = new AtomicReference<>();
    private final AtomicReference<@Nullable AgentReturn> returned = new AtomicReference<>();
    private @Nullable AgentReturn last;

    /** What was found last, told or not. */
    private volatile @Nullable Supplier<NodeState> newest;

    private final ScheduledExecutorService sender = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("node-state-reporter").factory());

    /** Why it was last not told; empty when it was. Only for the sender's thread. */
    private String silence = "";

    /** From now on there is somebody to tell; first that this process has begun, and again when it goes by another key. */
    void sendTo(TemporalConnection temporal, AgentReturn process, Supplier<Optional<String>> key) {
        sender.scheduleWithFixedDelay(() -> look(temporal, process, key), 0, 1, TimeUnit.SECONDS);
    }

    private void look(TemporalConnection temporal, AgentReturn process, Supplier<Optional<String>> key) {
        try {
            send(temporal, process.goingBy(key.get().orElse(null)));
        } catch (RuntimeException | Error notNow) {
            // One that escaped would end this thread's looks for good.
            complain("anything", notNow);
        }
    }

    /** Something changed; {@code finding} is asked for what it is now when it is sent. */
    void changed(Supplier<NodeState> finding) {
        newest = finding;
        waiting.set(finding);
    }

    /** An order was refused; of several that wait the last is told, with how many there were. */
    void refused(OrderRefusal refusal) {
        refused.accumulateAndGet(refusal, (before, last) -> before == null || last == null ? last : last.after(before));
    }

    private void send(TemporalConnection temporal, AgentReturn now) {
        if (!now.equals(last)) {
            returned.set(now);
            // Enrolled: from now on there is a node of that name, which there may not have been when this was told.
            if (last != null) waiting.compareAndSet(null, newest);
            last = now;
        }
        try {
            if (!temporal.awaitReady(SOON).ready()) return;
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
            return;
        }
        tell(
                "that this agent is back",
                returned,
                again -> returned.compareAndSet(null, again),
                process -> start(
                        temporal,
                        "returned:node:" + process.nodeId(),
                        "the agent is back",
                        new InspectRequest(process)));
        tell(
                "of a refused order",
                refused,
                this::refused,
                refusal -> start(
                        temporal,
                        "refused:node:" + refusal.nodeId(),
                        "an order was refused",
                        new InspectRequest(refusal)));
        tell("what was found", waiting, again -> waiting.compareAndSet(null, again), finding -> {
            var state = finding.get();
            hear(tell(temporal, state), state.nodeId());
        });
    }

    /** Tells what waits, or lets it wait on. */
    private <T> void tell(String what, AtomicReference<@Nullable T> news, Consumer<T> later, Consumer<T> way) {
        var told = news.getAndSet(null);
        if (told == null) return;
        try {
            way.accept(told);
            silence = "";
        } catch (RuntimeException | Error notNow) {
            later.accept(told);
            complain(what, notNow);
        }
    }

    /** Said once, not every second. */
    private void complain(String what, Throwable notNow) {
        var reason = GrpcReason.of(notNow);
        if (reason.equals(silence) || notNow instanceof WorkflowExecutionAlreadyStarted) return;
        LOG.warn("the control plane could not be told {}, trying again: {}", what, reason);
        silence = reason;
    }

    /**
     * Starts the workflow that writes a finding down; a newer finding of the same node takes the place of an older one.
     *
     * @throws WorkflowException if Temporal refuses it
     * @throws StatusRuntimeException if Temporal does not answer
     */
    static WorkflowStub tell(TemporalConnection temporal, NodeState state) {
        return start(
                temporal,
                "inspect:node:" + state.nodeId(),
                "what the agent of " + state.nodeId() + " found",
                new InspectRequest(null, state));
    }

    private static WorkflowStub start(TemporalConnection temporal, String id, String summary, InspectRequest told) {
        var options = WorkflowOptions.newBuilder()
                .setWorkflowId(id)
                .setTaskQueue(UpgradeWorkflow.QUEUE)
                .setWorkflowIdConflictPolicy(
                        told.refusal() == null
                                ? WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_TERMINATE_EXISTING
                                : WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_FAIL)
                .setStaticSummary(summary)
                .build();
        var inspection = temporal.client().newWorkflowStub(InspectWorkflow.class, options);
        WorkflowClient.start(inspection::inspect, told);
        return WorkflowStub.fromTyped(inspection);
    }

    /** What became of it is not waited for: the log says it once it is heard. */
    private static void hear(WorkflowStub told, String nodeId) {
        told.getResultAsync(ANSWER.toSeconds(), TimeUnit.SECONDS, NodeSight[].class)
                .whenComplete((written, failure) -> {
                    if (isUnknown(failure)) {
                        LOG.warn(
                                "node {} is not registered, or was removed: nothing that it tells is written, and nothing"
                                        + " is ordered for it",
                                nodeId);
                    }
                });
    }

    private static boolean isUnknown(@Nullable Throwable failure) {
        return Causes.find(failure, ApplicationFailure.class)
                .filter(said -> UpgradeActivities.NOT_REGISTERED.equals(said.getType()))
                .isPresent();
    }

    @Override
    public void close() {
        sender.shutdownNow();
    }
}
