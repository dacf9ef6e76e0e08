package dev.changeover.upgrade;

import static java.util.Comparator.comparing;

import dev.changeover.inventory.KernelVersion;
import dev.changeover.inventory.Node;
import dev.changeover.inventory.Proxy;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The nodes to upgrade, in order: standbys first, the primary last. Nodes that run the target already are not in it. */
public record UpgradePlan(KernelVersion from, KernelVersion target, List<NodeStep> nodes) {

    /** What a handover takes beside its soak, until this proxy's own handovers say better. */
    static final Duration USUAL_HANDOVER = Duration.ofSeconds(15);

    public UpgradePlan {
        nodes = List.copyOf(nodes);
    }

    static UpgradePlan of(Proxy proxy, KernelVersion target) {
        return new UpgradePlan(
                proxy.version(),
                target,
                proxy.nodes().stream()
                        .filter(node -> node.version().isOlderThan(target))
                        .sorted(comparing(Node::role).reversed().thenComparing(Node::name))
                        .map(NodeStep::of)
                        .toList());
    }

    /** The sum over the nodes, which go one after the other (REQUIREMENTS S11). */
    public Duration estimate(UpgradeSettings settings) {
        return USUAL_HANDOVER.plus(settings.soak()).multipliedBy(nodes.size());
    }

    /**
     * One node of the plan.
     *
     * @param machineId the host the node is pinned to; null before its first inspection
     */
    public record NodeStep(
            String nodeId,
            String name,
            Node.Role role,
            String taskQueue,
            KernelVersion from,
            @Nullable String machineId) {

        static NodeStep of(Node node) {
            return new NodeStep(
                    node.id(), node.name(), node.role(), node.taskQueue(), node.version(), node.machineId());
        }
    }
}
