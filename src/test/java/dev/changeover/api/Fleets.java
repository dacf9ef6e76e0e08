package dev.changeover.api;

import dev.changeover.inventory.Instance;
import dev.changeover.inventory.Inventory.Fleet;
import dev.changeover.inventory.Kernel;
import dev.changeover.inventory.KernelVersion;
import dev.changeover.inventory.Node;
import dev.changeover.inventory.Project;
import dev.changeover.inventory.Proxy;
import dev.changeover.window.MaintenanceWindow;
import java.util.List;

/** The fleet the tests of the API and of the command line ask about. */
public final class Fleets {
    public static final KernelVersion OLD = KernelVersion.of("2.6.12.3");
    public static final KernelVersion NEW = KernelVersion.of("2.6.12.4");

    /** A file with a third project. */
    public static final String FILE = """
            projects:
              - id: p-7
                name: Shop
                region: eu-de
                instances:
                  - id: i-7
                    name: orders
                    proxies:
                      - id: x-7
                        address: 10.0.0.5
                        port: 3306
                        mode: HA
                        engine: haproxy
                        version: 2.6.12.3
                        nodes:
                          - {id: n-1, role: PRIMARY}
                          - {id: n-2, role: STANDBY}
            """;

    private Fleets() {}

    /** A file of one project with so many instances, each of one proxy with two nodes, about 600 bytes each. */
    public static String of(int proxies) {
        var file = new StringBuilder("projects:\n  - id: many\n    region: eu-de\n    instances:\n");
        for (int i = 0; i < proxies; i++) {
            file.append("""
                    - id: i-%1$06d
                      name: Orders of the shop number %1$d
                      proxies:
                        - id: x-%1$06d
                          name: The proxy of shop number %1$d
                          address: 10.%2$d.%3$d.%4$d
                          port: 3306
                          mode: HA
                          engine: haproxy
                          version: 2.6.12.3
                          nodes:
                            - id: n-%1$06d-a
                              role: PRIMARY
                              az_code: eu-de-01
                            - id: n-%1$06d-b
                              role: STANDBY
                              az_code: eu-de-02
                    """.formatted(i, i >> 16 & 255, i >> 8 & 255, i & 255).indent(6));
        }
        return file.toString();
    }

    /** Two projects; the first has a proxy of two nodes, the second another one. */
    public static Fleet twoProjects() {
        return new Fleet(
                List.of(new Project("p-1", "Shop", "eu-de"), new Project("p-2", "Bank", "eu-de")),
                List.of(
                        new Instance("i-1", "p-1", "orders", Instance.Status.NORMAL, MaintenanceWindow.DEFAULT),
                        new Instance("i-2", "p-2", "ledger", Instance.Status.NORMAL, MaintenanceWindow.DEFAULT)),
                List.of(proxy("x-1", "i-1"), proxy("x-2", "i-2")));
    }

    public static List<Kernel> kernels() {
        return List.of(kernel(NEW, "2.6.12-1+deb12u4"), kernel(OLD, "2.6.12-1+deb12u3"));
    }

    private static Kernel kernel(KernelVersion version, String reported) {
        var made = new Kernel.KernelPackage("amd64", "https://packages.example/" + version + ".deb", "a".repeat(64));
        return new Kernel(
                "haproxy", version, Kernel.Lifecycle.ACTIVE, "", reported, "Fixes of " + version, null, List.of(made));
    }

    /** A proxy of two nodes. */
    static Proxy proxy(String id, String instanceId) {
        var nodes = List.of(node(id, 1, Node.Role.PRIMARY), node(id, 2, Node.Role.STANDBY));
        return new Proxy(
                id, instanceId, "proxy " + id, "10.0.0.5", 3306, Proxy.Mode.HA, "haproxy", Proxy.Status.NORMAL, nodes);
    }

    private static Node node(String proxyId, int number, Node.Role role) {
        var id = "%s-n%d".formatted(proxyId, number);
        return new Node(
                id,
                proxyId,
                "node-" + number,
                role,
                "az-" + number,
                "node:" + id,
                OLD,
                Node.Status.NORMAL,
                null,
                null,
                7);
    }
}
