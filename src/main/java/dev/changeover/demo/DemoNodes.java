package dev.changeover.demo;

import dev.changeover.node.KernelToRun;
import dev.changeover.node.NodeActivities;
import dev.changeover.node.NodeOrder;
import dev.changeover.node.NodeState;
import java.net.InetSocketAddress;
import java.util.List;

/** Three nodes of a proxy on this host, serving the older of two kernels. */
interface DemoNodes extends AutoCloseable {
    List<String> IDS = List.of("node-1", "node-2", "node-3");

    /** The catalogue's key. */
    String engine();

    /** The nodes' versions, and why these, in one line for people. */
    String words();

    KernelToRun older();

    KernelToRun newer();

    List<DemoNode> nodes();

    /** Ends everything with all sessions. */
    @Override
    void close();

    default List<InetSocketAddress> addresses() {
        return nodes().stream().map(DemoNode::address).toList();
    }

    /** One node: where clients connect, and its agent. */
    record DemoNode(String id, InetSocketAddress address, NodeActivities agent) {
        String queue() {
            return "node:" + id;
        }

        NodeState look() {
            return agent.inspect(new NodeOrder(id, null));
        }
    }
}
