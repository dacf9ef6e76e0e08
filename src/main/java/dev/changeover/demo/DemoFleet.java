package dev.changeover.demo;

import dev.changeover.inventory.Instance;
import dev.changeover.inventory.Inventory;
import dev.changeover.inventory.Kernel;
import dev.changeover.inventory.Node;
import dev.changeover.inventory.Project;
import dev.changeover.inventory.Proxy;
import dev.changeover.node.KernelToRun;
import dev.changeover.upgrade.engine.Submission;
import java.util.List;

/** The fleet of the demonstration: one project, one instance, one proxy of three nodes, two kernels. */
final class DemoFleet {
    static final String PROXY = "demo-proxy";
    private static final String PROJECT = "demo-project";
    private static final String INSTANCE = "demo-instance";

    private DemoFleet() {}

    static void register(Inventory inventory, DemoNodes nodes) {
        inventory.register(List.of(
                kernel(nodes, nodes.older(), "the version the nodes start with"),
                kernel(nodes, nodes.newer(), "the version they are upgraded to")));
        var rows = nodes.nodes().stream().map(node -> row(node, nodes.older())).toList();
        var first = nodes.addresses().getFirst();
        inventory.register(new Inventory.Fleet(
                List.of(new Project(PROJECT, "demonstration", "local")),
                List.of(new Instance(INSTANCE, PROJECT, "orders", Instance.Status.NORMAL)),
                List.of(new Proxy(
                        PROXY,
                        INSTANCE,
                        "orders-proxy",
                        first.getHostString(),
                        first.getPort(),
                        Proxy.Mode.CLUSTER,
                        nodes.engine(),
                        Proxy.Status.NORMAL,
                        rows))));
    }

    static Submission submission(DemoNodes nodes) {
        return new Submission(
                PROJECT,
                INSTANCE,
                PROXY,
                nodes.older().version(),
                nodes.newer().version(),
                false,
                null,
                "",
                "demonstration",
                false);
    }

    private static Node row(DemoNodes.DemoNode node, KernelToRun kernel) {
        var role = node.id().equals(DemoNodes.IDS.getFirst()) ? Node.Role.PRIMARY : Node.Role.STANDBY;
        return new Node(
                node.id(),
                PROXY,
                node.id(),
                role,
                "az1",
                node.queue(),
                kernel.version(),
                Node.Status.NORMAL,
                null,
                null,
                0);
    }

    private static Kernel kernel(DemoNodes nodes, KernelToRun kernel, String notes) {
        return new Kernel(
                nodes.engine(),
                kernel.version(),
                Kernel.Lifecycle.ACTIVE,
                "",
                kernel.reportedVersion(),
                notes,
                null,
                kernel.sources().stream()
                        .map(source -> new Kernel.KernelPackage(source.arch(), source.url(), source.sha256()))
                        .toList());
    }
}
