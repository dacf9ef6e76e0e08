package dev.changeover.upgrade;

import static java.util.Comparator.comparing;

import dev.changeover.inventory.KernelVersion;
import dev.changeover.inventory.Node;
import dev.changeover.inventory.Proxy;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The nodes to upgrade, in order: standbys first, the primary last. Nodes that run the target already are not in it.
 */
public record UpgradePlan(KernelVersion from, KernelVersion target, List<NodeStep> nodes) {

    public UpgradePlan {
        nodes = List.copyOf(nodes);
    }

    public static UpgradePlan of(Proxy proxy, KernelVersion target, Duration perNode) {
        return new UpgradePlan(
                proxy.version(),
                target,
                proxy.nodes().stream()
                        .filter(node -> node.version().isOlderThan(target))
                        .sorted(comparing(Node::role).reversed().thenComparing(Node::name))
                        .map(node -> NodeStep.of(node, perNode))
                        .toList());
    }

    /** The sum over the nodes, which go one after the other (REQUIREMENTS S11). */
    public Duration estimate() {
        return nodes.stream().map(NodeStep::estimate).reduce(Duration.ZERO, Duration::plus);
    }

    /**
     * @param estimate how long it is expected to take, soak included
     * @param machineId the host the node is pinned to; null before its first inspection
     */
    public record NodeStep(
            String nodeId,
            String name,
            Node.Role role,
            String taskQueue,
            KernelVersion from,
            Duration estimate,
            @Nullable String machineId) {

        public NodeStep {
            // Plans from before estimates were kept say nothing of them.
            estimate = estimate == null ? Duration.ZERO : estimate;
        }

        public static NodeStep of(Node node, Duration estimate) {
            return new NodeStep(
                    node.id(), node.name(), node.role(), node.taskQueue(), node.version(), estimate, node.machineId());
        }
    }
}
