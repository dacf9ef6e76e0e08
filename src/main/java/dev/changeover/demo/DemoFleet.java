package dev.changeover.demo;

import dev.changeover.inventory.FleetFile;
import dev.changeover.inventory.Instance;
import dev.changeover.inventory.Inventory;
import dev.changeover.inventory.Kernel;
import dev.changeover.inventory.Node;
import dev.changeover.inventory.Project;
import dev.changeover.inventory.Proxy;
import dev.changeover.node.KernelToRun;
import dev.changeover.upgrade.engine.Submission;
import dev.changeover.window.MaintenanceWindow;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The fleets of the demonstration, with two kernels: one project, one instance, one proxy of three nodes; and for a
 * campaign two projects with five instances, each with one proxy of two nodes.
 */
final class DemoFleet {
    static final String PROXY = "demo-proxy";
    private static final String PROJECT = "demo-project";
    private static final String INSTANCE = "demo-instance";

    static final List<String> FIVE = List.of("orders", "catalogue", "search", "ledger", "cards");

    static final List<String> NODES_OF_FIVE = FIVE.stream()
            .flatMap(instance -> Stream.of(instance + "-1", instance + "-2"))
            .toList();

    private DemoFleet() {}

    /** The windows of all five open in the hour that it is now. */
    static void registerFive(Inventory inventory, DemoNodes nodes, Instant now) throws IOException {
        var hour = now.atOffset(ZoneOffset.UTC).getHour();
        var yaml = template()
                .replace("@WINDOW@", "%02d:00-%02d:00".formatted(hour, (hour + 4) % 24))
                .replace("@ENGINE@", nodes.engine())
                .replace("@VERSION@", nodes.older().version().toString());
        for (var instance : FIVE) {
            var port = nodes.addresses()
                    .get(NODES_OF_FIVE.indexOf(instance + "-1"))
                    .getPort();
            yaml = yaml.replace("@" + instance + "@", Integer.toString(port));
        }
        inventory.register(kernels(nodes));
        inventory.register(FleetFile.read(yaml));
    }

    /** The version that the nodes start with. */
    static void makeDefective(Inventory inventory, DemoNodes nodes) {
        inventory.register(List.of(kernel(nodes, nodes.older(), "")
                .with(Kernel.Lifecycle.DEFECTIVE, "it loses sessions when a backend is restarted", null)));
    }

    private static String template() throws IOException {
        try (var file = Objects.requireNonNull(DemoFleet.class.getResourceAsStream("/demo/fleet.yaml"))) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    static void register(Inventory inventory, DemoNodes nodes) {
        inventory.register(kernels(nodes));
        var rows = nodes.nodes().stream().map(node -> row(node, nodes.older())).toList();
        var first = nodes.addresses().getFirst();
        inventory.register(new Inventory.Fleet(
                List.of(new Project(PROJECT, "demonstration", "local")),
                List.of(new Instance(INSTANCE, PROJECT, "orders", Instance.Status.NORMAL, MaintenanceWindow.DEFAULT)),
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

    private static List<Kernel> kernels(DemoNodes nodes) {
        return List.of(
                kernel(nodes, nodes.older(), "the version the nodes start with"),
                kernel(nodes, nodes.newer(), "the version they are upgraded to"));
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
                false,
                null);
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
