package dev.changeover.inventory;

import java.util.Comparator;
import java.util.List;

/** The database proxy of an instance: an address served by its nodes (REQUIREMENTS P1: 2 to 8, {@code Ha} exactly 2). */
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
