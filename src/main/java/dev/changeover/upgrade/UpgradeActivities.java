package dev.changeover.upgrade;

import dev.changeover.node.NodeState;
import dev.changeover.task.TaskEvent;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import java.util.List;

/** What the workflow needs of inventory and ledger; run as local activities, each may run twice. */
@ActivityInterface(namePrefix = "Upgrade")
public interface UpgradeActivities {

    /** Central prechecks; records the task, refused or running, before it answers. */
    @ActivityMethod
    Admission admit(UpgradeRequest request);

    /** The central prechecks once more, right before the first change; those that failed. */
    @ActivityMethod
    List<Check> recheck(UpgradeRequest request);

    /** Writes progress, events and what was seen on nodes. */
    @ActivityMethod
    void record(Progress progress, List<TaskEvent> events, List<NodeState> seen);
}
