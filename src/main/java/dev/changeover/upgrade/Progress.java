package dev.changeover.upgrade;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.changeover.inventory.KernelVersion;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The whole state of an upgrade; replaced as a whole, served by the query and kept in the ledger.
 *
 * @param next what happens next, in a sentence
 * @param blockers why it was refused; empty otherwise
 * @param failReason why the task failed; empty otherwise
 * @param stopping an operator said stop: no further node is touched
 * @param servingAt when every node served the target (the first completion mark); null before it
 * @param endedAt when the upgrade was over altogether; null before it
 * @param events how many events were recorded
 */
public record Progress(
        UpgradeRequest request,
        Phase phase,
        KernelVersion from,
        KernelVersion target,
        List<NodeProgress> nodes,
        boolean paused,
        boolean stopping,
        String next,
        List<Check> blockers,
        String failReason,
        @Nullable Outcome outcome,
        @Nullable Instant servingAt,
        @Nullable Instant endedAt,
        int events) {

    public Progress {
        nodes = List.copyOf(nodes);
        blockers = List.copyOf(blockers);
    }

    static Progress of(UpgradeRequest request) {
        return new Progress(
                request,
                Phase.ADMISSION,
                request.source(),
                request.target(),
                List.of(),
                false,
                false,
                "central prechecks",
                List.of(),
                "",
                null,
                null,
                null,
                0);
    }

    /** Nodes done of all nodes, in percent (REQUIREMENTS S11); 100 from the first completion mark on. */
    public int percent() {
        if (servingAt != null) {
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

    /** Whether a client could already have met the target: from then on there is no way back (REQUIREMENTS S17). */
    @JsonIgnore
    public boolean touched() {
        return nodes.stream().anyMatch(node -> node.beganAt() != null);
    }

    NodeProgress of(UpgradePlan.NodeStep step) {
        return nodes.stream()
                .filter(node -> node.node().nodeId().equals(step.nodeId()))
                .findFirst()
                .orElseThrow();
    }

    Progress node(String nodeId, UnaryOperator<NodeProgress> change) {
        return nodes(nodes.stream()
                .map(node -> node.node().nodeId().equals(nodeId) ? change.apply(node) : node)
                .toList());
    }

    Progress nodes(List<NodeProgress> all) {
        return new Progress(
                request,
                phase,
                from,
                target,
                all,
                paused,
                stopping,
                next,
                blockers,
                failReason,
                outcome,
                servingAt,
                endedAt,
                events);
    }

    Progress at(Phase now, String then) {
        return new Progress(
                request,
                now,
                from,
                target,
                nodes,
                paused,
                stopping,
                then,
                blockers,
                failReason,
                outcome,
                servingAt,
                endedAt,
                events);
    }

    Progress next(String then) {
        return at(phase, then);
    }

    Progress paused(boolean now) {
        return new Progress(
                request,
                phase,
                from,
                target,
                nodes,
                now,
                stopping,
                next,
                blockers,
                failReason,
                outcome,
                servingAt,
                endedAt,
                events);
    }

    Progress stopped() {
        return new Progress(
                request,
                phase,
                from,
                target,
                nodes,
                paused,
                true,
                next,
                blockers,
                failReason,
                outcome,
                servingAt,
                endedAt,
                events);
    }

    Progress refused(List<Check> by) {
        return new Progress(
                request,
                phase,
                from,
                target,
                nodes,
                paused,
                stopping,
                next,
                by,
                Check.sentences(by),
                outcome,
                servingAt,
                endedAt,
                events);
    }

    Progress failing(String reason) {
        return new Progress(
                request, phase, from, target, nodes, paused, stopping, next, blockers, reason, outcome, servingAt,
                endedAt, events);
    }

    Progress servingSince(Instant at) {
        return new Progress(
                request,
                phase,
                from,
                target,
                nodes,
                paused,
                stopping,
                next,
                blockers,
                failReason,
                outcome,
                at,
                endedAt,
                events);
    }

    Progress ended(Outcome how, Instant at) {
        return new Progress(
                request,
                Phase.ENDED,
                from,
                target,
                nodes,
                false,
                stopping,
                "nothing",
                blockers,
                failReason,
                how,
                servingAt,
                at,
                events);
    }

    Progress events(int count) {
        return new Progress(
                request,
                phase,
                from,
                target,
                nodes,
                paused,
                stopping,
                next,
                blockers,
                failReason,
                outcome,
                servingAt,
                endedAt,
                count);
    }
}
