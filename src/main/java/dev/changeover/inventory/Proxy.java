package dev.changeover.inventory;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The database proxy of an instance: an address served by its nodes; see {@link #faults} for how many. */
public record Proxy(
        String id,
        String instanceId,
        String name,
        String address,
        int port,
        Mode mode,
        String engine,
        Status status,
        List<Node> nodes) {

    public Proxy {
        nodes = List.copyOf(nodes);
    }

    /** The lowest version of its nodes, also while an upgrade runs. */
    public KernelVersion version() {
        return nodes.stream().map(Node::version).min(Comparator.naturalOrder()).orElseThrow();
    }

    /** Its nodes that run less than its engine's {@linkplain Kernel#minimum minimum}. */
    public List<Node> nodesBelowMinimum() {
        var minimum = Kernel.minimum(engine);
        return nodes.stream()
                .filter(node -> node.version().isOlderThan(minimum))
                .toList();
    }

    /**
     * The reasons not to register this proxy, a sentence each; empty if there are none. There are 2 to 8 nodes in a
     * {@code CLUSTER}, exactly one primary and one standby in {@code HA}, one in {@code SINGLE} (REQUIREMENTS P1), and
     * each of them names this proxy.
     */
    public List<String> faults() {
        var count = nodes.size();
        var primaries =
                nodes.stream().filter(node -> node.role() == Node.Role.PRIMARY).count();
        var faults = new ArrayList<String>();
        switch (mode) {
            case HA -> {
                if (count != 2 || primaries != 1) {
                    faults.add("proxy '%s' is HA and needs exactly one primary and one standby node, not %d and %d"
                            .formatted(id, primaries, count - primaries));
                }
            }
            case CLUSTER -> {
                if (count < 2 || count > 8) {
                    faults.add("proxy '%s' is a cluster and needs 2 to 8 nodes, not %d".formatted(id, count));
                }
            }
            case SINGLE -> {
                if (count != 1) {
                    faults.add("proxy '%s' is single and needs exactly 1 node, not %d".formatted(id, count));
                }
            }
        }
        nodes.stream()
                .filter(node -> !node.proxyId().equals(id))
                .map(node -> "node '%s' belongs to proxy '%s', not to '%s'".formatted(node.id(), node.proxyId(), id))
                .forEach(faults::add);
        return faults;
    }

    /** Whether the other one declares the same; status and facts seen on nodes are left out. */
    boolean isDeclaredAs(Proxy other) {
        return declaration().equals(other.declaration());
    }

    private Proxy declaration() {
        var declared = nodes.stream().map(Node::declaration).toList();
        return new Proxy(id, instanceId, name, address, port, mode, engine, Status.NORMAL, declared);
    }

    Proxy of(String otherInstanceId) {
        return new Proxy(id, otherInstanceId, name, address, port, mode, engine, status, nodes);
    }

    Proxy with(List<Node> otherNodes) {
        return new Proxy(id, instanceId, name, address, port, mode, engine, status, otherNodes);
    }

    /** How the nodes stand to each other; only {@code HA} and {@code CLUSTER} can be upgraded (REQUIREMENTS S15). */
    public enum Mode {
        HA,
        CLUSTER,
        SINGLE
    }

    /** Where the proxy stands; {@code UPGRADING} refuses every other change (REQUIREMENTS P2). */
    public enum Status {
        NORMAL,
        UPGRADING,
        ABNORMAL
    }
}
