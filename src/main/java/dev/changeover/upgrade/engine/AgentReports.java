package dev.changeover.upgrade.engine;

import dev.changeover.inventory.Inventory;
import dev.changeover.node.AgentReturn;
import dev.changeover.node.NodeState;
import dev.changeover.node.OrderRefusal;
import dev.changeover.task.TaskLedger;
import dev.changeover.upgrade.InspectActivities;
import dev.changeover.upgrade.UpgradeActivities;
import dev.changeover.upgrade.UpgradePlan;
import io.temporal.api.enums.v1.PendingActivityState;
import io.temporal.client.ActivityNotExistsException;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowExecutionDescription;
import io.temporal.failure.ApplicationErrorCategory;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** What agents say, by themselves or asked to look. Every method may run twice. */
public final class AgentReports implements InspectActivities {
    /** Everybody who reaches Temporal can say what an agent says. */
    private static final String NAME_OF_A_KEY = "[0-9a-f]{16}";

    private final Inventory inventory;
    private final TaskLedger ledger;
    private final TemporalCalls temporal;
    private final NodeObservations observations;
    private final Consumer<OrderRefusal> refusals;

    /** @param refusals hears what orders agents refused */
    public AgentReports(
            Inventory inventory, TaskLedger ledger, TemporalCalls temporal, Consumer<OrderRefusal> refusals) {
        this.inventory = inventory;
        this.ledger = ledger;
        this.temporal = temporal;
        this.observations = new NodeObservations(inventory);
        this.refusals = refusals;
    }

    @Override
    public List<UpgradePlan.NodeStep> nodes(String proxyId) {
        return inventory.proxy(proxyId).stream()
                .flatMap(proxy -> proxy.nodes().stream())
                .map(node -> UpgradePlan.NodeStep.of(node, Duration.ZERO))
                .toList();
    }

    @Override
    public void saw(List<NodeState> states) {
        observations.saw(states);
        if (!states.isEmpty() && states.stream().allMatch(state -> isUnknown(state.nodeId()))) {
            throw ApplicationFailure.newBuilder()
                    .setMessage("node %s is not registered"
                            .formatted(states.getFirst().nodeId()))
                    .setType(UpgradeActivities.NOT_REGISTERED)
                    .setNonRetryable(true)
                    .setCategory(ApplicationErrorCategory.BENIGN) // no fault of the server's for its log to tell
                    .build();
        }
    }

    private boolean isUnknown(String nodeId) {
        return inventory.node(nodeId).isEmpty();
    }

    @Override
    public void refused(OrderRefusal refusal) {
        refusals.accept(refusal);
    }

    /**
     * Tells Temporal that the steps which an earlier process was given are done by nobody: it then gives them out again
     * after a second, where it would else wait for a heartbeat's time-out.
     */
    @Override
    public void returned(AgentReturn agent) {
        if (agent.key() != null && agent.key().matches(NAME_OF_A_KEY)) {
            inventory.goesBy(agent.nodeId(), agent.key());
        }
        inventory.node(agent.nodeId()).stream()
                .flatMap(node -> ledger.openOf(List.of(node.proxyId())).stream())
                .forEach(task -> temporal.inTime("the steps of job " + task.jobId(), stub -> {
                    TemporalCalls.running(stub, task.proxyId(), task.jobId())
                            .ifPresent(run -> beginAnew(stub, run, agent));
                    return task;
                }));
    }

    private static void beginAnew(WorkflowClient stub, WorkflowExecutionDescription run, AgentReturn agent) {
        var execution = run.getExecution();
        run.getRawDescription().getPendingActivitiesList().stream()
                .filter(step -> step.getState() != PendingActivityState.PENDING_ACTIVITY_STATE_SCHEDULED)
                .filter(step -> agent.follows(step.getLastWorkerIdentity()))
                .forEach(step -> {
                    try {
                        stub.newActivityCompletionClient()
                                .completeExceptionally(
                                        execution.getWorkflowId(),
                                        Optional.of(execution.getRunId()),
                                        step.getActivityId(),
                                        restarted());
                    } catch (ActivityNotExistsException over) {
                        // It came to its end, or to its time-out, in between.
                    }
                });
    }

    private static ApplicationFailure restarted() {
        return ApplicationFailure.newBuilder()
                .setMessage("the agent was restarted in the middle of this step, which begins anew")
                .setType(AgentReturn.RESTARTED)
                .setNextRetryDelay(Duration.ofSeconds(1))
                .build();
    }
}
