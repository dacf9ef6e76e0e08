package dev.changeover.upgrade;

import dev.changeover.inventory.KernelVersion;
import dev.changeover.node.KernelToRun;
import dev.changeover.node.NodeState;
import dev.changeover.node.OrderKind;
import dev.changeover.node.Permit;
import dev.changeover.task.TaskEvent;
import dev.changeover.window.Opening;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The workflow's access to inventory and ledger; run as local activities but for one, each may run twice. */
@ActivityInterface(namePrefix = "Upgrade")
public interface UpgradeActivities {

    /** Central prechecks; records the task, refused or running, before it answers. */
    @ActivityMethod
    Prepared admit(UpgradeRequest request);

    /**
     * The central prechecks once more, right before a node begins. Without a blocker the instance belongs to this job
     * until its last node is through or it waits for another window: no other changes it meanwhile (REQUIREMENTS P2).
     *
     * @return before the first handover, the newest version in place of a scheduled one that was withdrawn
     */
    @ActivityMethod
    Prepared recheck(Progress progress, Instant now);

    /**
     * Succeeds when the central prechecks find nothing and it is the upgrade's turn; until then each try fails, and
     * says when the next one is worth it. No local activity: Temporal tries it again without an event in the history.
     */
    @ActivityMethod
    void awaitSlot(Progress progress);

    /** The openings of a window that are open at the instant or open after it, in order. */
    @ActivityMethod
    List<Opening> openings(String window, Instant from, int count);

    /** Writes progress, events and what was seen on nodes. */
    @ActivityMethod
    void record(Progress progress, List<TaskEvent> events, List<NodeState> seen);

    /**
     * Signs orders to agents, in this sequence: what they say is taken from the ledger, not from the workflow, and only
     * what the REST interface wrote down of the job is signed.
     *
     * @throws io.temporal.failure.ApplicationFailure for good, with {@link #NOT_INSTRUCTED}, if nobody asked for that,
     *     and with {@link #NODE_GONE} for a node that the proxy has not
     */
    @ActivityMethod
    List<Signed> sign(String jobId, List<Wanted> orders);

    /** The type of the failure when Temporal asks for something that the REST interface did not write down. */
    String NOT_INSTRUCTED = "NOT_INSTRUCTED";

    /** The type of the failure when a node of the plan was taken away from the proxy. */
    String NODE_GONE = "NODE_GONE";

    /** The type of the failure when the proxy, or an agent's node, is not registered, or not any more. */
    String NOT_REGISTERED = "NOT_REGISTERED";

    /**
     * @param version what the node is to serve; not looked at for a look or a closing
     * @param generation the one that the upgrade has made, as in {@link dev.changeover.node.NodeOrder}: only the agent
     *     can have said which
     * @param closing which one is meant; null for all other orders
     */
    record Wanted(
            OrderKind kind,
            String nodeId,
            KernelVersion version,
            int generation,
            CommandRequest.@Nullable Closing closing) {}

    /** A signature for one order to a node. */
    record Signed(OrderKind kind, String nodeId, Permit permit) {}

    /**
     * @param blockers empty when the upgrade may begin
     * @param plan null when it may not
     * @param kernel the target and its packages; null when it may not
     * @param schedule when it may begin; null when it may at once
     * @param signed for what comes next on the nodes
     */
    record Prepared(
            List<Check> blockers,
            @Nullable UpgradePlan plan,
            @Nullable KernelToRun kernel,
            @Nullable Schedule schedule,
            List<Signed> signed) {
        public Prepared {
            blockers = List.copyOf(blockers);
            signed = List.copyOf(signed);
        }

        public static Prepared not(List<Check> blockers) {
            return new Prepared(blockers, null, null, null, List.of());
        }
    }
}
