package dev.changeover.upgrade.workflow;

import static java.util.Objects.requireNonNull;

import dev.changeover.node.KernelToRun;
import dev.changeover.upgrade.Blocker;
import dev.changeover.upgrade.Check;
import dev.changeover.upgrade.InspectWorkflow;
import dev.changeover.upgrade.InspectWorkflow.InspectRequest;
import dev.changeover.upgrade.InspectWorkflow.NodeSight;
import dev.changeover.upgrade.Precheck;
import dev.changeover.upgrade.Progress;
import dev.changeover.upgrade.UpgradeActivities;
import dev.changeover.upgrade.UpgradePlan.NodeStep;
import dev.changeover.upgrade.workflow.Leave.Again;
import dev.changeover.upgrade.workflow.Leave.Go;
import dev.changeover.upgrade.workflow.Leave.Held;
import dev.changeover.upgrade.workflow.Leave.Later;
import dev.changeover.upgrade.workflow.Leave.Refused;
import dev.changeover.upgrade.workflow.Leave.Stopped;
import io.temporal.failure.ChildWorkflowFailure;
import io.temporal.workflow.ChildWorkflowOptions;
import io.temporal.workflow.Workflow;
import java.util.ArrayList;
import java.util.List;

/**
 * Leave for a node to begin: nobody wants the upgrade paused, a window is open in which the node will finish, and nothing
 * speaks against it. Nothing is looked at long before it counts.
 */
final class NodeGate {
    private final UpgradeActivities central =
            Workflow.newLocalActivityStub(UpgradeActivities.class, LedgerWriter.LEDGER);
    private final Journal journal;
    private final Windows windows;
    private final Permits permits;
    private final NodeWork work;

    NodeGate(Journal journal, Windows windows, Permits permits, NodeWork work) {
        this.journal = journal;
        this.windows = windows;
        this.permits = permits;
        this.work = work;
    }

    private Progress progress() {
        return journal.progress();
    }

    /** Waits for what only time and operators can change, then looks once. */
    Leave of(NodeStep node) {
        windows.awaitResume();
        var opening = windows.awaitOpening(node);
        if (!(opening instanceof Go)) {
            return opening;
        }
        var leave = progress().paused() ? new Again() : look(node);
        return progress().ending() ? new Stopped() : leave;
    }

    /** Central first: it decides who may have the instance, and asks no agent for an upgrade that has to wait. */
    private Leave look(NodeStep node) {
        var prepared = central.recheck(progress(), Journal.now());
        if (!prepared.blockers().isEmpty()) {
            return against(prepared.blockers());
        }
        permits.keep(prepared.signed());
        // Whoever paused or rescheduled meanwhile finds it not begun, and the next record gives the instance back.
        if (progress().ending() || !mayBegin(node)) {
            return new Again();
        }
        var agentsFirst = Windows.looksAgain();
        if (agentsFirst) {
            journal.ofWindow().takes();
        } else {
            journal.ofWindow().begins();
        }
        var untouched = progress().untouched();
        var blockers = Check.failed(agents(untouched));
        if (!blockers.isEmpty()) {
            return against(blockers);
        }
        if (agentsFirst && (progress().ending() || !mayBegin(node))) {
            return new Again();
        }
        journal.ofWindow().begins();
        var gone = follow(requireNonNull(prepared.kernel()), untouched);
        if (!gone.isEmpty()) {
            return against(gone);
        }
        // What took time may have let a pause, another opening or a new target in between.
        return mayBegin(node) ? new Go() : new Again();
    }

    private boolean mayBegin(NodeStep node) {
        return !progress().paused() && windows.allow(node);
    }

    /** What may pass by itself is waited for in a window; anything else ends the upgrade, or holds it if that is too late. */
    private Leave against(List<Check> blockers) {
        var passing = blockers.stream().noneMatch(check -> check.blocker().recovery() == Blocker.Recovery.PERMANENT);
        if (progress().keepsToWindow() && passing || waitsForAPlace(blockers)) {
            return new Later(blockers);
        }
        return progress().pointOfNoReturnPassed() ? new Held(Check.sentences(blockers), null) : new Refused(blockers);
    }

    /** One that was told to begin now, and paused or unheard for so long that others have the places that there are. */
    private boolean waitsForAPlace(List<Check> blockers) {
        return progress().schedule() != null
                && !progress().pointOfNoReturnPassed()
                && blockers.stream().allMatch(check -> check.blocker() == Blocker.TOO_MANY_AT_ONCE)
                && Workflow.getVersion("one that begins now waits for a place", Workflow.DEFAULT_VERSION, 1) == 1;
    }

    /** What agents say of nodes that are still to come; what staging saw of them is fresh. */
    private List<Check> agents(List<NodeStep> untouched) {
        if (progress().stale()) {
            journal.stale(false);
            return inspected(untouched);
        }
        var checks = new ArrayList<Check>();
        if (!progress().pointOfNoReturnPassed()) {
            untouched.forEach(node -> checks.addAll(
                    check(node, new NodeSight(node.nodeId(), progress().of(node).seen(), "not seen"))));
        }
        return checks;
    }

    /** One workflow looks at all of them: the history of this one grows no longer with each window and node. */
    private List<Check> inspected(List<NodeStep> untouched) {
        var request = progress().request();
        var id = "inspect:%s:%s".formatted(request.proxyId(), Journal.now());
        var inspection = Workflow.newChildWorkflowStub(
                InspectWorkflow.class,
                ChildWorkflowOptions.newBuilder()
                        .setWorkflowId(id)
                        .setStaticSummary("look at the nodes of %s before one begins".formatted(request.proxyId()))
                        .build());
        var checks = new ArrayList<Check>();
        for (var sight : sights(inspection, id, untouched)) {
            untouched.stream()
                    .filter(node -> node.nodeId().equals(sight.nodeId()))
                    .forEach(node -> checks.addAll(seen(node, sight)));
        }
        return checks;
    }

    /** Of nodes that nobody could look at, because somebody has ended the workflow that was to, nothing is known. */
    private List<NodeSight> sights(InspectWorkflow inspection, String id, List<NodeStep> untouched) {
        var request = progress().request();
        try {
            return inspection.inspect(
                    new InspectRequest(request.proxyId(), request.settings(), permits.looks(untouched)));
        } catch (ChildWorkflowFailure ended) {
            return untouched.stream()
                    .map(node ->
                            new NodeSight(node.nodeId(), null, "%s was ended before it had its answer".formatted(id)))
                    .toList();
        }
    }

    private List<Check> seen(NodeStep node, NodeSight sight) {
        var state = sight.state();
        if (state != null) {
            journal.saw(state);
        }
        return check(node, sight);
    }

    private List<Check> check(NodeStep node, NodeSight sight) {
        return Precheck.node(node, sight, progress().request().acceptLostStickiness());
    }

    /** A target that was withdrawn is replaced (REQUIREMENTS S22). */
    private List<Check> follow(KernelToRun kernel, List<NodeStep> untouched) {
        if (progress().ending() || kernel.version().equals(progress().target())) {
            return List.of();
        }
        journal.retargeted(kernel);
        return work.stage(untouched);
    }
}
