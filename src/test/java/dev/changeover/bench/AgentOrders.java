package dev.changeover.bench;

import dev.changeover.demo.HaproxyKernels.Kernel;
import dev.changeover.node.HandOver;
import dev.changeover.node.HandOverOrder;
import dev.changeover.node.NodeActivities;
import dev.changeover.node.NodeOrder;
import dev.changeover.node.StageOrder;
import dev.changeover.temporal.RealTemporal;
import dev.changeover.temporal.TemporalWorkers;
import io.temporal.activity.ActivityOptions;
import io.temporal.client.WorkflowOptions;
import io.temporal.worker.WorkerFactoryOptions;
import io.temporal.worker.WorkerOptions;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.time.Duration;

/** Orders to agents that are processes of their own, over the Temporal that they look at. */
final class AgentOrders implements AutoCloseable {
    private static final String QUEUE = "bench-orders";

    /** A workflow gets its turn late on a host that is kept busy on purpose. */
    private static final long MOST_MILLIS = 30_000;

    private final TemporalWorkers workers = TemporalWorkers.on(
                    RealTemporal.connection(), RealTemporal.ANYTHING_FAILS, WorkerFactoryOptions.getDefaultInstance())
            .queue(
                    QUEUE,
                    WorkerOptions.newBuilder()
                            .setDefaultDeadlockDetectionTimeout(MOST_MILLIS)
                            .build(),
                    (worker, options) -> worker.registerWorkflowImplementationTypes(options, StageAndHandOver.class))
            .start();

    /** What an upgrade asks of one node. */
    @WorkflowInterface
    public interface OneNode {
        @WorkflowMethod
        HandOver upgrade(StageOrder stage, HandOverOrder handOver);
    }

    /** In one go. */
    public static final class StageAndHandOver implements OneNode {
        @Override
        public HandOver upgrade(StageOrder stage, HandOverOrder handOver) {
            var agent = Workflow.newActivityStub(
                    NodeActivities.class,
                    ActivityOptions.newBuilder()
                            .setTaskQueue("node:" + stage.node().nodeId())
                            .setScheduleToCloseTimeout(Duration.ofMinutes(2))
                            .build());
            agent.stage(stage);
            return agent.handOver(handOver);
        }
    }

    /** Returns when the node serves the kernel, which it fetched and unpacked for that. */
    HandOver upgrade(String nodeId, Kernel kernel) {
        var node = new NodeOrder(nodeId, null);
        return RealTemporal.client()
                .newWorkflowStub(
                        OneNode.class,
                        WorkflowOptions.newBuilder()
                                .setWorkflowId("bench-" + nodeId)
                                .setTaskQueue(QUEUE)
                                .build())
                .upgrade(new StageOrder(node, kernel.toRun()), new HandOverOrder(node, kernel.toRun()));
    }

    @Override
    public void close() {
        workers.close();
    }
}
