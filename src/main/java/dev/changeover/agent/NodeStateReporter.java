package dev.changeover.agent;

import dev.changeover.host.Reason;
import dev.changeover.node.NodeState;
import dev.changeover.temporal.TemporalConnection;
import dev.changeover.upgrade.InspectWorkflow;
import dev.changeover.upgrade.InspectWorkflow.InspectRequest;
import dev.changeover.upgrade.UpgradeWorkflow;
import io.grpc.StatusRuntimeException;
import io.temporal.api.enums.v1.WorkflowIdConflictPolicy;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowException;
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

    private void send() {
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

    /**
     * Starts the workflow that writes a finding down; a newer finding of the same node takes the place of an older one.
     *
     * @throws WorkflowException if Temporal refuses it
     * @throws StatusRuntimeException if Temporal does not answer
     */
    static void tell(TemporalConnection temporal, NodeState state) {
        var options = WorkflowOptions.newBuilder()
                .setWorkflowId("inspect:node:" + state.nodeId())
                .setTaskQueue(UpgradeWorkflow.QUEUE)
                .setWorkflowIdConflictPolicy(WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_TERMINATE_EXISTING)
                .setStaticSummary("what the agent of " + state.nodeId() + " found")
                .build();
        var inspection = temporal.client().newWorkflowStub(InspectWorkflow.class, options);
        WorkflowClient.start(inspection::inspect, new InspectRequest(null, state));
    }

    @Override
    public void close() {
        sender.shutdownNow();
    }
}
