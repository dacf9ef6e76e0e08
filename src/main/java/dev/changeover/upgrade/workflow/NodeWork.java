package dev.changeover.upgrade.workflow;

import static java.util.Objects.requireNonNull;

import dev.changeover.node.CloseOrder;
import dev.changeover.node.Closed;
import dev.changeover.node.HandOver;
import dev.changeover.node.HandOverOrder;
import dev.changeover.node.KernelToRun;
import dev.changeover.node.NodeOrder;
import dev.changeover.node.NodeState;
import dev.changeover.node.OrderKind;
import dev.changeover.node.RetireOrder;
import dev.changeover.node.Span;
import dev.changeover.node.StageOrder;
import dev.changeover.node.VerifyOrder;
import dev.changeover.upgrade.Blocker;
import dev.changeover.upgrade.Check;
import dev.changeover.upgrade.CommandRequest;
import dev.changeover.upgrade.InspectWorkflow.NodeSight;
import dev.changeover.upgrade.NodeProgress.Step;
import dev.changeover.upgrade.Precheck;
import dev.changeover.upgrade.UpgradePlan.NodeStep;
import dev.changeover.upgrade.UpgradeSettings;
import dev.changeover.window.Opening;
import io.temporal.common.converter.DataConverterException;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.TimeoutFailure;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is done on one node, and how the journal tells it. */
final class NodeWork {
    private final UpgradeSettings settings;
    private final Journal journal;
    private final Permits permits;
    private final Agents agents;
    private final Steps steps;

    NodeWork(UpgradeSettings settings, Journal journal, Permits permits, Agents agents, Steps steps) {
        this.settings = settings;
        this.journal = journal;
        this.permits = permits;
        this.agents = agents;
        this.steps = steps;
    }

    private KernelToRun kernel() {
        return requireNonNull(journal.progress().kernel());
    }

    /** Looks at every node at once. */
    List<Check> inspect(List<NodeStep> nodes) {
        var checks = new ArrayList<Check>();
        steps.onEach(
                nodes,
                node -> checks.addAll(Precheck.node(
                        node, look(node), journal.progress().request().acceptLostStickiness())));
        return checks;
    }

    /** Looks once; silence is an answer. */
    private NodeSight look(NodeStep node) {
        var asked = Journal.now();
        try {
            var state =
                    agents.probe(node).inspect(order(node, OrderKind.INSPECT)).between(asked, Journal.now());
            journal.saw(state);
            return new NodeSight(node.nodeId(), state, "");
        } catch (ActivityFailure failure) {
            return new NodeSight(node.nodeId(), null, Steps.reason(node, failure));
        }
    }

    /**
     * Every node fetches and preflights the kernel.
     *
     * @return what no operator could mend: the nodes that were taken away from the proxy
     */
    List<Check> stage(List<NodeStep> nodes) {
        var gone = new ArrayList<Check>();
        if (!journal.progress().ending()) {
            journal.staging();
            signAhead(nodes, OrderKind.STAGE);
            steps.onEach(
                    nodes,
                    node -> steps.run(node, Step.STAGING, () -> staged(node, gone))
                            .flatMap(staged -> staged)
                            .ifPresent(journal.of(node)::staged));
        }
        return journal.progress().ending() ? List.of() : gone;
    }

    private Optional<NodeState> staged(NodeStep node, List<Check> gone) {
        try {
            return Optional.of(stage(node));
        } catch (ActivityFailure failure) {
            if (!Agents.isGone(failure)) {
                throw failure;
            }
            gone.add(Check.of(Blocker.NODES_CHANGED, false, "the proxy has no " + node.name()));
            return Optional.empty();
        }
    }

    private NodeState stage(NodeStep node) {
        return agents.stage(node).stage(new StageOrder(order(node, OrderKind.STAGE), kernel()));
    }

    /** Hands over and watches. */
    void upgrade(NodeStep node) {
        journal.of(node).handsOver();
        permits.ahead(List.of(node), journal.progress(), List.of(OrderKind.HAND_OVER, OrderKind.WATCH));
        if (handOver(node)) {
            watch(node);
        }
    }

