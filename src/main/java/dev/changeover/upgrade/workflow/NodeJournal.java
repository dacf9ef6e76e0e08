package dev.changeover.upgrade.workflow;

import dev.changeover.node.Closed;
import dev.changeover.node.HandOver;
import dev.changeover.node.NodeState;
import dev.changeover.node.Retirement;
import dev.changeover.upgrade.Command;
import dev.changeover.upgrade.EventKind;
import dev.changeover.upgrade.NodeProgress;
import dev.changeover.upgrade.NodeProgress.Step;
import dev.changeover.upgrade.UpgradePlan.NodeStep;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;

/** The part of the {@link Journal} about one node. */
record NodeJournal(LedgerWriter writer, NodeStep node) {

    private void tell(EventKind kind, String text, UnaryOperator<NodeProgress> change) {
        tell(kind, text, writer.progress().next(), change);
    }

    /** @param next what the upgrade does next */
    private void tell(EventKind kind, String text, String next, UnaryOperator<NodeProgress> change) {
        writer.append(kind, node.nodeId(), text, progress -> progress.next(next).node(node.nodeId(), change));
    }

    void staged(NodeState state) {
        writer.saw(state);
        tell(
                EventKind.STAGED,
                "%s has %s ready".formatted(node.name(), writer.progress().target()),
                ready -> ready.at(Step.STAGED));
    }

    void handsOver() {
        tell(
                EventKind.HANDING_OVER,
                "%s goes from %s to %s"
                        .formatted(node.name(), node.from(), writer.progress().target()),
                "the handover of " + node.name(),
                begun -> begun.at(Step.HANDING_OVER).beganAt(Journal.now()));
    }

    /** A held one goes on, after an opening was waited for since then. */
    void handsOverAgain(Instant since) {
        tell(
                EventKind.HANDING_OVER,
                "%s goes on to %s".formatted(node.name(), writer.progress().target()),
                "the handover of " + node.name(),
                begun -> begun.heldFor(Duration.between(since, Journal.now())));
    }

    void stagedAnew(String reason) {
        tell(
                EventKind.HANDING_OVER,
                "%s has %s staged anew: %s"
                        .formatted(node.name(), writer.progress().target(), reason),
                same -> same);
    }

    void handedOver(HandOver done) {
        writer.saw(done.after());
        var settings = writer.progress().request().settings();
        tell(
                EventKind.HANDED_OVER,
                "%s took over in %d ms".formatted(node.name(), done.millis()),
                "%s is %s".formatted(node.name(), settings.watched()),
                taken -> taken.handedOver(done).at(Step.WATCHING));
    }

    void serves(NodeState state) {
        writer.saw(state);
        tell(
                EventKind.SERVING,
                "%s serves %s".formatted(node.name(), writer.progress().target()),
                good -> good.servingAt(Journal.now()).at(Step.SERVING));
    }

    void retires() {
        tell(
                EventKind.RETIRING,
                "old sessions of %s end by themselves or past %d s"
                        .formatted(
                                node.name(),
                                writer.progress()
                                        .request()
                                        .settings()
                                        .ageLimit()
                                        .toSeconds()),
                old -> old.at(Step.RETIRING));
    }

    void retired(Retirement retirement) {
        writer.saw(retirement.after());
        tell(
                EventKind.RETIRED,
                "%s has no old session left, %d were closed because of their age"
                        .formatted(node.name(), retirement.total().closed()),
                free -> free.retired(retirement.total()).at(Step.RETIRED));
    }

    void verified(NodeState state) {
        writer.saw(state);
        tell(
                EventKind.VERIFIED,
                "%s runs %s and nothing older"
                        .formatted(node.name(), writer.progress().of(node).runs()),
                sure -> sure.at(Step.VERIFIED));
    }

    void held(String reason) {
        var held = writer.progress().node(node.nodeId(), waits -> waits.holding(reason));
        tell(
                EventKind.HELD,
                reason,
                "an operator's %s of node %s".formatted(anyOf(Command.decisions(held, node.nodeId())), node.name()),
                waits -> waits.holding(reason));
    }

    static String anyOf(List<String> words) {
        var last = words.size() - 1;
        return last < 1 ? String.join("", words) : String.join(", ", words.subList(0, last)) + " or " + words.get(last);
    }

    void decided(Command by, String text) {
        var isRetry = by == Command.RETRY;
        tell(
                isRetry ? EventKind.RETRY : EventKind.SKIP,
                text,
                (isRetry ? "%s tries the failed step again" : "%s is left as it is").formatted(node.name()),
                held -> held.decided(by));
    }

    /** @param step at which the node goes on */
    void released(Step step, Command decision, Instant since) {
        tell(
                EventKind.RELEASED,
                "%s: %s".formatted(node.name(), decision.word()),
                held -> held.at(step).heldFor(Duration.between(since, Journal.now())));
    }

    void skipped() {
        tell(
                EventKind.SKIPPED,
                "%s is left as it is; last seen serving %s"
                        .formatted(node.name(), writer.progress().of(node).runs()),
                left -> left.at(Step.SKIPPED));
    }

    void closed(Closed closed) {
        tell(
                EventKind.CLOSED,
                "%d of %d sessions of %s were closed by order, %d had ended by themselves"
                        .formatted(closed.closed(), closed.ordered(), node.name(), closed.gone()),
                old -> old.closedByOrder(closed.closed()));
    }

    /** @param before how many were, until it failed */
    void notClosed(String reason, int before) {
        tell(
                EventKind.NOT_CLOSED,
                before == 0 ? reason : "%s; closed before: %d".formatted(reason, before),
                old -> old.closedByOrder(before));
    }
}
