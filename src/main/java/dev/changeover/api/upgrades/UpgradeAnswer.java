package dev.changeover.api.upgrades;

import dev.changeover.api.Times;
import dev.changeover.task.Task;
import dev.changeover.upgrade.Check;
import dev.changeover.upgrade.NodeProgress;
import dev.changeover.upgrade.Progress;
import dev.changeover.upgrade.engine.UpgradeView;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
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
 * @param countdown the times that it waits for, counted down, a sentence each
 * @param expectedAt when every node will serve the target, as far as that can be told; null where it cannot
 * @param servingAt when every node served the target; null before
 * @param endedAt when nothing older was left; null before
 * @param closing how its old sessions are closed
 * @param temporalPage where Temporal's Web UI shows its run; null where nobody knows
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
        List<String> countdown,
        @Nullable String expectedAt,
        String failReason,
        List<String> blockers,
        String requestedBy,
        String createdAt,
        @Nullable String servingAt,
        @Nullable String endedAt,
        ClosingRules closing,
        @Nullable String temporalPage,
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
                Sentence.countdown(view, progress),
                Times.ofNullable(view.expected()),
                task.failReason(),
                progress.result().blockers().stream().map(Check::sentence).toList(),
                task.requester(),
                Times.of(task.createdAt()),
                Times.ofNullable(progress.result().servingAt()),
                Times.ofNullable(progress.result().endedAt()),
                ClosingRules.of(progress),
                view.temporalPage(),
                PossibleCommand.all(progress, view.forced()),
                progress.nodes().stream()
                        .map(node -> NodeAnswer.of(node, progress, view))
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
     * How its old sessions are closed.
     *
     * @param ageLimitSeconds only older ones are (REQUIREMENTS S14)
     * @param paceMs at least so long between two on a node
     * @param allOverAgeAt from when every one of them is older; null before the first handover
     */
    record ClosingRules(
            long ageLimitSeconds, long paceMs, @Nullable String allOverAgeAt) {
        static ClosingRules of(Progress progress) {
            var settings = progress.request().settings();
            return new ClosingRules(
                    settings.ageLimit().toSeconds(),
                    settings.pace().toMillis(),
                    progress.nodes().stream()
                            .map(NodeProgress::handOver)
                            .filter(Objects::nonNull)
                            .map(done -> done.began().plusMillis(done.millis()))
                            .max(Comparator.naturalOrder())
                            .map(handedOver -> Times.of(handedOver.plus(settings.ageLimit())))
                            .orElse(null));
        }
    }
}
