package dev.changeover.api.upgrades;

import dev.changeover.api.Times;
import dev.changeover.node.NodeState;
import dev.changeover.node.RetireProgress;
import dev.changeover.node.Span;
import dev.changeover.task.Task;
import dev.changeover.upgrade.Check;
import dev.changeover.upgrade.NodeProgress;
import dev.changeover.upgrade.Progress;
import dev.changeover.upgrade.engine.UpgradeView;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where an upgrade stands.
 *
 * @param sentence all of it in one sentence, for people
 * @param at when this was true, on the server's clock: what is counted down is counted from here
 * @param status of the task, as the Task Center shows it; Completed from the first completion mark on
 * @param outcome how it ended altogether; null while it runs, retirement included
 * @param percent nodes done of all nodes
 * @param schedule null for an upgrade upon submission
 * @param next what happens next, in a sentence
 * @param expectedAt when every node will serve the target, as far as that can be told; null where it cannot
 * @param servingAt when every node served the target; null before
 * @param endedAt when nothing older was left; null before
 * @param commands every command, and why not where its phase does not allow it
 */
public record UpgradeAnswer(
        String sentence,
        String at,
        String jobId,
        String projectId,
        String instanceId,
        String instanceName,
        String proxyId,
        String proxyName,
        String status,
        String phase,
        @Nullable String outcome,
        int percent,
        String sourceVersion,
        String targetVersion,
        boolean paused,
        boolean stopping,
        @Nullable ScheduleAnswer schedule,
        String next,
        @Nullable String expectedAt,
        String failReason,
        List<String> blockers,
        String requestedBy,
        String createdAt,
        @Nullable String servingAt,
        @Nullable String endedAt,
        List<PossibleCommand> commands,
        List<NodeAnswer> nodes) {

    public static UpgradeAnswer of(UpgradeView view) {
        return of(view.task(), view.progress(), view);
    }

    /** The same upgrade after a command was noted. */
    public static UpgradeAnswer of(UpgradeView view, Progress now) {
        return of(view.task(), now, view);
    }

    private static UpgradeAnswer of(Task task, Progress progress, UpgradeView view) {
        return new UpgradeAnswer(
                Sentence.of(view, progress),
                Times.of(view.now()),
                task.jobId(),
                task.projectId(),
                task.instanceId(),
                task.instanceName(),
                task.proxyId(),
                task.proxyName(),
                task.status().publishedName(),
                progress.phase().name(),
                task.outcome(),
                progress.percent(),
                progress.from().toString(),
                progress.target().toString(),
                progress.paused(),
                progress.stopping(),
                ScheduleAnswer.of(progress),
                progress.next(),
                Times.ofNullable(view.expected()),
                task.failReason(),
                progress.result().blockers().stream().map(Check::sentence).toList(),
                task.requester(),
                Times.of(task.createdAt()),
                Times.ofNullable(progress.result().servingAt()),
                Times.ofNullable(progress.result().endedAt()),
                PossibleCommand.all(progress),
                progress.nodes().stream()
                        .map(node -> NodeAnswer.of(
                                node, view.retiring().get(node.node().nodeId())))
                        .toList());
    }

    /**
     * When it may act.
     *
     * @param opens the opening it waits for or works in
     * @param cutoff the last instant of it at which a node would still begin
     * @param startedNow somebody said start now: nodes wait for no window any more
     */
    record ScheduleAnswer(String window, String opens, String cutoff, String closes, boolean startedNow) {
        static @Nullable ScheduleAnswer of(Progress progress) {
            var schedule = progress.schedule();
            if (schedule == null) {
                return null;
            }
            var opening = schedule.opening();
            var need = progress.nodes().stream()
                    .map(node -> node.node().estimate())
                    .max(Comparator.naturalOrder())
                    .orElse(Duration.ZERO);
            return new ScheduleAnswer(
                    schedule.window(),
                    Times.of(opening.opens()),
                    Times.of(opening.closes().minus(need)),
                    Times.of(opening.closes()),
                    schedule.lifted());
        }
    }

    /**
     * One node of it.
     *
     * @param percent how much of its way is behind it
     * @param estimateSeconds how long it was planned to take
     * @param held why it waits for an operator; null when it does not
     * @param generations newest first, as its agent saw them at {@code observed_at}
     * @param retirement null before its old generations retire
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
            List<GenerationAnswer> generations,
            @Nullable RetirementAnswer retirement) {

        static NodeAnswer of(NodeProgress node, @Nullable RetireProgress live) {
            var handOver = node.handOver();
            var seen = node.seen();
            var retired = node.retired() == null ? live : node.retired();
            return new NodeAnswer(
                    node.node().nodeId(),
                    node.node().name(),
                    node.node().role().name(),
                    node.step().name(),
                    node.step().percent(),
                    node.node().estimate().toSeconds(),
                    node.node().from().toString(),
                    node.runs().toString(),
                    node.held(),
                    Times.ofNullable(node.beganAt()),
                    Times.ofNullable(node.servingAt()),
                    handOver == null ? null : handOver.millis(),
                    seen == null ? null : Times.of(seen.observedAt()),
                    GenerationAnswer.all(seen),
                    retired == null ? null : RetirementAnswer.of(retired));
        }
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
