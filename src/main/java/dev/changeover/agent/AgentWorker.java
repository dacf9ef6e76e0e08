package dev.changeover.agent;

import dev.changeover.node.NodeActivities;
import dev.changeover.temporal.TemporalConnection;
import dev.changeover.temporal.TemporalWorkers;
import io.temporal.worker.WorkerFactoryOptions;
import io.temporal.worker.WorkflowImplementationOptions;

/** The worker that lets an agent do what workflows ask of its node. */
public final class AgentWorker {
    private AgentWorker() {}

    /** For an agent that ends with its control plane. */
    public static TemporalWorkers start(TemporalConnection connection, String taskQueue, NodeActivities agent) {
        return start(connection, taskQueue, agent, WorkerFactoryOptions.getDefaultInstance());
    }

    /** @param unfinished what an earlier process may have left; it is given back first */
    static TemporalWorkers start(
            TemporalConnection connection, String taskQueue, NodeActivities agent, UnfinishedOrders unfinished) {
        unfinished.giveBack(connection);
        return start(
                connection,
                taskQueue,
                agent,
                WorkerFactoryOptions.newBuilder()
                        .setWorkerInterceptors(unfinished.interceptor())
                        .build());
    }

    private static TemporalWorkers start(
            TemporalConnection connection, String taskQueue, NodeActivities agent, WorkerFactoryOptions options) {
        return TemporalWorkers.on(connection, WorkflowImplementationOptions.getDefaultInstance(), options)
                .queue(
                        taskQueue,
                        TemporalWorkers.AGENT_QUEUE,
                        (worker, none) -> worker.registerActivitiesImplementations(agent))
                .start();
    }
}
