package dev.changeover.api.upgrades;

import dev.changeover.api.Times;
import dev.changeover.node.HandOver;
import dev.changeover.node.RetireProgress;
import dev.changeover.upgrade.NodeProgress;
import dev.changeover.upgrade.NodeProgress.Step;
import dev.changeover.upgrade.Progress;
import dev.changeover.upgrade.engine.UpgradeView;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The evidence of an upgrade: what was asked, what was done when, what every node serves, which sessions were closed.
 *
 * @param provisional true until the upgrade has ended altogether
 * @param basis what it is founded on, and what can be said of connections that nobody counted, in sentences for people
 */
record Report(
        boolean provisional,
        String basis,
        UpgradeAnswer upgrade,
        Sessions sessions,
        List<NodeEvidence> nodes,
        List<EventAnswer> events) {

    static Report of(UpgradeView view, List<EventAnswer> events) {
        var nodes = view.progress().nodes().stream()
                .map(node -> NodeEvidence.of(node, view))
                .toList();
        return new Report(
                view.progress().result().outcome() == null,
                basis(view.progress()),
                UpgradeAnswer.of(view),
                Sessions.of(nodes),
                nodes,
                events);
    }

    /** No agent counts the connections of clients, so there is no share of failures to tell. */
    private static String basis(Progress progress) {
        var nodes = progress.nodes();
        var serve = nodes.stream().filter(node -> node.step().serves()).count();
        var verified =
                nodes.stream().filter(node -> node.step() == Step.VERIFIED).count();
        var done = serve == 0
                ? "No node has taken over yet."
                : ("%d of %d nodes took over after the new version had proven every address and backend, and were %s:"
                                + " no worker restarted, no backend went down, no more connections failed than"
                                + " before. %d passed the last check.")
                        .formatted(
                                serve,
                                nodes.size(),
                                progress.request().settings().watched(),
                                verified);
        return done + " Connections of clients are not counted: if you count N of them and none fails, then with 95 %"
                + " confidence fewer than 3/N fail.";
    }

    /**
     * Old sessions of all nodes: closed because of their age or by an operator's order, and still held by old
     * generations.
     *
     * @param closedByAge null, as {@code left} is, while of some node nobody says it
     */
    record Sessions(
            @Nullable Integer closedByAge,
            int closedByOrder,
            @Nullable Integer left) {
        static Sessions of(List<NodeEvidence> nodes) {
            return new Sessions(
                    sum(nodes, NodeEvidence::closedByAge),
                    nodes.stream().mapToInt(NodeEvidence::closedByOrder).sum(),
                    sum(nodes, NodeEvidence::left));
        }

        private static @Nullable Integer sum(
                List<NodeEvidence> nodes, Function<NodeEvidence, @Nullable Integer> figure) {
            int sum = 0;
            for (var node : nodes) {
                var one = figure.apply(node);
                if (one == null) {
                    return null;
                }
                sum += one;
            }
            return sum;
        }
    }

    /**
     * The evidence of one node.
     *
     * @param generation the one that accepts connections; null when there is not exactly one, or none was seen yet
     * @param handoverParts where the time of the handover went, in order
     * @param closedByAge null, as {@code left} and {@code closings} are, while nobody says how far its retirement is: it
     *     is paused or held, or the agent is silent
     * @param closings the last closings, at most a hundred
     */
    record NodeEvidence(
            String nodeId,
            String from,
            String to,
            String step,
            @Nullable Integer generation,
            @Nullable String reportedVersion,
            int generations,
            @Nullable Long handoverMs,
            List<HandOver.Part> handoverParts,
            @Nullable Integer closedByAge,
            int closedByOrder,
            @Nullable Integer left,
            @Nullable List<ClosedSession> closings) {

        static NodeEvidence of(NodeProgress node, UpgradeView view) {
            var retired = view.retirement(node);
            var none = view.retiresUnseen(node) ? null : Integer.valueOf(0);
            var seen = node.seen();
            var serving = seen == null ? null : seen.serving().orElse(null);
            var handOver = node.handOver();
            return new NodeEvidence(
                    node.node().nodeId(),
                    node.node().from().toString(),
                    node.runs().toString(),
                    node.step().name(),
                    serving == null ? null : serving.number(),
                    serving == null ? null : serving.reportedVersion(),
                    seen == null ? 0 : seen.generations().size(),
                    handOver == null ? null : handOver.millis(),
                    handOver == null ? List.of() : handOver.parts(),
                    retired == null ? none : Integer.valueOf(retired.closed()),
                    node.closedByOrder(),
                    retired == null ? none : Integer.valueOf(retired.left()),
                    retired == null
                            ? none == null ? null : List.of()
                            : retired.closings().stream().map(ClosedSession::of).toList());
        }
    }

    /** A session that was closed because of its age. */
    record ClosedSession(String client, int generation, long ageSeconds, String at) {
        static ClosedSession of(RetireProgress.Closing closing) {
            return new ClosedSession(
                    closing.client(), closing.generation(), closing.ageSeconds(), Times.of(closing.at()));
        }
    }
}
