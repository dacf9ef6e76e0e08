package dev.changeover.upgrade.workflow;

import dev.changeover.node.CloseOrder;
import dev.changeover.node.HandOverOrder;
import dev.changeover.node.KernelToRun;
import dev.changeover.node.NodeOrder;
import dev.changeover.node.RetireOrder;
import dev.changeover.node.Span;
import dev.changeover.node.StageOrder;
import dev.changeover.node.VerifyOrder;
import dev.changeover.upgrade.Check;
import dev.changeover.upgrade.CommandRequest;
import dev.changeover.upgrade.EventKind;
import dev.changeover.upgrade.InspectWorkflow.NodeSight;
import dev.changeover.upgrade.NodeProgress.Step;
import dev.changeover.upgrade.Phase;
import dev.changeover.upgrade.Precheck;
import dev.changeover.upgrade.UpgradePlan.NodeStep;
import dev.changeover.upgrade.UpgradeSettings;
import dev.changeover.window.Opening;
import io.temporal.failure.ActivityFailure;
import java.util.ArrayList;
import java.util.List;

/** What is done on one node, and how the journal tells it. */
final class NodeWork {
    private final UpgradeSettings settings;
    private KernelToRun kernel;
    private final Journal journal;
    private final Agents agents;
    private final Steps steps;

    NodeWork(UpgradeSettings settings, KernelToRun kernel, Journal journal, Agents agents, Steps steps) {
        this.settings = settings;
        this.kernel = kernel;
        this.journal = journal;
        this.agents = agents;
        this.steps = steps;
    }

    /** From now on it is about this kernel; the one before was withdrawn. */
    void bring(KernelToRun another) {
        kernel = another;
    }

    /** Looks at every node at once. */
    List<Check> inspect(List<NodeStep> nodes) {
        var checks = new ArrayList<Check>();
        steps.onEach(nodes, node -> checks.addAll(Precheck.node(node, look(node))));
        return checks;
    }

    /** Looks once; silence is an answer. */
    private NodeSight look(NodeStep node) {
        try {
            var state = agents.probe(node).inspect(order(node));
            journal.saw(state);
            return new NodeSight(node.nodeId(), state, "");
        } catch (ActivityFailure failure) {
            return new NodeSight(node.nodeId(), null, Steps.reason(node, failure));
        }
    }

    void stage(NodeStep node) {
        steps.run(node, Step.STAGING, () -> agents.stage(node).stage(new StageOrder(order(node), kernel)))
                .ifPresent(state -> {
                    journal.saw(state);
                    journal.append(
                            EventKind.STAGED,
                            node.nodeId(),
                            "%s has %s ready".formatted(node.name(), kernel.version()),
                            progress -> progress.node(node.nodeId(), ready -> ready.at(Step.STAGED)));
                });
    }

    /** Hands over and watches. */
    void upgrade(NodeStep node) {
        journal.appendAndFlush(
                EventKind.HANDING_OVER,
                node.nodeId(),
                "%s goes from %s to %s".formatted(node.name(), node.from(), kernel.version()),
                progress -> progress.at(Phase.NODES, "the handover of " + node.name())
                        .node(
                                node.nodeId(),
                                begun -> begun.at(Step.HANDING_OVER).beganAt(Journal.now())));
        if (handOver(node)) {
            watch(node);
        }
    }

    private boolean handOver(NodeStep node) {
        var done = steps.run(
                node, Step.HANDING_OVER, () -> agents.handOver(node).handOver(new HandOverOrder(order(node), kernel)));
        done.ifPresent(handOver -> {
            journal.saw(handOver.after());
            journal.appendAndFlush(
                    EventKind.HANDED_OVER,
                    node.nodeId(),
                    "%s took over in %d ms".formatted(node.name(), handOver.millis()),
                    progress -> progress.next("%s is watched for %d s"
                                    .formatted(node.name(), settings.soak().toSeconds()))
                            .node(
                                    node.nodeId(),
                                    taken -> taken.handedOver(handOver).at(Step.WATCHING)));
        });
        return done.isPresent();
    }

    private void watch(NodeStep node) {
        var order = new VerifyOrder(order(node), kernel, settings.soak(), false);
        steps.run(node, Step.WATCHING, () -> agents.watch(node, settings.soak()).verify(order))
                .ifPresent(state -> {
                    journal.saw(state);
                    journal.append(
                            EventKind.SERVING,
                            node.nodeId(),
                            "%s serves %s".formatted(node.name(), kernel.version()),
                            progress -> progress.node(
                                    node.nodeId(),
                                    good -> good.servingAt(Journal.now()).at(Step.SERVING)));
                });
    }

    /** Waits for the old generations' end, and lets sessions be closed in these openings, or always; a pause breaks it off until the upgrade is resumed. */
    void retire(NodeStep node, List<Opening> openings) {
        journal.append(
                EventKind.RETIRING,
                node.nodeId(),
                "old sessions of %s end by themselves or past %d s"
                        .formatted(node.name(), settings.ageLimit().toSeconds()),
                progress -> progress.node(node.nodeId(), old -> old.at(Step.RETIRING)));
        var spans = openings.stream()
                .map(opening -> new Span(opening.opens(), opening.closes()))
                .toList();
        var order = new RetireOrder(order(node), kernel, settings.ageLimit(), settings.pace(), spans);
        var retire = steps.pausable(() -> agents.retire(node).retire(order));
        steps.run(node, Step.RETIRING, retire).ifPresent(retirement -> {
            journal.saw(retirement.after());
            journal.appendAndFlush(
                    EventKind.RETIRED,
                    node.nodeId(),
                    "%s has no old session left, %d were closed because of their age"
                            .formatted(node.name(), retirement.total().closed()),
                    progress -> progress.node(
                            node.nodeId(),
                            free -> free.retired(retirement.total()).at(Step.RETIRED)));
        });
    }

    /** Closes what an operator wants closed; what stands in its way holds nothing up. */
    void close(CommandRequest.Closing closing) {
        var node = journal.progress().of(closing.nodeId()).node();
        var order = new CloseOrder(order(node), closing.session(), closing.confirmed(), settings.pace());
        var longest = settings.pace().multipliedBy(closing.confirmed());
        var close = steps.pausable(() -> agents.close(node, longest).closeSessions(order));
        try {
            var closed = Agents.patiently(close);
            journal.appendAndFlush(
                    EventKind.CLOSED,
                    node.nodeId(),
                    "%d of %d sessions of %s were closed by order, %d had ended by themselves"
                            .formatted(closed.closed(), closed.ordered(), node.name(), closed.gone()),
                    progress -> progress.node(node.nodeId(), old -> old.closedByOrder(closed.closed())));
        } catch (ActivityFailure failure) {
            journal.appendAndFlush(
                    EventKind.NOT_CLOSED, node.nodeId(), Steps.reason(node, failure), progress -> progress);
        }
    }

    /** Proves that nothing older is left. */
    void verify(NodeStep node) {
        var order = new VerifyOrder(order(node), kernel, java.time.Duration.ZERO, true);
        steps.run(node, Step.RETIRED, () -> agents.verify(node).verify(order)).ifPresent(state -> {
            journal.saw(state);
            journal.append(
                    EventKind.VERIFIED,
                    node.nodeId(),
                    "%s runs %s and nothing else".formatted(node.name(), kernel.version()),
                    progress -> progress.node(node.nodeId(), sure -> sure.at(Step.VERIFIED)));
        });
    }

    private NodeOrder order(NodeStep node) {
        return agents.order(node, journal.progress());
    }
}
