package dev.changeover.upgrade.engine;

import static dev.changeover.node.NodeState.Problem.Kind.CRASH_LOOP;
import static dev.changeover.node.NodeState.Problem.Kind.NOTHING_SERVES;
import static dev.changeover.node.NodeState.Problem.Kind.NO_ANSWER;
import static dev.changeover.node.NodeState.Problem.Kind.SEVERAL_SERVE;

import dev.changeover.inventory.Inventory;
import dev.changeover.inventory.Node;
import dev.changeover.inventory.NodeFacts;
import dev.changeover.node.NodeState;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What agents saw, as the inventory has it.
 *
 * @param inventory what exists
 */
record NodeObservations(Inventory inventory) {
    private static final Set<NodeState.Problem.Kind> ABNORMAL = EnumSet.of(NOTHING_SERVES, SEVERAL_SERVE, NO_ANSWER);

    void saw(List<NodeState> states) {
        states.forEach(this::saw);
    }

    private void saw(NodeState state) {
        var serving = state.serving();
        var isWritten = inventory.observed(new Inventory.Observation(
                state.nodeId(),
                serving.map(NodeState.Generation::kernel).orElse(null),
                status(state),
                state.machineId(),
                state.sessions(),
                state.observedAt(),
                state.look(),
                facts(state)));
        // Another host that answers for the node has no say in the catalogue either.
        if (!isWritten) return;
        serving.ifPresent(generation -> {
            var kernel = generation.kernel();
            if (kernel != null) inventory.runs(state.nodeId(), kernel, generation.reportedVersion());
        });
    }

    private static NodeFacts facts(NodeState state) {
        return new NodeFacts(
                state.agent(),
                state.protocol(),
                state.generations().stream()
                        .map(one -> new NodeFacts.Generation(
                                one.number(), one.reportedVersion(), one.serving(), one.sessions(), one.overAge()))
                        .toList(),
                Stream.concat(
                                state.problems().stream()
                                        .map(problem -> new NodeFacts.Finding(
                                                true, problem.kind().name(), problem.text())),
                                state.warnings().stream().map(text -> new NodeFacts.Finding(false, "", text)))
                        .toList());
    }

    private static Node.Status status(NodeState state) {
        var kinds = state.problems().stream().map(NodeState.Problem::kind).toList();
        if (kinds.contains(CRASH_LOOP)) {
            return Node.Status.CRASH_LOOP;
        }
        return kinds.stream().anyMatch(ABNORMAL::contains) ? Node.Status.ABNORMAL : Node.Status.NORMAL;
    }
}
