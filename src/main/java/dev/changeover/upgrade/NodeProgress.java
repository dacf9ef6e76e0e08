package dev.changeover.upgrade;

import dev.changeover.inventory.KernelVersion;
import dev.changeover.node.HandOver;
import dev.changeover.node.NodeState;
import dev.changeover.node.RetireProgress;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One node of an upgrade.
 *
 * @param held why it waits for an operator; null when it does not
 * @param handOver what its handover did; null before it
 * @param retired what became of its old sessions; null before that is over
 * @param seen what its agent saw last; null before the first inspection
 */
public record NodeProgress(
        UpgradePlan.NodeStep node,
        Step step,
        @Nullable String held,
        @Nullable Instant beganAt,
        @Nullable Instant servingAt,
        @Nullable HandOver handOver,
        @Nullable RetireProgress retired,
        @Nullable NodeState seen) {

    /** How far a node is. */
    public enum Step {
        WAITING,
        STAGING,
        STAGED,
        HANDING_OVER,
        WATCHING,
        SERVING,
        RETIRING,
        RETIRED,
        VERIFIED,
        SKIPPED;

        /** Whether the node serves the target. */
        public boolean serves() {
            return compareTo(SERVING) >= 0 && this != SKIPPED;
        }
    }

    static NodeProgress of(UpgradePlan.NodeStep node) {
        return new NodeProgress(node, Step.WAITING, null, null, null, null, null, null);
    }

    /** The kernel version it was last seen to serve. */
    public KernelVersion runs() {
        var state = seen;
        if (state == null) {
            return node.from();
        }
        return state.serving().map(NodeState.Generation::kernel).orElse(node.from());
    }

    /** The next step; a node that was given up stays so. */
    NodeProgress at(Step next) {
        return new NodeProgress(
                node, step == Step.SKIPPED ? step : next, null, beganAt, servingAt, handOver, retired, seen);
    }

    NodeProgress beganAt(Instant at) {
        return new NodeProgress(node, step, held, beganAt == null ? at : beganAt, servingAt, handOver, retired, seen);
    }

    NodeProgress servingAt(Instant at) {
        return new NodeProgress(node, step, held, beganAt, at, handOver, retired, seen);
    }

    NodeProgress holding(@Nullable String reason) {
        return new NodeProgress(node, step, reason, beganAt, servingAt, handOver, retired, seen);
    }

    NodeProgress handedOver(HandOver done) {
        var first = handOver != null && handOver.changed() ? handOver : done;
        return new NodeProgress(node, step, held, beganAt, servingAt, first, retired, done.after());
    }

    NodeProgress retired(RetireProgress total) {
        return new NodeProgress(node, step, held, beganAt, servingAt, handOver, total, seen);
    }

    NodeProgress seen(NodeState state) {
        return new NodeProgress(node, step, held, beganAt, servingAt, handOver, retired, state);
    }
}
