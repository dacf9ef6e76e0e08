package dev.changeover.node.agent;

import dev.changeover.node.NodeState;
import dev.changeover.node.NodeState.Problem;
import dev.changeover.node.NodeState.Problem.Kind;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The problems that whoever asked last was told of, as far as the control plane upgrades no node of which it was told so.
 * One may pass although what serves stays the same. Thread-safe.
 */
final class ToldProblems {
    private static final Set<Kind> ABNORMAL =
            EnumSet.of(Kind.NOTHING_SERVES, Kind.SEVERAL_SERVE, Kind.NO_ANSWER, Kind.CRASH_LOOP);

    private volatile Set<Kind> last = Set.of();

    /** Remembers and returns it. */
    NodeState tell(NodeState state) {
        last = abnormal(state);
        return state;
    }

    /** Whether there are others now, or none any more; looks only where there were some. */
    boolean areOthersIn(Supplier<NodeState> now) {
        var before = last;
        return !before.isEmpty() && !abnormal(now.get()).equals(before);
    }

    private static Set<Kind> abnormal(NodeState state) {
        return state.problems().stream()
                .map(Problem::kind)
                .filter(ABNORMAL::contains)
                .collect(Collectors.toSet());
    }
}
