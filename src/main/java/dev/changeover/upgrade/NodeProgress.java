package dev.changeover.upgrade;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.changeover.inventory.KernelVersion;
import dev.changeover.node.HandOver;
import dev.changeover.node.NodeState;
import dev.changeover.node.RetireProgress;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One node of an upgrade.
 *
 * @param held why it waits for an operator; null when it does not
 * @param heldFor how long it waited while it was at work, for operators and for the opening in which it is tried again
 * @param handOver what its handover did; null before it
 * @param retired what became of its old sessions; null before that is over
 * @param seen what its agent saw last; null before the first inspection
 * @param closedByOrder sessions that an operator had closed, whatever their age
 * @param decision what an operator said of a held node, until it is acted on; null otherwise
 */
public record NodeProgress(
        UpgradePlan.NodeStep node,
        Step step,
        @Nullable String held,
        @Nullable Instant beganAt,
        @Nullable Instant servingAt,
        Duration heldFor,
        @Nullable HandOver handOver,
        @Nullable RetireProgress retired,
        @Nullable NodeState seen,
        int closedByOrder,
        @Nullable Command decision) {

    public NodeProgress {
        // What was written before holds were timed says nothing of them.
        heldFor = heldFor == null ? Duration.ZERO : heldFor;
    }

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

        /** How much of a node's way is behind it, in percent of all steps; nothing of a skipped one. */
        public int percent() {
            return this == SKIPPED ? 0 : 100 * ordinal() / VERIFIED.ordinal();
        }

        /** Whether the node serves the target. */
        public boolean serves() {
            return compareTo(SERVING) >= 0 && this != SKIPPED;
        }
    }

    public static NodeProgress of(UpgradePlan.NodeStep node) {
        return new NodeProgress(node, Step.WAITING, null, null, null, Duration.ZERO, null, null, null, 0, null);
    }

    /** The kernel version it was last seen to serve; one that is silent at its last look is what its handover proved. */
    public KernelVersion runs() {
        return Optional.ofNullable(seen)
                .flatMap(NodeState::serving)
                .map(NodeState.Generation::kernel)
                .or(() -> proved().map(HandOver.Proved::kernel))
                .orElse(node.from());
    }

    /** The number of the generation that its handover made, in its agent's count; 0 before it. */
    @JsonIgnore
    public int generation() {
        return proved().map(HandOver.Proved::generation)
                .or(() -> Optional.ofNullable(handOver)
                        .flatMap(done -> done.after().serving())
                        .map(NodeState.Generation::number))
                .orElse(0);
    }

    private Optional<HandOver.Proved> proved() {
        return Optional.ofNullable(handOver).map(HandOver::proved);
    }

    /** How long it took from its beginning until it was found good, holds left out; empty before that. */
    public Optional<Duration> took() {
        return beganAt == null || servingAt == null
                ? Optional.empty()
                : Optional.of(Duration.between(beganAt, servingAt).minus(heldFor));
    }

    public NodeProgress heldFor(Duration longer) {
        var isTimed = beganAt != null && servingAt == null;
        var all = isTimed ? heldFor.plus(longer) : heldFor;
        return with(step, held, beganAt, servingAt, all, handOver, retired, seen, closedByOrder, decision);
    }

    /** The next step; a node that was given up stays so. */
    public NodeProgress at(Step next) {
        var now = step == Step.SKIPPED ? step : next;
        return with(now, null, beganAt, servingAt, heldFor, handOver, retired, seen, closedByOrder, null);
    }

    public NodeProgress beganAt(Instant at) {
        var first = beganAt == null ? at : beganAt;
        return with(step, held, first, servingAt, heldFor, handOver, retired, seen, closedByOrder, decision);
    }

    public NodeProgress servingAt(Instant at) {
        return with(step, held, beganAt, at, heldFor, handOver, retired, seen, closedByOrder, decision);
    }

    public NodeProgress holding(String reason) {
        return held(reason, null);
    }

    /** Not held from here on, so that of two commands at once the second is refused. */
    public NodeProgress decided(Command by) {
        return held(null, by);
    }

    private NodeProgress held(@Nullable String reason, @Nullable Command by) {
        return with(step, reason, beganAt, servingAt, heldFor, handOver, retired, seen, closedByOrder, by);
    }

    public NodeProgress handedOver(HandOver done) {
        var first = handOver != null && handOver.changed() ? handOver : done;
        return with(step, held, beganAt, servingAt, heldFor, first, retired, done.after(), closedByOrder, decision);
    }

    public NodeProgress retired(RetireProgress total) {
        return with(step, held, beganAt, servingAt, heldFor, handOver, total, seen, closedByOrder, decision);
    }

    public NodeProgress closedByOrder(int more) {
        return with(step, held, beganAt, servingAt, heldFor, handOver, retired, seen, closedByOrder + more, decision);
    }

    public NodeProgress seen(NodeState state) {
        return with(step, held, beganAt, servingAt, heldFor, handOver, retired, state, closedByOrder, decision);
    }

    /** The same node with all that can change. */
    private NodeProgress with(
            Step step,
            @Nullable String held,
            @Nullable Instant beganAt,
            @Nullable Instant servingAt,
            Duration heldFor,
            @Nullable HandOver handOver,
            @Nullable RetireProgress retired,
            @Nullable NodeState seen,
            int closedByOrder,
            @Nullable Command decision) {
        return new NodeProgress(
                node, step, held, beganAt, servingAt, heldFor, handOver, retired, seen, closedByOrder, decision);
    }
}
