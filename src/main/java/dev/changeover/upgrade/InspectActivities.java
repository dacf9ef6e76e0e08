package dev.changeover.upgrade;

import dev.changeover.node.AgentReturn;
import dev.changeover.node.NodeState;
import dev.changeover.node.OrderRefusal;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import java.util.List;

/** The inventory's part of an inspection; run as local activities, each may run twice. */
@ActivityInterface(namePrefix = "Inspect")
public interface InspectActivities {

    /** Every node of the proxy, with the queue of its agent. */
    @ActivityMethod
    List<UpgradePlan.NodeStep> nodes(String proxyId);

    /**
     * Writes what agents saw; an older observation changes nothing.
     *
     * @throws io.temporal.failure.ApplicationFailure for good, with {@link UpgradeActivities#NOT_REGISTERED}, if none of
     *     their nodes is registered: it ends the workflow that an agent started, and so the agent hears of it
     */
    @ActivityMethod
    void saw(List<NodeState> states);

    /** Puts into the audit trail that an agent refused an order. */
    @ActivityMethod
    void refused(OrderRefusal refusal);

    /** Lets every step begin anew that an earlier process of the agent had been given. */
    @ActivityMethod
    void returned(AgentReturn agent);
}
