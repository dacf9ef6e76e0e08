package dev.changeover.api.fleet;

import dev.changeover.inventory.Inventory;
import dev.changeover.inventory.NodeFacts;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Nodes, as their agents last saw them. */
final class NodeAnswers {
    private NodeAnswers() {}

    /** Nodes of all projects, and how many there are in all. */
    record Nodes(List<NodeAnywhere> nodes, int totalCount) {
        static Nodes of(Inventory.NodePage page) {
            return new Nodes(page.entries().stream().map(NodeAnywhere::of).toList(), page.total());
        }
    }

    /**
     * A node, as it was last seen, and where it belongs.
     *
     * @param agent the version of its agent; null where it did not say
     * @param protocol that its agent speaks; 0 where it was not seen yet
     * @param generations that ran, newest first
     * @param findings what its agent found: problems, which refuse an upgrade, before warnings
     */
    record NodeAnywhere(
            String projectId,
            String instanceId,
            String instanceName,
            String proxyId,
            String proxyName,
            ProxyList.NodeInfo node,
            @Nullable String agent,
            int protocol,
            List<NodeFacts.Generation> generations,
            List<NodeFacts.Finding> findings) {
        static NodeAnywhere of(Inventory.NodeEntry entry) {
            return new NodeAnywhere(
                    entry.projectId(),
                    entry.instanceId(),
                    entry.instanceName(),
                    entry.node().proxyId(),
                    entry.proxyName(),
                    ProxyList.NodeInfo.of(entry.node()),
                    entry.facts().agent(),
                    entry.facts().protocol(),
                    entry.facts().generations(),
                    entry.facts().findings());
        }
    }

    /** What ran on a node when it was last seen, newest first. */
    record Generations(String nodeId, List<NodeFacts.Generation> generations) {}

    /** Of those nodes that an agent has spoken of. */
    static List<Generations> generations(List<Inventory.NodeEntry> nodes) {
        return nodes.stream()
                .filter(entry -> entry.facts().protocol() > 0)
                .map(entry -> new Generations(entry.node().id(), entry.facts().generations()))
                .toList();
    }
}