    private boolean handOver(NodeStep node) {
        var done = steps.run(node, Step.HANDING_OVER, () -> handedOver(node));
        done.ifPresent(journal.of(node)::handedOver);
        return done.isPresent();
    }

    /** What is not on the host any more, or of another package than the catalogue's now, is staged anew, once. */
    private HandOver handedOver(NodeStep node) {
        try {
            return handedOverOnce(node);
        } catch (ActivityFailure failure) {
            var rule = Agents.isNotStaged(failure) ? stagedAnew() : Workflow.DEFAULT_VERSION;
            if (rule == Workflow.DEFAULT_VERSION) {
                throw failure;
            }
            if (rule > 1) journal.of(node).stagedAnew(Steps.reason(node, failure));
            stage(node);
            return handedOverOnce(node);
        }
    }

    private HandOver handedOverOnce(NodeStep node) {
        return agents.handOver(node).handOver(new HandOverOrder(order(node, OrderKind.HAND_OVER), kernel()));
    }

    /** Upgrades that were held for that before this rule go on without it; under its first version nobody was told. */
    private static int stagedAnew() {
        return Workflow.getVersion("what a handover misses is staged anew", Workflow.DEFAULT_VERSION, 2);
    }

    private void watch(NodeStep node) {
        var soak = settings.soak();
        steps.run(
                        node,
                        Step.WATCHING,
                        () -> agents.watch(node, soak)
                                .verify(new VerifyOrder(order(node, OrderKind.WATCH), kernel(), soak, false)))
                .ifPresent(journal.of(node)::serves);
    }

    /**
     * Waits for the old generations' end, and lets sessions be closed in these openings, or always; a pause breaks it off
     * until the upgrade is resumed.
     */
    void retire(NodeStep node, List<Opening> openings) {
        journal.of(node).retires();
        var spans = openings.stream()
                .map(opening -> new Span(opening.opens(), opening.closes()))
                .toList();
        var retire = steps.pausable(() -> agents.retire(node)
                .retire(new RetireOrder(
                        order(node, OrderKind.RETIRE), kernel(), settings.ageLimit(), settings.pace(), spans)));
        steps.run(node, Step.RETIRING, retire).ifPresent(journal.of(node)::retired);
    }

    /** Closes what an operator wants closed; what stands in its way holds nothing up. */
    void close(CommandRequest.Closing closing) {
        var node = journal.progress().of(closing.nodeId()).node();
        var longest = settings.pace().multipliedBy(closing.confirmed());
        var close = steps.pausable(() -> agents.close(node, longest)
                .closeSessions(new CloseOrder(
                        agents.order(node, journal.progress(), closing),
                        closing.session(),
                        closing.confirmed(),
                        settings.pace(),
                        closing.id())));
        try {
            journal.of(node).closed(Agents.patiently(close));
        } catch (ActivityFailure failure) {
            journal.of(node).notClosed(Steps.reason(node, failure), closedBefore(failure));
        }
    }

    /** As far as its agent has said. */
    private static int closedBefore(ActivityFailure failure) {
        var told = Optional.ofNullable(failure.getCause()).map(cause -> switch (cause) {
            case ApplicationFailure because -> because.getDetails();
            case TimeoutFailure silence -> silence.getLastHeartbeatDetails();
            default -> null;
        });
        try {
            return told.map(closed -> closed.get(Closed.class))
                    .map(Closed::closed)
                    .orElse(0);
        } catch (DataConverterException strange) {
            return 0;
        }
    }

    /** Proves that nothing older is left. */
    void verify(NodeStep node) {
        steps.run(
                        node,
                        Step.RETIRED,
                        () -> agents.verify(node)
                                .verify(new VerifyOrder(order(node, OrderKind.VERIFY), kernel(), Duration.ZERO, true)))
                .ifPresent(journal.of(node)::verified);
    }

    /** Before a step begins on these nodes at once. */
    void signAhead(List<NodeStep> nodes, OrderKind kind) {
        permits.ahead(nodes, journal.progress(), List.of(kind));
    }

    private NodeOrder order(NodeStep node, OrderKind kind) {
        return agents.order(node, journal.progress(), kind);
    }
}
