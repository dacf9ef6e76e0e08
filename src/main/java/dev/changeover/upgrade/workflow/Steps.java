package dev.changeover.upgrade.workflow;

import dev.changeover.node.OrderKind;
import dev.changeover.upgrade.Command;
import dev.changeover.upgrade.CommandRequest;
import dev.changeover.upgrade.NodeProgress;
import dev.changeover.upgrade.Phase;
import dev.changeover.upgrade.Progress;
import dev.changeover.upgrade.UpgradePlan.NodeStep;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.workflow.Async;
import io.temporal.workflow.Functions;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs steps on nodes. A step that fails for good, or five times in a row, holds its node until an operator says retry,
 * skip or stop; nothing else is begun meanwhile.
 */
final class Steps {
    /** Longer than a configuration's errors. */
    private static final int LONGEST = 4_000;

    private final Journal journal;
    private final Agents agents;
    private final Windows windows;

    /**
     * What operators want closed and nobody has begun to close: a queue from the handler to {@link #onEach}, empty again
     * before anything else is decided. {@link Progress} has what became of it.
     */
    private final List<CommandRequest.Closing> closings = new ArrayList<>();

    Steps(Journal journal, Agents agents, Windows windows) {
        this.journal = journal;
        this.agents = agents;
        this.windows = windows;
    }

    /** Closes what an operator wants closed, as soon as the retirement hears it. */
    void close(List<CommandRequest.Closing> wanted) {
        closings.addAll(wanted);
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

    /** Holds a node that is not to begin; true when that is to be looked at once more. */
    boolean holdBack(NodeStep node, Leave.Held because) {
        journal.stale(true);
        var decisions = new ArrayList<Command>();
        onEach(List.of(node), held -> {
            decisions.add(hold(held, journal.progress().of(held).step(), because));
            if (decisions.getFirst() != Command.RETRY) {
                giveUp(held);
            }
        });
        return decisions.getFirst() == Command.RETRY;
    }

    /**
     * A handover is tried again in the maintenance window only, unless somebody says start now; where no window is long
     * enough, it is held again.
     */
    private boolean isTriedAgain(NodeStep node, NodeProgress.Step step, String reason) {
        var because = new Leave.Held(reason, null);
        while (hold(node, step, because) == Command.RETRY) {
            var asked = Journal.now();
            var leave = step == NodeProgress.Step.HANDING_OVER ? windows.awaitOpening(node) : new Leave.Go();
            if (leave instanceof Leave.Go) {
                if (hasWaited() && isTriedAnew()) journal.of(node).handsOverAgain(asked);
                return true;
            }
            if (!(leave instanceof Leave.Held unfit) || !isTriedAnew()) {
                return false;
            }
            because = unfit;
        }
        return false;
    }

    private boolean hasWaited() {
        return journal.progress().phase() == Phase.WAITING;
    }

    /** Upgrades that a release before this rule brought so far go on without it. */
    private static boolean isTriedAnew() {
        return Workflow.getVersion("a handover that is tried again", Workflow.DEFAULT_VERSION, 1) == 1;
    }

    /** Another schedule than the one that is unfit leaves nothing to decide, which is a retry. */
    private Command hold(NodeStep node, NodeProgress.Step step, Leave.Held because) {
        var unfit = because.unfit();
        BooleanSupplier over =
                () -> unfit != null && !unfit.equals(journal.progress().schedule());
        var since = Journal.now();
        journal.of(node).held(because.reason());
        Workflow.await(() -> decision(node) != null || stopped() || over.getAsBoolean());
        var heard = decision(node);
        var decision = heard != null ? heard : stopped() ? Command.STOP : Command.RETRY;
        journal.of(node).released(step, decision, since);
        return decision;
    }

    private @Nullable Command decision(NodeStep node) {
        return journal.progress().of(node).decision();
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
            journal.saw(agents.probe(node).inspect(agents.order(node, journal.progress(), OrderKind.INSPECT)));
        } catch (ActivityFailure silent) {
            Workflow.getLogger(Steps.class).warn("{} is left as it is, and its agent does not answer", node.name());
        }
        journal.of(node).skipped();
    }

    /** Whoever answers for an agent may say more than anybody reads. */
    private static String said(ApplicationFailure because) {
        var words = String.valueOf(because.getOriginalMessage());
        return words.length() <= LONGEST ? words : words.substring(0, LONGEST) + "…";
    }

    static String reason(NodeStep node, ActivityFailure failure) {
        if (failure.getCause() instanceof ApplicationFailure because) {
            // One with dots is Java's, and says nothing to people.
            return because.getType().contains(".")
                    ? "the agent of %s broke off %s: %s"
                            .formatted(node.name(), failure.getActivityType(), said(because))
                    : "%s on %s: %s".formatted(because.getType(), node.name(), said(because));
        }
        if (Agents.isSilence(failure) || Agents.isUnanswered(failure)) {
            return "the agent of %s has not answered on queue %s: see whether it runs"
                    .formatted(node.name(), node.taskQueue());
        }
        return "the agent of %s broke off %s: see its log".formatted(node.name(), failure.getActivityType());
    }
}
