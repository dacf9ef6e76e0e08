package dev.changeover.agent;

import dev.changeover.node.NodeActivities;
import dev.changeover.temporal.TemporalConnection;
import dev.changeover.temporal.TemporalWorkers;

/** The worker that lets an agent do what workflows ask of its node. */
public final class AgentWorker {
    private AgentWorker() {}

    public static TemporalWorkers start(TemporalConnection connection, String taskQueue, NodeActivities agent) {
        return TemporalWorkers.on(connection)
                .queue(
                        taskQueue,
                        TemporalWorkers.AGENT_QUEUE,
                        (worker, none) -> worker.registerActivitiesImplementations(agent))
                .start();
    }
}
