package dev.changeover.agent;

import dev.changeover.host.Reason;
import dev.changeover.node.NodeState;
import dev.changeover.node.OrderRefusal;
import dev.changeover.temporal.TemporalConnection;
import dev.changeover.upgrade.InspectWorkflow;
import dev.changeover.upgrade.InspectWorkflow.InspectRequest;
import dev.changeover.upgrade.UpgradeWorkflow;
import io.grpc.StatusRuntimeException;
import io.temporal.api.enums.v1.WorkflowIdConflictPolicy;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowException;
import io.temporal.client.WorkflowExecutionAlreadyStarted;
import io.temporal.client.WorkflowOptions;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
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

    private volatile @Nullable TemporalConnection connection;
    private final AtomicReference<@Nullable Supplier<NodeState>> waiting = new AtomicReference<>();
    private final AtomicReference<@Nullable OrderRefusal> refused = new AtomicReference<>();
    private final ScheduledExecutorService sender = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("node-state-reporter").factory());

    /** Why it was last not told; empty when it was. Only for the sender's thread. */
    private String silence = "";

    /** From now on there is somebody to tell. */
    void sendTo(TemporalConnection temporal) {
        connection = temporal;
        sender.scheduleWithFixedDelay(this::send, 0, 1, TimeUnit.SECONDS);
    }

    /** Something changed; {@code finding} is asked for what it is now when it is sent. */
    void changed(Supplier<NodeState> finding) {
        waiting.set(finding);
    }

    /** An order was refused; of several that wait the last is told, with how many there were. */
    void refused(OrderRefusal refusal) {
        refused.accumulateAndGet(refusal, (before, last) -> before == null || last == null ? last : last.after(before));
    }

    private void send() {
        sendRefusal();
        var finding = waiting.get();
        var temporal = connection;
        if (finding == null || temporal == null || !temporal.ready()) {
            return;
        }
        try {
            tell(temporal, finding.get());
            waiting.compareAndSet(finding, null);
            silence = "";
        } catch (RuntimeException notNow) {
            // One that escaped would end this thread's looks for good; said once, not every second.
            var reason = Reason.of(notNow);
            if (reason.equals(silence)) return;
            LOG.warn("the control plane could not be told what was found, trying again: {}", reason);
            silence = reason;
        }
    }

    private void sendRefusal() {
        var temporal = connection;
        if (temporal == null || !temporal.ready()) {
            return;
        }
        var refusal = refused.getAndSet(null);
        if (refusal == null) {
            return;
        }
        try {
            start(temporal, "refused:node:" + refusal.nodeId(), "an order was refused", new InspectRequest(refusal));
        } catch (WorkflowExecutionAlreadyStarted before) {
            refused(refusal);
        } catch (WorkflowException | StatusRuntimeException notNow) {
            refused(refusal);
            LOG.warn("the control plane could not be told of a refused order, trying again: {}", notNow.getMessage());
        }
    }

    /**
     * Starts the workflow that writes a finding down; a newer finding of the same node takes the place of an older one.
     *
     * @throws WorkflowException if Temporal refuses it
     * @throws StatusRuntimeException if Temporal does not answer
     */
    static void tell(TemporalConnection temporal, NodeState state) {
        start(
                temporal,
                "inspect:node:" + state.nodeId(),
                "what the agent of " + state.nodeId() + " found",
                new InspectRequest(null, state));
    }

    private static void start(TemporalConnection temporal, String id, String summary, InspectRequest told) {
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
    }

    @Override
    public void close() {
        sender.shutdownNow();
    }
}
