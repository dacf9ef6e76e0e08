package dev.changeover.node;

import java.lang.management.ManagementFactory;
import java.util.UUID;

/**
 * A process of a node's agent has begun, so that none of its earlier ones lives any more.
 *
 * @param worker its name as a worker of Temporal, which no other process has
 */
public record AgentReturn(String nodeId, String worker) {

    /** What Temporal shows as the reason why a step begins anew. */
    public static final String RESTARTED = "AGENT_RESTARTED";

    /** This process. */
    public static AgentReturn of(String nodeId) {
        var process = ManagementFactory.getRuntimeMXBean().getName();
        // A container's first process has the same number each time.
        return new AgentReturn(nodeId, "%s%s/%s".formatted(prefix(nodeId), process, UUID.randomUUID()));
    }

    /** Whether an earlier process of the same node's agent was called so. */
    public boolean follows(String otherWorker) {
        return otherWorker.startsWith(prefix(nodeId)) && !otherWorker.equals(worker);
    }

    private static String prefix(String nodeId) {
        return "node:" + nodeId + "/";
    }
}
