package dev.changeover.upgrade;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.changeover.inventory.KernelVersion;
import dev.changeover.node.KernelToRun;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The whole state of an upgrade; replaced as a whole, served by the query and kept in the ledger.
 *
 * @param target where it goes; another one than was asked for only if that was withdrawn before the first handover
 * @param kernel the target as agents are told of it; null before the admission
 * @param schedule null for an upgrade upon submission
 * @param stopping an operator said stop: no further node is touched
 * @param stale what agents said of nodes may be old: they are asked again before one begins
 * @param next what happens next, in a sentence
 * @param events how many events were recorded
 */
public record Progress(
        UpgradeRequest request,
        KernelVersion target,
        @Nullable KernelToRun kernel,
        @Nullable Schedule schedule,
        Phase phase,
        List<NodeProgress> nodes,
        boolean paused,
        boolean stopping,
        boolean stale,
        String next,
        Result result,
        int events) {

    public Progress {
        // What was written before targets could change says nothing of them.
        target = target == null ? request.target() : target;
        nodes = List.copyOf(nodes);
    }

    public static Progress of(UpgradeRequest request) {
        return new Progress(
                request,
                request.target(),
                null,
                null,
                Phase.ADMISSION,
                List.of(),
                false,
                false,
                false,
                "central prechecks",
                Result.OPEN,
                0);
    }

    /** What the proxy ran when it was asked for. */
    @JsonIgnore
    public KernelVersion from() {
        return request.source();
    }

    /** Nodes done of all nodes, in percent (REQUIREMENTS S11); 100 from the first completion mark on. */
    @JsonIgnore
    public int percent() {
        if (result.servingAt() != null) {
            return 100;
        }
        var serving = nodes.stream().filter(node -> node.step().serves()).count();
        return nodes.isEmpty() ? 0 : (int) (100 * serving / nodes.size());
    }

    /** Nodes that wait for an operator. */
    @JsonIgnore
    public List<NodeProgress> held() {
        return nodes.stream().filter(node -> node.held() != null).toList();
    }

    /** Its phase, or HELD or PAUSED where somebody has to say how to go on. */
    @JsonIgnore
    public String state() {
        return !held().isEmpty() ? "HELD" : paused ? "PAUSED" : phase.name();
    }

    /** Why it is so, or what happens next. */
    @JsonIgnore
    public String stateReason() {
        if (phase == Phase.ENDED) return result.failReason();
        var held = held();
        return held.isEmpty()
                ? paused ? "until somebody says resume" : next
                : held.stream()
                        .map(node -> node.node().name() + ": " + node.held())
                        .collect(Collectors.joining("; "));
    }

    /** Whether a client could already have met the target: from then on there is no way back (REQUIREMENTS S17). */
    @JsonIgnore
    public boolean pointOfNoReturnPassed() {
        return nodes.stream().anyMatch(node -> node.beganAt() != null);
    }

    /**
     * Whether the proxy counts as being changed (REQUIREMENTS P2): from admission, or when it is scheduled from the
     * opening, to the first completion mark. Waiting for a window blocks nothing.
     */
    @JsonIgnore
    public boolean changing() {
        return phase.changing() && (schedule == null || schedule.begun());
    }

    /** Whether its nodes begin in the maintenance window only: it is scheduled, and nobody said start now. */
    @JsonIgnore
    public boolean keepsToWindow() {
        return schedule != null && !schedule.lifted();
    }

    /** Whether no further node is begun, for whatever reason. */
    @JsonIgnore
    public boolean ending() {
        return stopping || phase == Phase.ENDED;
    }

    /** Nodes that were not begun yet, in their order. */
    @JsonIgnore
    public List<UpgradePlan.NodeStep> untouched() {
        return nodes.stream()
                .filter(node -> node.beganAt() == null && node.step() != NodeProgress.Step.SKIPPED)
                .map(NodeProgress::node)
                .toList();
    }

    public NodeProgress of(UpgradePlan.NodeStep step) {
        return of(step.nodeId());
    }

    public NodeProgress of(String nodeId) {
        return nodes.stream()
                .filter(node -> node.node().nodeId().equals(nodeId))
                .findFirst()
                .orElseThrow();
    }

    public Progress node(String nodeId, UnaryOperator<NodeProgress> change) {
        return nodes(nodes.stream()
                .map(node -> node.node().nodeId().equals(nodeId) ? change.apply(node) : node)
                .toList());
    }

    public Progress nodes(List<NodeProgress> all) {
        return new Progress(
                request, target, kernel, schedule, phase, all, paused, stopping, stale, next, result, events);
    }

    public Progress at(Phase now, String then) {
        return new Progress(
                request, target, kernel, schedule, now, nodes, paused, stopping, stale, then, result, events);
    }

    /** Goes to another version from here on. */
    public Progress kernel(KernelToRun another) {
        return new Progress(
                request,
                another.version(),
                another,
                schedule,
                phase,
                nodes,
                paused,
                stopping,
                stale,
                next,
                result,
                events);
    }

    public Progress schedule(@Nullable Schedule planned) {
        return new Progress(
                request, target, kernel, planned, phase, nodes, paused, stopping, stale, next, result, events);
    }

    public Progress next(String then) {
        return at(phase, then);
    }

    public Progress paused(boolean now) {
        return new Progress(
                request, target, kernel, schedule, phase, nodes, now, stopping, stale, next, result, events);
    }

    public Progress stopped() {
        return new Progress(request, target, kernel, schedule, phase, nodes, paused, true, stale, next, result, events);
    }

    public Progress stale(boolean now) {
        return new Progress(
                request, target, kernel, schedule, phase, nodes, paused, stopping, now, next, result, events);
    }

    public Progress result(Result now) {
        return new Progress(
                request, target, kernel, schedule, phase, nodes, paused, stopping, stale, next, now, events);
    }

    public Progress ended(Outcome how, Instant at) {
        return result(result.ended(how, at)).paused(false).at(Phase.ENDED, "nothing");
    }

    /** The same with one more event, which may turn the phase. */
    public Progress after(EventKind kind) {
        var now = kind.phase().orElse(phase);
        return new Progress(
                request, target, kernel, schedule, now, nodes, paused, stopping, stale, next, result, events + 1);
    }
}
