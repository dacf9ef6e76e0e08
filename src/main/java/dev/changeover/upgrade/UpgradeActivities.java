package dev.changeover.upgrade;

import dev.changeover.node.KernelToRun;
import dev.changeover.node.NodeState;
import dev.changeover.task.TaskEvent;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the workflow needs of inventory and ledger; run as local activities, each may run twice. */
@ActivityInterface(namePrefix = "Upgrade")
public interface UpgradeActivities {

    /** Central prechecks; records the task, refused or running, before it answers. */
    @ActivityMethod
    Prepared admit(UpgradeRequest request);

    /** The central prechecks once more, right before the first change; those that failed. */
    @ActivityMethod
    List<Check> recheck(UpgradeRequest request);

    /** Writes progress, events and what was seen on nodes. */
    @ActivityMethod
    void record(Progress progress, List<TaskEvent> events, List<NodeState> seen);

    /**
     * What was found at admission.
     *
     * @param blockers empty when the upgrade may begin
     * @param plan null when it may not
     * @param kernel the target and its packages; null when it may not
     */
    record Prepared(
            List<Check> blockers,
            @Nullable UpgradePlan plan,
            @Nullable KernelToRun kernel) {
        public Prepared {
            blockers = List.copyOf(blockers);
        }
    }
}
