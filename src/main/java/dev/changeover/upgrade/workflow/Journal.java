package dev.changeover.upgrade.workflow;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import dev.changeover.node.KernelToRun;
import dev.changeover.node.NodeState;
import dev.changeover.upgrade.Check;
import dev.changeover.upgrade.Command;
import dev.changeover.upgrade.CommandRequest;
import dev.changeover.upgrade.EventKind;
import dev.changeover.upgrade.NodeProgress;
import dev.changeover.upgrade.NodeProgress.Step;
import dev.changeover.upgrade.Outcome;
import dev.changeover.upgrade.Progress;
import dev.changeover.upgrade.UpgradeActivities.Prepared;
import dev.changeover.upgrade.UpgradePlan.NodeStep;
import dev.changeover.upgrade.UpgradeRequest;
import io.temporal.workflow.Workflow;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * All that can happen to an upgrade, a method each: what people read of it, and what it changes in the {@link Progress}.
 * Nothing else writes it.
 */
public final class Journal {
    private static final String UNTOUCHED = "stopped before any change";

    private final LedgerWriter writer;
    private final WindowJournal ofWindow;

    Journal(UpgradeRequest request) {
        this.writer = new LedgerWriter(Progress.of(request));
        this.ofWindow = new WindowJournal(writer);
    }

    public static Instant now() {
        return Instant.ofEpochMilli(Workflow.currentTimeMillis());
    }

    Progress progress() {
        return writer.progress();
    }

    /** Whether something waits that a reader should see now; {@link #flush} writes it. */
    boolean urgent() {
        return writer.urgent();
    }

    void flush() {
        writer.flush();
    }

    private void tell(EventKind kind, String text, UnaryOperator<Progress> change) {
        writer.append(kind, null, text, change);
    }

    /** What happens to its openings. */
    WindowJournal ofWindow() {
        return ofWindow;
    }

    /** What happens to a node. */
    NodeJournal of(NodeStep node) {
        return new NodeJournal(writer, node);
    }

    /** What an agent saw. */
    void saw(NodeState state) {
        writer.saw(state);
    }

    /** Whether what agents said may be old. */
    void stale(boolean now) {
        writer.change(progress -> progress.stale(now));
    }

    void admitted(Prepared found) {
        var plan = requireNonNull(found.plan());
        tell(
                EventKind.ADMITTED,
                "%s to %s on %d nodes"
                        .formatted(plan.from(), plan.target(), plan.nodes().size()),
                progress -> progress.schedule(found.schedule())
                        .kernel(requireNonNull(found.kernel()))
                        .nodes(plan.nodes().stream().map(NodeProgress::of).toList())
                        .next("every node is inspected"));
    }

    void refused(List<Check> blockers) {
        tell(
                EventKind.REFUSED,
                Check.sentences(blockers),
                progress -> progress.result(progress.result().refused(blockers, now()))
                        .ended(Outcome.REFUSED, now()));
    }

    void staging() {
        tell(
                EventKind.STAGING,
                "every node fetches and preflights " + progress().target(),
                progress -> progress.next("the first handover, once every node is ready"));
    }

    /** The target was withdrawn before anything was changed (REQUIREMENTS S22). */
    void retargeted(KernelToRun kernel) {
        tell(
                EventKind.RETARGETED,
                "%s was withdrawn, the newest version is %s"
                        .formatted(progress().target(), kernel.version()),
                progress -> progress.kernel(kernel));
    }

    /** The first completion mark, or why there is none. */
    void noNodeIsLeft() {
        var left = progress().nodes().stream()
                .filter(node -> !node.step().serves())
                .toList();
        if (left.isEmpty()) {
            tell(
                    EventKind.ALL_SERVE,
                    "every node serves " + progress().target(),
                    progress ->
                            progress.result(progress.result().serving(now())).next("old sessions end"));
            return;
        }
        var reason = (progress().stopping() ? "stopped, not upgraded: " : "skipped: ") + names(left);
        tell(
                EventKind.NOT_ALL_SERVE,
                reason,
                progress -> progress.result(progress.result().failed(reason, now()))
                        .next("old sessions of the finished nodes end"));
    }

    void verifies() {
        tell(EventKind.VERIFYING, "nothing older may be left", progress -> progress.next("the evidence report"));
    }

    /** The second completion mark, if every node is verified. */
    void ended() {
        var left = progress().nodes().stream()
                .filter(node -> node.step() != Step.VERIFIED)
                .toList();
        var outcome = left.isEmpty() ? Outcome.DONE : Outcome.MIXED;
        var without = left.isEmpty() ? "" : ", without " + names(left);
        tell(EventKind.ENDED, "the upgrade is over: " + outcome + without, progress -> progress.ended(outcome, now()));
    }

    /** Ended before any change: what was scheduled is Canceled, anything else has Failed (REQUIREMENTS T2). */
    void cancelled() {
        tell(
                EventKind.CANCELLED,
                UNTOUCHED,
                progress -> progress.result(
                                progress.schedule() == null
                                        ? progress.result().failed(UNTOUCHED, now())
                                        : progress.result().over(now()))
                        .ended(Outcome.CANCELLED, now()));
    }

    /** A cancellation in Temporal is a stop, until there is no way back. */
    void cancelledFromOutside(String reason) {
        if (progress().pointOfNoReturnPassed()) {
            tell(EventKind.CANCEL_IGNORED, "a cancellation came after the first handover", progress -> progress);
        } else {
            tell(EventKind.STOPPING, "cancelled from outside: " + reason, Progress::stopped);
        }
    }

    /** An operator's word, which the upgrade as it stands allows. */
    void heard(Command command, CommandRequest order) {
        var text = "%s says %s: %s".formatted(order.actor(), command.word(), order.reason());
        switch (command) {
            case PAUSE -> tell(EventKind.PAUSED, text, progress -> progress.paused(true));
            case RESUME -> tell(EventKind.RESUMED, text, progress -> progress.paused(false));
            case STOP -> tell(EventKind.STOPPING, text, Progress::stopped);
            case CANCEL -> tell(EventKind.CANCELLING, text, Progress::stopped);
            case START_NOW ->
                tell(
                        EventKind.STARTED_NOW,
                        text,
                        progress -> progress.schedule(
                                requireNonNull(progress.schedule()).asLifted()));
            case RESCHEDULE ->
                tell(EventKind.RESCHEDULED, text, progress -> progress.schedule(requireNonNull(order.schedule())));
            case CLOSE_REMAINING ->
                writer.append(EventKind.CLOSING_ORDERED, order.nodeId(), text, progress -> progress);
            case RETRY, SKIP -> heldNode(order).decided(command, text);
        }
    }

    private NodeJournal heldNode(CommandRequest order) {
        var meant = order.nodeId();
        return of((meant == null ? progress().held().getFirst() : progress().of(meant)).node());
    }

    private static String names(List<NodeProgress> nodes) {
        return nodes.stream()
                .map(node -> "%s (runs %s)".formatted(node.node().name(), node.runs()))
                .collect(joining(", "));
    }
}
