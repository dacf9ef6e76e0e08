package dev.changeover.upgrade.engine;

import dev.changeover.node.RetireProgress;
import dev.changeover.task.Task;
import dev.changeover.upgrade.NodeProgress;
import dev.changeover.upgrade.NodeProgress.Step;
import dev.changeover.upgrade.Progress;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An upgrade as the ledger has it, with the live figures of nodes whose old generations still retire.
 *
 * @param retiring by node id, as of the agents' last heartbeats; empty when Temporal cannot be reached
 * @param expected when every node will serve the target, as far as that can be told; null where it cannot
 * @param temporalPage where Temporal's Web UI shows its run; null where nobody knows
 * @param forced whether {@linkplain ForcedUpgrades#isForced only operators} may pause or stop it
 * @param now when this was true, on the control plane's clock
 */
public record UpgradeView(
        Task task,
        Progress progress,
        Map<String, RetireProgress> retiring,
        @Nullable Instant expected,
        @Nullable String temporalPage,
        boolean forced,
        Instant now) {
    public UpgradeView {
        retiring = Map.copyOf(retiring);
    }

    /** How far a node's retirement is, or how it ended; null before it, and while that is not known. */
    public @Nullable RetireProgress retirement(NodeProgress node) {
        return node.retired() == null ? retiring.get(node.node().nodeId()) : node.retired();
    }

    /**
     * Whether a node's retirement has begun and nobody says how far it is: it is paused or held, or was given up, or
     * neither the agent nor Temporal has spoken.
     */
    public boolean retiresUnseen(NodeProgress node) {
        var begun = node.step() == Step.RETIRING || (node.step() == Step.SKIPPED && node.servingAt() != null);
        return begun && retirement(node) == null;
    }
}
