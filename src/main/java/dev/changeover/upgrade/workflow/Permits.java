package dev.changeover.upgrade.workflow;

import dev.changeover.node.OrderKind;
import dev.changeover.node.Permit;
import dev.changeover.upgrade.CommandRequest.Closing;
import dev.changeover.upgrade.Progress;
import dev.changeover.upgrade.UpgradeActivities;
import dev.changeover.upgrade.UpgradeActivities.Signed;
import dev.changeover.upgrade.UpgradeActivities.Wanted;
import dev.changeover.upgrade.UpgradePlan.NodeStep;
import io.temporal.failure.ActivityFailure;
import io.temporal.workflow.Workflow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The control plane's signatures under orders to agents. Each is used for one activity; asked for together where several
 * nodes begin at once, because each asking is an event in the history.
 */
final class Permits {
    private final UpgradeActivities central =
            Workflow.newLocalActivityStub(UpgradeActivities.class, LedgerWriter.LEDGER);
    private final String jobId;
    private final Map<String, Permit> ready = new TreeMap<>();

    Permits(String jobId) {
        this.jobId = jobId;
    }

    /** What came with another answer. */
    void keep(List<Signed> signed) {
        signed.forEach(each -> ready.put(key(each.nodeId(), each.kind()), each.permit()));
    }

    /** Has these kinds of order signed for every node. Refused ones are asked for again when they are needed, and hold. */
    void ahead(List<NodeStep> nodes, Progress progress, List<OrderKind> kinds) {
        var wanted = new ArrayList<Wanted>();
        for (var node : nodes) {
            kinds.stream()
                    .filter(kind -> !ready.containsKey(key(node.nodeId(), kind)))
                    .forEach(kind -> wanted.add(wanted(node, kind, progress, null)));
        }
        if (wanted.isEmpty()) {
            return;
        }
        try {
            keep(central.sign(jobId, wanted));
        } catch (ActivityFailure refused) {
            Workflow.getLogger(Permits.class)
                    .warn(
                            "orders are not signed ahead, and are asked for when they are needed: {}",
                            String.valueOf(refused.getCause()));
        }
    }

    Permit take(NodeStep node, OrderKind kind, Progress progress) {
        var waiting = ready.remove(key(node.nodeId(), kind));
        if (waiting != null) {
            return waiting;
        }
        // What was signed for later steps is older than this one will be: its agent would take it for a replay.
        ready.keySet().removeIf(key -> key.startsWith(node.nodeId() + " "));
        return signed(wanted(node, kind, progress, null));
    }

    Permit take(NodeStep node, Closing closing, Progress progress) {
        return signed(wanted(node, OrderKind.CLOSE, progress, closing));
    }

    private static Wanted wanted(NodeStep node, OrderKind kind, Progress progress, @Nullable Closing closing) {
        var generation = progress.of(node).generation();
        return new Wanted(kind, node.nodeId(), progress.target(), generation, closing);
    }

    /** The looks that are ready at these nodes, for a workflow that does the looking. */
    List<Signed> looks(List<NodeStep> nodes) {
        return nodes.stream()
                .map(node -> look(node, ready.remove(key(node.nodeId(), OrderKind.INSPECT))))
                .flatMap(List::stream)
                .toList();
    }

    private static List<Signed> look(NodeStep node, @Nullable Permit permit) {
        return permit == null ? List.of() : List.of(new Signed(OrderKind.INSPECT, node.nodeId(), permit));
    }

    private Permit signed(Wanted wanted) {
        return central.sign(jobId, List.of(wanted)).getFirst().permit();
    }

    private static String key(String nodeId, OrderKind kind) {
        return nodeId + " " + kind;
    }
}
