package dev.changeover.upgrade.workflow;

import static java.util.stream.Collectors.joining;

import dev.changeover.inventory.KernelVersion;
import dev.changeover.upgrade.Check;
import dev.changeover.upgrade.EventKind;
import dev.changeover.upgrade.NodeProgress;
import dev.changeover.upgrade.NodeProgress.Step;
import dev.changeover.upgrade.Outcome;
import dev.changeover.upgrade.Phase;
import dev.changeover.upgrade.Schedule;
import dev.changeover.upgrade.UpgradePlan;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The turning points of an upgrade, as the journal tells them. */
final class Milestones {
    private static final String UNTOUCHED = "stopped before any change";

    private final Journal journal;

    Milestones(Journal journal) {
        this.journal = journal;
    }

    void admitted(UpgradePlan plan, @Nullable Schedule schedule) {
        journal.appendAndFlush(
                EventKind.ADMITTED,
                null,
                "%s to %s on %d nodes"
                        .formatted(plan.from(), plan.target(), plan.nodes().size()),
                progress -> progress.schedule(schedule)
                        .nodes(plan.nodes().stream().map(NodeProgress::of).toList())
                        .at(Phase.PRECHECK, "every node is inspected"));
    }

    void staging() {
        journal.appendAndFlush(
                EventKind.STAGING,
                null,
                "every node fetches and preflights " + journal.progress().target(),
                progress -> progress.at(Phase.STAGING, "the first handover, once every node is ready"));
    }

    /** A scheduled upgrade begins: from here on the proxy counts as being changed. */
    void begun() {
        var schedule = journal.progress().schedule();
        if (schedule != null && !schedule.begun()) {
            journal.appendAndFlush(
                    EventKind.BEGUN,
                    null,
                    schedule.lifted()
                            ? "started now, without waiting for the window " + schedule.window()
                            : "the window %s is open until %s"
                                    .formatted(
                                            schedule.window(),
                                            schedule.opening().closes()),
                    progress -> progress.schedule(schedule.asBegun()));
        }
    }

    /** The target was withdrawn before anything was changed (REQUIREMENTS S22). */
    void retargeted(KernelVersion target) {
        journal.appendAndFlush(
                EventKind.RETARGETED,
                null,
                "%s was withdrawn, the newest version is %s"
                        .formatted(journal.progress().target(), target),
                progress -> progress.target(target));
    }

    /** The first completion mark, or why there is none. */
    void handedOver() {
        var left = journal.progress().nodes().stream()
                .filter(node -> !node.step().serves())
                .toList();
        var now = Journal.now();
        if (left.isEmpty()) {
            journal.appendAndFlush(
                    EventKind.ALL_SERVE,
                    null,
                    "every node serves " + journal.progress().target(),
                    progress -> progress.result(progress.result().serving(now)).at(Phase.RETIRING, "old sessions end"));
            return;
        }
        var reason = (journal.progress().stopping() ? "stopped, not upgraded: " : "skipped: ") + names(left);
        journal.appendAndFlush(
                EventKind.NOT_ALL_SERVE,
                null,
                reason,
                progress -> progress.result(progress.result().failed(reason, now))
                        .at(Phase.RETIRING, "old sessions of the finished nodes end"));
    }

    void verifying() {
        journal.appendAndFlush(
                EventKind.VERIFYING,
                null,
                "nothing older may be left",
                progress -> progress.at(Phase.VERIFYING, "the evidence report"));
    }

    void refused(List<Check> blockers) {
        var now = Journal.now();
        journal.append(
                EventKind.REFUSED,
                null,
                Check.sentences(blockers),
                progress -> progress.result(progress.result().refused(blockers, now))
                        .ended(Outcome.REFUSED, now));
    }

    /** Ended before any change: what was scheduled is Canceled, anything else has Failed (REQUIREMENTS T2). */
    void cancelled() {
        var now = Journal.now();
        journal.append(
                EventKind.CANCELLED,
                null,
                UNTOUCHED,
                progress -> progress.result(
                                progress.schedule() == null
                                        ? progress.result().failed(UNTOUCHED, now)
                                        : progress.result().over(now))
                        .ended(Outcome.CANCELLED, now));
    }

    /** The second completion mark, if every node is verified. */
    void ended() {
        var sure = journal.progress().nodes().stream().allMatch(node -> node.step() == Step.VERIFIED);
        var outcome = sure ? Outcome.DONE : Outcome.MIXED;
        journal.append(
                EventKind.ENDED,
                null,
                "the upgrade is over: " + outcome,
                progress -> progress.ended(outcome, Journal.now()));
    }

    private static String names(List<NodeProgress> nodes) {
        return nodes.stream()
                .map(node -> "%s (runs %s)".formatted(node.node().name(), node.runs()))
                .collect(joining(", "));
    }
}
