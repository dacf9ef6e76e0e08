package dev.changeover.upgrade;

import static java.util.Objects.requireNonNull;

import dev.changeover.upgrade.InspectWorkflow.NodeSight;
import dev.changeover.upgrade.UpgradePlan.NodeStep;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The runbook of one upgrade.
 *
 * <ol>
 *   <li>Admit: the central prechecks; the task is in the ledger before the caller has an answer.
 *   <li>Inspect every node at once. Whatever speaks against the upgrade ends it; nothing was changed.
 *   <li>Stage: every node fetches, verifies and preflights the kernel; then all prechecks once more.
 *   <li>Nodes, one at a time, standbys before the primary: hand over, watch. From the first one on there is no way back
 *       (REQUIREMENTS S17), and a cancellation is not heard any more.
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
    private final Steps steps;
    private @Nullable Admission admission;

    /** Ready for commands before the first line of {@link #upgrade} runs. */
    @WorkflowInit
    public RollingUpgrade(UpgradeRequest request) {
        this.request = request;
        this.journal = new Journal(request);
        this.milestones = new Milestones(journal);
        this.agents = new Agents(request.settings());
        this.steps = new Steps(journal, agents);
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
        var plan = requireNonNull(prepared.plan());
        milestones.admitted(plan);
        var kernel = requireNonNull(prepared.kernel());
        upgrade(plan.nodes(), new NodeWork(request.settings(), kernel, journal, agents, steps));
    }

    private void upgrade(List<NodeStep> nodes, NodeWork work) {
        var blockers = inspect(nodes, work);
        if (blockers.isEmpty()) {
            // The opening of a maintenance window is awaited here.
            blockers = stage(nodes, work);
        }
        if (!blockers.isEmpty()) {
            milestones.refused(blockers);
            return;
        }
        nodes.forEach(node -> whenAllowed(() -> steps.onEach(List.of(node), work::upgrade)));
        if (!progress().touched()) {
            milestones.cancelled();
            return;
        }
        milestones.handedOver();
        retire(work);
        verify(work);
        milestones.ended();
    }

    private List<Check> inspect(List<NodeStep> nodes, NodeWork work) {
        var checks = new ArrayList<Check>();
        steps.onEach(nodes, node -> checks.addAll(Precheck.node(node, work.inspect(node))));
        return Check.failed(checks);
    }

    private List<Check> stage(List<NodeStep> nodes, NodeWork work) {
        if (progress().stopping()) {
            return List.of();
        }
        milestones.staging();
        steps.onEach(nodes, work::stage);
        awaitLeave();
        if (progress().stopping()) {
            return List.of();
        }
        var checks = new ArrayList<>(central.recheck(request));
        nodes.forEach(node -> checks.addAll(Precheck.node(
                node, new NodeSight(node.nodeId(), progress().of(node).seen(), "not seen"))));
        return Check.failed(checks);
    }

    private void retire(NodeWork work) {
        steps.onEach(nodesWhere(this::servesTarget), work::retire);
    }

    private void verify(NodeWork work) {
        milestones.verifying();
        steps.onEach(nodesWhere(node -> node.retired() != null), work::verify);
    }

    /** Between nodes: a pause is waited out, a stop skips what is left. */
    private void whenAllowed(Runnable step) {
        awaitLeave();
        if (!progress().stopping()) {
            step.run();
        }
    }

    /** Until nobody wants it paused; a stop ends the waiting. */
    private void awaitLeave() {
        while (progress().paused() && !progress().stopping()) {
            journal.flush();
            Workflow.await(() -> !progress().paused() || progress().stopping() || journal.urgent());
        }
    }

    private String stopUnlessTouched(String reason) {
        if (progress().touched()) {
            journal.note("CANCEL_IGNORED", null, "a cancellation came after the first handover", p -> p);
        } else {
            journal.note("STOPPING", null, "cancelled from outside: " + reason, Progress::stopped);
        }
        return reason;
    }

    private boolean servesTarget(NodeProgress node) {
        return node.beganAt() != null && node.runs().equals(request.target());
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
    public CommandAnswer pause(Order order) {
        return hear(Command.PAUSE, order);
    }

    @Override
    public CommandAnswer resume(Order order) {
        return hear(Command.RESUME, order);
    }

    @Override
    public CommandAnswer retry(Order order) {
        return hear(Command.RETRY, order);
    }

    @Override
    public CommandAnswer skip(Order order) {
        return hear(Command.SKIP, order);
    }

    @Override
    public CommandAnswer stop(Order order) {
        return hear(Command.STOP, order);
    }

    private CommandAnswer hear(Command command, Order order) {
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
