package dev.changeover.upgrade.workflow;

import static java.util.Objects.requireNonNull;

import dev.changeover.inventory.KernelVersion;
import dev.changeover.upgrade.Command;
import dev.changeover.upgrade.CommandRequest;
import dev.changeover.upgrade.EventKind;
import dev.changeover.upgrade.NodeProgress;
import dev.changeover.upgrade.Progress;
import dev.changeover.upgrade.Schedule;
import dev.changeover.upgrade.UpgradePlan.NodeStep;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.workflow.Async;
import io.temporal.workflow.Functions;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/**
 * Runs steps on nodes. A step that fails for good, or five times in a row, holds its node until an operator says retry,
 * skip or stop; nothing else is begun meanwhile.
 */
final class Steps {
    private final Journal journal;
    private final Agents agents;
    private final Windows windows;
    private final Map<String, Command> decisions = new TreeMap<>();
    private final List<CommandRequest.Closing> closings = new ArrayList<>();

    Steps(Journal journal, Agents agents, Windows windows) {
        this.journal = journal;
        this.agents = agents;
        this.windows = windows;
    }

    /** Notes an operator's word, which the upgrade as it stands allows; whoever waits for it acts on it. */
    void hear(Command command, CommandRequest order) {
        var text = "%s says %s: %s".formatted(order.actor(), command.word(), order.reason());
        switch (command) {
            case PAUSE -> journal.appendAndFlush(EventKind.PAUSED, null, text, progress -> progress.paused(true));
            case RESUME -> journal.appendAndFlush(EventKind.RESUMED, null, text, progress -> progress.paused(false));
            case STOP -> journal.appendAndFlush(EventKind.STOPPING, null, text, Progress::stopped);
            case CANCEL -> journal.appendAndFlush(EventKind.CANCELLING, null, text, Progress::stopped);
            case START_NOW ->
                journal.appendAndFlush(
                        EventKind.STARTED_NOW,
                        null,
                        text,
                        progress -> progress.schedule(schedule(progress).asLifted()));
            case CLOSE_REMAINING -> {
                journal.appendAndFlush(EventKind.CLOSING_ORDERED, order.nodeId(), text, progress -> progress);
                closings.addAll(order.closings());
            }
            case RESCHEDULE ->
                journal.appendAndFlush(
                        EventKind.RESCHEDULED,
                        null,
                        text,
                        progress -> progress.schedule(requireNonNull(order.schedule())));
            case RETRY, SKIP -> {
                var nodeId = heldNode(order);
                decisions.put(nodeId, command);
                // Not held from here on, so that of two commands at once the second is refused.
                journal.appendAndFlush(
                        command == Command.RETRY ? EventKind.RETRY : EventKind.SKIP,
                        nodeId,
                        text,
                        progress -> progress.node(nodeId, held -> held.holding(null)));
            }
        }
    }

    private static Schedule schedule(Progress progress) {
        return requireNonNull(progress.schedule());
    }

    private String heldNode(CommandRequest order) {
        var meant = order.nodeId();
        return meant != null
                ? meant
                : journal.progress().held().getFirst().node().nodeId();
    }

    /** Begins the step on every node at once and returns when all are through; writes the journal as they go on. */
    void onEach(List<NodeStep> nodes, Functions.Proc1<NodeStep> step) {
        onEach(nodes, step, unasked -> {});
    }

    /** The same, and closes what operators want closed meanwhile. */
    void onEach(List<NodeStep> nodes, Functions.Proc1<NodeStep> step, Functions.Proc1<CommandRequest.Closing> close) {
        var running = new ArrayList<Promise<Void>>();
        nodes.forEach(node -> running.add(Async.procedure(step, node)));
        while (!through(running)) {
            Workflow.await(() -> through(running) || journal.urgent());
            closings.forEach(closing -> running.add(Async.procedure(close, closing)));
            closings.clear();
            if (!through(running)) {
                journal.flush();
            }
        }
        running.forEach(Promise::get);
    }

    private static boolean through(List<Promise<Void>> running) {
        return running.stream().allMatch(Promise::isCompleted);
    }

    /** Runs the activity until it succeeds or an operator decides otherwise. Empty: skipped or stopped. */
    <T> Optional<T> run(NodeStep node, NodeProgress.Step step, Functions.Func<T> activity) {
        while (true) {
            try {
                return Optional.of(Agents.patiently(activity));
            } catch (ActivityFailure failure) {
                if (!isTriedAgain(node, step, reason(node, failure))) {
                    giveUp(node);
                    return Optional.empty();
                }
            }
        }
    }

