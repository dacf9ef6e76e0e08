package dev.changeover.upgrade.workflow;

import static java.util.Objects.requireNonNull;

import dev.changeover.node.OrderKind;
import dev.changeover.upgrade.Admission;
import dev.changeover.upgrade.Check;
import dev.changeover.upgrade.Command;
import dev.changeover.upgrade.CommandAnswer;
import dev.changeover.upgrade.CommandRequest;
import dev.changeover.upgrade.NodeProgress;
import dev.changeover.upgrade.Outcome;
import dev.changeover.upgrade.Phase;
import dev.changeover.upgrade.Progress;
import dev.changeover.upgrade.UpgradeActivities;
import dev.changeover.upgrade.UpgradePlan.NodeStep;
import dev.changeover.upgrade.UpgradeRequest;
import dev.changeover.upgrade.UpgradeWorkflow;
import dev.changeover.upgrade.workflow.Leave.Again;
import dev.changeover.upgrade.workflow.Leave.Go;
import dev.changeover.upgrade.workflow.Leave.Held;
import dev.changeover.upgrade.workflow.Leave.Later;
import dev.changeover.upgrade.workflow.Leave.Refused;
import dev.changeover.upgrade.workflow.Leave.Stopped;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInit;
import java.util.List;
import java.util.function.Predicate;

/**
 * The runbook of one upgrade.
 *
 * <ol>
 *   <li>Admit: the central prechecks; the task is in the ledger before the caller has an answer.
 *   <li>Inspect every node at once. Whatever speaks against the upgrade ends it; nothing was changed.
 *   <li>Stage: every node fetches, verifies and preflights the kernel; when it is scheduled, some time before the opening.
 *   <li>Wait for the opening of the maintenance window, when it is scheduled; then all prechecks once more.
 *   <li>Nodes, one at a time, standbys before the primary: hand over, watch. A node begins only if it will finish in the
 *       window; the rest waits for the next one. From the first handover on there is no way back (REQUIREMENTS S17), and a
 *       cancellation is not heard any more.
 *   <li>All serve the target: the first completion mark. The task is Completed and stays so.
 *   <li>Retire: old generations end on all nodes at once; only sessions over the age limit are closed, paced.
 *   <li>Verify: nothing older is left anywhere. The second completion mark.
 * </ol>
 */
public final class RollingUpgrade implements UpgradeWorkflow {
    private final UpgradeActivities central =
            Workflow.newLocalActivityStub(UpgradeActivities.class, LedgerWriter.LEDGER);
    private final UpgradeRequest request;
    private final Journal journal;
    private final Windows windows;
    private final Permits permits;
    private final Steps steps;
    private final NodeWork work;
    private final NodeGate gate;
    private final GivenCommands given;

    /** Ready for commands before the first line of {@link #upgrade} runs. */
    @WorkflowInit
    public RollingUpgrade(UpgradeRequest request) {
        this.request = request;
        this.journal = new Journal(request);
        this.windows = new Windows(journal);
        this.permits = new Permits(request.jobId());
        var agents = new Agents(request.settings(), permits);
        this.steps = new Steps(journal, agents, windows);
        this.work = new NodeWork(request.settings(), journal, permits, agents, steps);
        this.gate = new NodeGate(journal, windows, permits, work);
        this.given = new GivenCommands(request.orderKey());
    }

    @Override
    public Outcome upgrade(UpgradeRequest same) {
        var cancellation = CancellationScope.current().getCancellationRequest();
        var whole = Workflow.newDetachedCancellationScope(() -> {
            cancellation.thenApply(reason -> {
                journal.cancelledFromOutside(reason);
                return reason;
            });
            run();
            journal.flush();
            Workflow.await(Workflow::isEveryHandlerFinished);
        });
        whole.run();
        return requireNonNull(progress().result().outcome());
    }

    private void run() {
        var blockers = upgradeNodes();
        if (!blockers.isEmpty()) {
            journal.refused(blockers);
        } else if (progress().pointOfNoReturnPassed()) {
            finish();
        } else {
            journal.cancelled();
        }
    }

