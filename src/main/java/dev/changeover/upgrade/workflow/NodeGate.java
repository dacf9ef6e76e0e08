package dev.changeover.upgrade.workflow;

import dev.changeover.upgrade.Blocker;
import dev.changeover.upgrade.Check;
import dev.changeover.upgrade.InspectWorkflow;
import dev.changeover.upgrade.InspectWorkflow.InspectRequest;
import dev.changeover.upgrade.InspectWorkflow.NodeSight;
import dev.changeover.upgrade.Precheck;
import dev.changeover.upgrade.Progress;
import dev.changeover.upgrade.UpgradeActivities;
import dev.changeover.upgrade.UpgradeActivities.Prepared;
import dev.changeover.upgrade.UpgradePlan.NodeStep;
import io.temporal.workflow.ChildWorkflowOptions;
import io.temporal.workflow.Workflow;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Leave for a node to begin: nobody wants the upgrade paused, a window is open in which the node will finish, and nothing
 * speaks against it. Nothing is looked at long before it counts.
 */
final class NodeGate {
    private final UpgradeActivities central = Workflow.newLocalActivityStub(UpgradeActivities.class, Journal.LEDGER);
    private final Journal journal;
    private final Milestones milestones;
    private final Windows windows;
    private final Steps steps;
    private final NodeWork work;
    private boolean stale;

    NodeGate(Journal journal, Milestones milestones, Windows windows, Steps steps, NodeWork work) {
        this.journal = journal;
        this.milestones = milestones;
        this.windows = windows;
        this.steps = steps;
        this.work = work;
    }

    private Progress progress() {
        return journal.progress();
    }

    /** Waits for leave; false when the node is not to be begun any more. */
    boolean of(NodeStep node) {
        while (true) {
            awaitLeave();
            var never = windows.awaitOpening(node);
            var planned = progress().schedule();
            if (progress().ending()
                    || (never.isPresent()
                            && !steps.holdBack(
                                    node,
                                    never.get(),
                                    () -> !Objects.equals(planned, progress().schedule())))) {
                return false;
            }
            if (progress().paused() || never.isPresent()) {
                continue;
            }
            var found = look(node);
            var clear = found.blockers().isEmpty();
            if (progress().ending() || !(clear || goesOn(node, found))) {
                return false;
            }
            // What took time may have let a pause, another opening or a new target in between.
            if (clear && !progress().paused() && windows.allow(node)) {
                return true;
            }
        }
    }

    /** Every node fetches and preflights the kernel. */
    void stage(List<NodeStep> nodes) {
        if (!progress().ending()) {
            milestones.staging();
            steps.onEach(nodes, work::stage);
        }
    }

    /** Until nobody wants it paused; an end of the upgrade ends the waiting. */
    private void awaitLeave() {
        while (progress().paused() && !progress().ending()) {
            journal.flush();
            Workflow.await(() -> !progress().paused() || progress().ending() || journal.urgent());
        }
    }

    /** Central first: it decides who may have the instance, and asks no agent for an upgrade that has to wait. */
    private Prepared look(NodeStep node) {
        var prepared = central.recheck(progress(), Journal.now());
        // Whoever paused or rescheduled meanwhile finds it not begun, and the next record gives the instance back.
        if (!prepared.blockers().isEmpty() || progress().ending() || progress().paused() || !windows.allow(node)) {
            return prepared;
        }
        milestones.begun();
        var untouched = progress().untouched();
        var blockers = Check.failed(agents(untouched));
        if (blockers.isEmpty() && !progress().ending()) {
            follow(prepared, untouched);
        }
        return blockers.isEmpty() ? prepared : Prepared.not(blockers);
    }

    /** What agents say of nodes that are still to come; what staging saw of them is fresh. */
    private List<Check> agents(List<NodeStep> untouched) {
        stale |= windows.haveWaited();
        if (stale) {
            stale = false;
            return inspected(untouched);
        }
        var checks = new ArrayList<Check>();
        if (!progress().pointOfNoReturnPassed()) {
            untouched.forEach(node -> checks.addAll(Precheck.node(
                    node, new NodeSight(node.nodeId(), progress().of(node).seen(), "not seen"))));
        }
        return checks;
    }

    /** One workflow looks at all of them: the history of this one grows no longer with each window and node. */
    private List<Check> inspected(List<NodeStep> untouched) {
        var request = progress().request();
        var inspection = Workflow.newChildWorkflowStub(
                InspectWorkflow.class,
                ChildWorkflowOptions.newBuilder()
                        .setWorkflowId("inspect:%s:%s".formatted(request.proxyId(), Journal.now()))
                        .setStaticSummary("look at the nodes of %s before one begins".formatted(request.proxyId()))
                        .build());
        var sights = inspection.inspect(
                new InspectRequest(request.proxyId(), null, request.settings().agentPickupTimeout()));
        var checks = new ArrayList<Check>();
        for (var sight : sights) {
            untouched.stream()
                    .filter(node -> node.nodeId().equals(sight.nodeId()))
                    .forEach(node -> checks.addAll(seen(node, sight)));
        }
        return checks;
    }

    private List<Check> seen(NodeStep node, NodeSight sight) {
        var state = sight.state();
        if (state != null) {
            journal.saw(state);
        }
        return Precheck.node(node, sight);
    }

    /** A target that was withdrawn is replaced (REQUIREMENTS S22). */
    private void follow(Prepared prepared, List<NodeStep> untouched) {
        var plan = prepared.plan();
        var kernel = prepared.kernel();
        if (plan != null && kernel != null && !plan.target().equals(progress().target())) {
            milestones.retargeted(plan.target());
            work.bring(kernel);
            stage(untouched);
        }
    }

    /** Whether, in spite of these, it is worth asking again. */
    private boolean goesOn(NodeStep node, Prepared found) {
        var blockers = found.blockers();
        var passing = blockers.stream().noneMatch(check -> check.blocker().recovery() == Blocker.Recovery.PERMANENT);
        if (progress().keepsToWindow() && passing) {
            windows.standBack(node, found);
            return true;
        }
        if (progress().pointOfNoReturnPassed()) {
            stale = true;
            return steps.holdBack(node, Check.sentences(blockers), () -> false);
        }
        milestones.refused(blockers);
        return false;
    }
}
