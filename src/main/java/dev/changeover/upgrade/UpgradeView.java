package dev.changeover.upgrade;

import dev.changeover.node.RetireProgress;
import dev.changeover.task.Task;
import java.util.Map;

/**
 * An upgrade as the ledger has it, with the live figures of nodes whose old generations still retire.
 *
 * @param retiring by node id, as of the agents' last heartbeats; empty when Temporal cannot be reached
 */
public record UpgradeView(Task task, Progress progress, Map<String, RetireProgress> retiring) {
    public UpgradeView {
        retiring = Map.copyOf(retiring);
    }
}