    /** Until no node is left. Gives what speaks against the upgrade while nothing was changed; empty when nothing does. */
    private List<Check> upgradeNodes() {
        var prepared = central.admit(request);
        if (!prepared.blockers().isEmpty()) {
            return prepared.blockers();
        }
        journal.admitted(prepared);
        permits.keep(prepared.signed());
        var nodes = progress().untouched();
        var blockers = Check.failed(work.inspect(nodes));
        if (!blockers.isEmpty()) {
            return blockers;
        }
        windows.awaitStaging();
        var gone = work.stage(nodes);
        if (!gone.isEmpty()) {
            return gone;
        }
        for (var node : nodes) {
            var against = upgrade(node);
            if (!against.isEmpty()) {
                return against;
            }
        }
        return List.of();
    }

    /** One node, when it may begin. The same answer; empty also when it is left as it is. */
    private List<Check> upgrade(NodeStep node) {
        while (true) {
            switch (gate.of(node)) {
                case Go go -> {
                    steps.onEach(List.of(node), work::upgrade);
                    return List.of();
                }
                case Again again -> {}
                case Later later -> windows.standBack(node, later.blockers());
                case Held held -> {
                    if (!steps.holdBack(node, held)) {
                        return List.of();
                    }
                }
                case Refused refused -> {
                    return refused.blockers();
                }
                case Stopped stopped -> {
                    return List.of();
                }
            }
        }
    }

    /** The first completion mark, and what is left to do after it. */
    private void finish() {
        journal.noNodeIsLeft();
        var openings = windows.ofRetirement();
        var serving = nodesWhere(this::servesTarget);
        work.signAhead(serving, OrderKind.RETIRE);
        steps.onEach(serving, node -> work.retire(node, openings), work::close);
        journal.verifies();
        var retired = nodesWhere(node -> node.retired() != null);
        work.signAhead(retired, OrderKind.VERIFY);
        steps.onEach(retired, work::verify);
        journal.ended();
    }

    private boolean servesTarget(NodeProgress node) {
        return node.beganAt() != null && node.runs().equals(progress().target());
    }

    private List<NodeStep> nodesWhere(Predicate<NodeProgress> condition) {
        return progress().nodes().stream()
                .filter(condition)
                .map(NodeProgress::node)
                .toList();
    }

    @Override
    public Admission admit(String jobId) {
        Workflow.await(() -> progress().phase() != Phase.ADMISSION);
        return Admission.of(progress());
    }

    @Override
    public CommandAnswer pause(CommandRequest order) {
        return hear(Command.PAUSE, order);
    }

    @Override
    public CommandAnswer resume(CommandRequest order) {
        return hear(Command.RESUME, order);
    }

    @Override
    public CommandAnswer retry(CommandRequest order) {
        return hear(Command.RETRY, order);
    }

    @Override
    public CommandAnswer skip(CommandRequest order) {
        return hear(Command.SKIP, order);
    }

    @Override
    public CommandAnswer stop(CommandRequest order) {
        return hear(Command.STOP, order);
    }

    @Override
    public CommandAnswer startNow(CommandRequest order) {
        return hear(Command.START_NOW, order);
    }

    @Override
    public CommandAnswer reschedule(CommandRequest order) {
        return hear(Command.RESCHEDULE, order);
    }

    @Override
    public CommandAnswer cancel(CommandRequest order) {
        return hear(Command.CANCEL, order);
    }

    @Override
    public CommandAnswer closeRemaining(CommandRequest order) {
        return hear(Command.CLOSE_REMAINING, order);
    }

    private CommandAnswer hear(Command command, CommandRequest sent) {
        return given.first(command, sent)
                .map(order -> take(command, order))
                .orElseGet(() -> new CommandAnswer(
                        "the control plane did not give this command: give it by its interface", progress()));
    }

    private CommandAnswer take(Command command, CommandRequest order) {
        return command.refusedBy(progress(), order)
                .map(refusal -> new CommandAnswer(refusal, progress()))
                .orElseGet(() -> {
                    journal.heard(command, order);
                    steps.close(order.closings());
                    return new CommandAnswer("", progress());
                });
    }

    @Override
    public Progress progress() {
        return journal.progress();
    }
}