    /** The same activity, but a pause breaks it off, and it is begun again when the upgrade is resumed. */
    <T> Functions.Func<T> pausable(Functions.Func<T> activity) {
        return () -> {
            while (true) {
                Workflow.await(() -> !journal.progress().paused());
                var running = new ArrayList<Promise<T>>();
                var scope = Workflow.newCancellationScope(() -> running.add(Async.function(activity)));
                scope.run();
                var result = running.getFirst();
                Workflow.await(() -> result.isCompleted() || journal.progress().paused());
                if (!result.isCompleted()) {
                    scope.cancel();
                }
                try {
                    return result.get();
                } catch (ActivityFailure failure) {
                    if (!scope.isCancelRequested()) {
                        throw failure;
                    }
                }
            }
        };
    }

    /** Holds a node that is not to begin; true when an operator wants that looked at once more, or it is over. */
    boolean holdBack(NodeStep node, String reason, BooleanSupplier over) {
        var decisions = new ArrayList<Command>();
        onEach(List.of(node), held -> {
            decisions.add(hold(held, journal.progress().of(held).step(), reason, over));
            if (decisions.getFirst() != Command.RETRY) {
                giveUp(held);
            }
        });
        return decisions.getFirst() == Command.RETRY;
    }

    /** A handover is tried again in the maintenance window only, unless somebody says start now. */
    private boolean isTriedAgain(NodeStep node, NodeProgress.Step step, String reason) {
        if (hold(node, step, reason, () -> false) != Command.RETRY) {
            return false;
        }
        return step != NodeProgress.Step.HANDING_OVER
                || (windows.awaitOpening(node).isEmpty() && !journal.progress().ending());
    }

    private Command hold(NodeStep node, NodeProgress.Step step, String reason, BooleanSupplier over) {
        var since = Journal.now();
        journal.appendAndFlush(
                EventKind.HELD,
                node.nodeId(),
                reason,
                progress -> progress.node(node.nodeId(), held -> held.holding(reason))
                        .next("an operator's retry, skip or stop of node " + node.name()));
        Workflow.await(() -> decisions.containsKey(node.nodeId()) || stopped() || over.getAsBoolean());
        var heard = decisions.remove(node.nodeId());
        var decision = heard != null ? heard : stopped() ? Command.STOP : Command.RETRY;
        journal.appendAndFlush(
                EventKind.RELEASED,
                node.nodeId(),
                "%s: %s".formatted(node.name(), decision.word()),
                progress -> progress.node(
                        node.nodeId(), held -> held.at(step).heldFor(Duration.between(since, Journal.now()))));
        return decision;
    }

    /** A stop ends waiting for nodes that are not through; a retirement after it is held like any other. */
    private boolean stopped() {
        return journal.progress().stopping() && journal.progress().phase().changing();
    }

    /** Leaves a node as it is, but finds out first what that is. */
    private void giveUp(NodeStep node) {
        if (!journal.progress().pointOfNoReturnPassed()) {
            return;
        }
        try {
            journal.saw(agents.probe(node).inspect(agents.order(node, journal.progress())));
        } catch (ActivityFailure silent) {
            Workflow.getLogger(Steps.class).warn("{} is left as it is, and its agent does not answer", node.name());
        }
        journal.appendAndFlush(
                EventKind.SKIPPED,
                node.nodeId(),
                "%s is left as it is; last seen serving %s".formatted(node.name(), runs(node)),
                progress -> progress.node(node.nodeId(), left -> left.at(NodeProgress.Step.SKIPPED)));
    }

    private KernelVersion runs(NodeStep node) {
        return journal.progress().of(node).runs();
    }

    static String reason(NodeStep node, ActivityFailure failure) {
        if (failure.getCause() instanceof ApplicationFailure because) {
            return "%s on %s: %s".formatted(because.getType(), node.name(), because.getOriginalMessage());
        }
        if (Agents.isSilence(failure) || Agents.isUnanswered(failure)) {
            return "the agent of %s has not answered on queue %s: see whether it runs"
                    .formatted(node.name(), node.taskQueue());
        }
        return "the agent of %s broke off %s: see its log".formatted(node.name(), failure.getActivityType());
    }
}
