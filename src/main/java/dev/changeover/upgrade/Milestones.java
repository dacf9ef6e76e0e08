package dev.changeover.upgrade;

import static java.util.stream.Collectors.joining;

import dev.changeover.upgrade.NodeProgress.Step;
import java.util.List;

/** The turning points of an upgrade, as the journal tells them. */
final class Milestones {
    private static final String UNTOUCHED = "stopped before any change";

    private final Journal journal;

    Milestones(Journal journal) {
        this.journal = journal;
    }

    void admitted(UpgradePlan plan) {
        journal.note(
                "ADMITTED",
                null,
                "%s to %s on %d nodes"
                        .formatted(plan.from(), plan.target(), plan.nodes().size()),
                progress -> progress.nodes(
                                plan.nodes().stream().map(NodeProgress::of).toList())
                        .at(Phase.PRECHECK, "every node is inspected"));
    }

    void staging() {
        journal.note(
                "STAGING",
                null,
                "every node fetches and preflights " + journal.progress().target(),
                progress -> progress.at(Phase.STAGING, "the first handover, once every node is ready"));
    }

    /** The first completion mark, or why there is none. */
    void handedOver() {
        var left = journal.progress().nodes().stream()
                .filter(node -> !node.step().serves())
                .toList();
        var now = Journal.now();
        if (left.isEmpty()) {
            journal.note(
                    "ALL_SERVE",
                    null,
                    "every node serves " + journal.progress().target(),
                    progress -> progress.result(progress.result().serving(now)).at(Phase.RETIRING, "old sessions end"));
            return;
        }
        var reason = (journal.progress().stopping() ? "stopped, not upgraded: " : "skipped: ") + names(left);
        journal.note(
                "NOT_ALL_SERVE",
                null,
                reason,
                progress -> progress.result(progress.result().failed(reason, now))
                        .at(Phase.RETIRING, "old sessions of the finished nodes end"));
    }

    void verifying() {
        journal.note(
                "VERIFYING",
                null,
                "nothing older may be left",
                progress -> progress.at(Phase.VERIFYING, "the evidence report"));
    }

    void refused(List<Check> blockers) {
        var now = Journal.now();
        journal.jot(
                "REFUSED",
                null,
                Check.sentences(blockers),
                progress -> progress.result(progress.result().refused(blockers, now))
                        .ended(Outcome.REFUSED, now));
    }

    void cancelled() {
        var now = Journal.now();
        journal.jot(
                "CANCELLED",
                null,
                UNTOUCHED,
                progress -> progress.result(progress.result().failed(UNTOUCHED, now))
                        .ended(Outcome.CANCELLED, now));
    }

    /** The second completion mark, if every node is verified. */
    void ended() {
        var sure = journal.progress().nodes().stream().allMatch(node -> node.step() == Step.VERIFIED);
        var outcome = sure ? Outcome.DONE : Outcome.MIXED;
        journal.jot(
                "ENDED", null, "the upgrade is over: " + outcome, progress -> progress.ended(outcome, Journal.now()));
    }

    private static String names(List<NodeProgress> nodes) {
        return nodes.stream()
                .map(node -> "%s (runs %s)".formatted(node.node().name(), node.runs()))
                .collect(joining(", "));
    }
}
