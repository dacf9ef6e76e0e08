package dev.changeover.node;

import java.lang.management.ManagementFactory;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A process of a node's agent has begun, so that none of its earlier ones lives any more; said again when it goes by
 * another key.
 *
 * @param worker its name as a worker of Temporal, which no other process has
 * @param key names the key whose orders it carries out; null if there is none, and from agents that did not tell it yet
 */
public record AgentReturn(
        String nodeId, String worker, @Nullable String key) {

    /** What Temporal shows as the reason why a step begins anew. */
    public static final String RESTARTED = "AGENT_RESTARTED";

    /** This process. */
    public static AgentReturn of(String nodeId) {
        var process = ManagementFactory.getRuntimeMXBean().getName();
        // A container's first process has the same number each time.
        return new AgentReturn(nodeId, "%s%s/%s".formatted(prefix(nodeId), process, UUID.randomUUID()), null);
    }

    /** The same, going by this key. */
    public AgentReturn goingBy(@Nullable String other) {
        return new AgentReturn(nodeId, worker, other);
    }

    /** Whether an earlier process of the same node's agent was called so. */
    public boolean follows(String otherWorker) {
        return otherWorker.startsWith(prefix(nodeId)) && !otherWorker.equals(worker);
    }

    private static String prefix(String nodeId) {
        return "node:" + nodeId + "/";
    }
}
