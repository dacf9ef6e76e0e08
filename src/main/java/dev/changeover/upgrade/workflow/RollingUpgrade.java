package dev.changeover.upgrade.workflow;

import static java.util.Objects.requireNonNull;

import dev.changeover.upgrade.Admission;
import dev.changeover.upgrade.Check;
import dev.changeover.upgrade.Command;
import dev.changeover.upgrade.CommandAnswer;
import dev.changeover.upgrade.CommandRequest;
import dev.changeover.upgrade.EventKind;
import dev.changeover.upgrade.NodeProgress;
import dev.changeover.upgrade.Outcome;
import dev.changeover.upgrade.Phase;
import dev.changeover.upgrade.Progress;
import dev.changeover.upgrade.UpgradeActivities;
import dev.changeover.upgrade.UpgradePlan.NodeStep;
import dev.changeover.upgrade.UpgradeRequest;
import dev.changeover.upgrade.UpgradeWorkflow;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInit;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

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
    private final UpgradeActivities central = Workflow.newLocalActivityStub(UpgradeActivities.class, Journal.LEDGER);
    private final UpgradeRequest request;
    private final Journal journal;
    private final Milestones milestones;
    private final Agents agents;
    private final Windows windows;
    private final Steps steps;
    private @Nullable Admission admission;

    /** Ready for commands before the first line of {@link #upgrade} runs. */
    @WorkflowInit
    public RollingUpgrade(UpgradeRequest request) {
        this.request = request;
        this.journal = new Journal(request);
        this.milestones = new Milestones(journal);
        this.agents = new Agents(request.settings());
        this.windows = new Windows(journal);
        this.steps = new Steps(journal, agents, windows);
    }

    @Override
    public Outcome upgrade(UpgradeRequest same) {
        var cancellation = CancellationScope.current().getCancellationRequest();
        var whole = Workflow.newDetachedCancellationScope(() -> {
            cancellation.thenApply(this::stopUnlessTouched);
            run();
            journal.flush();
            Workflow.await(Workflow::isEveryHandlerFinished);
        });
        whole.run();
        return requireNonNull(progress().result().outcome());
    }

    private void run() {
        var prepared = central.admit(request);
        if (!prepared.blockers().isEmpty()) {
            admission = new Admission.Refused(request.jobId(), prepared.blockers());
            milestones.refused(prepared.blockers());
            return;
        }
        admission = new Admission.Admitted(request.jobId());
        milestones.admitted(requireNonNull(prepared.plan()), prepared.schedule());
        var kernel = requireNonNull(prepared.kernel());
        upgrade(new NodeWork(request.settings(), kernel, journal, agents, steps));
    }

    private void upgrade(NodeWork work) {
        var nodes = progress().untouched();
        var blockers = Check.failed(work.inspect(nodes));
        if (!blockers.isEmpty()) {
            milestones.refused(blockers);
            return;
        }
        var clearance = new NodeGate(journal, milestones, windows, steps, work);
        windows.awaitStaging();
        clearance.stage(nodes);
        for (var node : nodes) {
            if (clearance.of(node)) {
                steps.onEach(List.of(node), work::upgrade);
            }
        }
        if (progress().pointOfNoReturnPassed()) {
            milestones.handedOver();
            retire(work);
            verify(work);
            milestones.ended();
        } else if (progress().phase() != Phase.ENDED) {
            milestones.cancelled();
        }
    }

    private void retire(NodeWork work) {
        var openings = windows.ofRetirement();
        steps.onEach(nodesWhere(this::servesTarget), node -> work.retire(node, openings), work::close);
    }

    private void verify(NodeWork work) {
        milestones.verifying();
        steps.onEach(nodesWhere(node -> node.retired() != null), work::verify);
    }

    private String stopUnlessTouched(String reason) {
        if (progress().pointOfNoReturnPassed()) {
            journal.appendAndFlush(
                    EventKind.CANCEL_IGNORED, null, "a cancellation came after the first handover", p -> p);
        } else {
            journal.appendAndFlush(EventKind.STOPPING, null, "cancelled from outside: " + reason, Progress::stopped);
        }
        return reason;
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
        Workflow.await(() -> admission != null);
        return requireNonNull(admission);
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

    private CommandAnswer hear(Command command, CommandRequest order) {
        return command.refusedBy(progress(), order)
                .map(refusal -> new CommandAnswer(refusal, progress()))
                .orElseGet(() -> {
                    steps.hear(command, order);
                    return new CommandAnswer("", progress());
                });
    }

    @Override
    public Progress progress() {
        return journal.progress();
    }
}
