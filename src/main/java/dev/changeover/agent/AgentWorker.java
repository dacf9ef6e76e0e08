package dev.changeover.agent;

import dev.changeover.node.AgentReturn;
import dev.changeover.node.NodeActivities;
import dev.changeover.temporal.TemporalConnection;
import dev.changeover.temporal.TemporalWorkers;
import io.temporal.worker.WorkerOptions;

/** The worker that lets an agent do what workflows ask of its node. */
public final class AgentWorker {
    private AgentWorker() {}

    /** For an agent that ends with its control plane. */
    public static TemporalWorkers start(TemporalConnection connection, String taskQueue, NodeActivities agent) {
        return start(connection, taskQueue, agent, TemporalWorkers.AGENT_QUEUE);
    }

    /** For a process of one node's agent, under its name. */
    static TemporalWorkers start(TemporalConnection connection, AgentReturn process, NodeActivities agent) {
        return start(
                connection,
                "node:" + process.nodeId(),
                agent,
                WorkerOptions.newBuilder(TemporalWorkers.AGENT_QUEUE)
                        .setIdentity(process.worker())
                        .build());
    }

    private static TemporalWorkers start(
            TemporalConnection connection, String taskQueue, NodeActivities agent, WorkerOptions options) {
        return TemporalWorkers.on(connection)
                .queue(taskQueue, options, (worker, none) -> worker.registerActivitiesImplementations(agent))
                .start();
    }
}
