package dev.changeover.api.upgrades;

import dev.changeover.api.Times;
import dev.changeover.node.NodeState;
import dev.changeover.node.RetireProgress;
import dev.changeover.node.Span;
import dev.changeover.upgrade.NodeProgress;
import dev.changeover.upgrade.NodeProgress.Step;
import dev.changeover.upgrade.Progress;
import dev.changeover.upgrade.engine.UpgradeView;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One node of an upgrade.
 *
 * @param newSessions on its generation of the target; {@code oldSessions} on all others, null while nobody says
 *     how far their retirement is: it is paused or held, or the agent is silent
 * @param closedSessions old ones that were closed because of their age; null while nobody says how far that is
 * @param step WAITING also where the upgrade ended before it was the node's turn
 * @param percent how much of its way is behind it
 * @param estimateSeconds how long it was planned to take
 * @param held why it waits for an operator; null when it does not
 * @param generations newest first, as its agent saw them at {@code observed_at}
 * @param retirement null before its old generations retire, and while nobody says how far that is
 */
record NodeAnswer(
        String nodeId,
        String name,
        String role,
        String step,
        int percent,
        long estimateSeconds,
        String from,
        String runs,
        @Nullable String held,
        @Nullable String beganAt,
        @Nullable String servingAt,
        @Nullable Long handoverMs,
        @Nullable String observedAt,
        int newSessions,
        @Nullable Integer oldSessions,
        @Nullable Integer closedSessions,
        List<GenerationAnswer> generations,
        @Nullable RetirementAnswer retirement) {

    static NodeAnswer of(NodeProgress node, Progress progress, UpgradeView view) {
        // What was begun before the upgrade was ended, and changed nothing, is no way that it goes.
        var untouched = progress.result().outcome() != null && node.beganAt() == null && node.step() != Step.SKIPPED;
        var step = untouched ? Step.WAITING : node.step();
        var handOver = node.handOver();
        var seen = node.seen();
        var retired = view.retirement(node);
        var unseen = view.retiresUnseen(node);
        Predicate<NodeState.Generation> isNew =
                generation -> generation.serving() && Objects.equals(generation.kernel(), progress.target());
        return new NodeAnswer(
                node.node().nodeId(),
                node.node().name(),
                node.node().role().name(),
                step.name(),
                step.percent(),
                node.node().estimate().toSeconds(),
                node.node().from().toString(),
                node.runs().toString(),
                node.held(),
                Times.ofNullable(node.beganAt()),
                Times.ofNullable(node.servingAt()),
                handOver == null ? null : handOver.millis(),
                seen == null ? null : Times.of(seen.observedAt()),
                sessions(seen, isNew),
                unseen ? null : Integer.valueOf(retired == null ? sessions(seen, isNew.negate()) : retired.left()),
                unseen ? null : Integer.valueOf(retired == null ? 0 : retired.closed()),
                GenerationAnswer.all(seen),
                retired == null ? null : RetirementAnswer.of(retired));
    }

    private static int sessions(@Nullable NodeState seen, Predicate<NodeState.Generation> which) {
        return seen == null
                ? 0
                : seen.generations().stream()
                        .filter(which)
                        .mapToInt(NodeState.Generation::sessions)
                        .sum();
    }

    /** One generation on a node. */
    record GenerationAnswer(
            int number, @Nullable String kernel, String reportedVersion, boolean serving, int sessions, int overAge) {

        static List<GenerationAnswer> all(@Nullable NodeState seen) {
            return seen == null
                    ? List.of()
                    : seen.generations().stream().map(GenerationAnswer::of).toList();
        }

        private static GenerationAnswer of(NodeState.Generation generation) {
            var kernel = generation.kernel();
            return new GenerationAnswer(
                    generation.number(),
                    kernel == null ? null : kernel.toString(),
                    generation.reportedVersion(),
                    generation.serving(),
                    generation.sessions(),
                    generation.overAge());
        }
    }

    /**
     * The state of a node's old sessions, and the clients that still hold on.
     *
     * @param opening in which sessions past the age limit are closed: the one that is, or comes next; null where closing
     *     waits for none
     * @param holders the longest-lived, at most ten
     */
    record RetirementAnswer(
            int left,
            int closed,
            long oldestSeconds,
            RetireProgress.Doing doing,
            @Nullable ClosingAnswer opening,
            List<RetireProgress.Holder> holders) {
        static RetirementAnswer of(RetireProgress retired) {
            return new RetirementAnswer(
                    retired.left(),
                    retired.closed(),
                    retired.oldestSeconds(),
                    retired.doing(),
                    ClosingAnswer.of(retired.opening()),
                    retired.holders());
        }
    }

    /** An opening in which old sessions are closed. */
    record ClosingAnswer(String opens, String closes) {
        static @Nullable ClosingAnswer of(@Nullable Span opening) {
            return opening == null ? null : new ClosingAnswer(Times.of(opening.from()), Times.of(opening.to()));
        }
    }
}
