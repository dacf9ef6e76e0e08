package dev.changeover.upgrade.workflow;

import dev.changeover.node.NodeActivities;
import dev.changeover.node.NodeFault;
import dev.changeover.node.NodeOrder;
import dev.changeover.node.OrderKind;
import dev.changeover.node.Permit;
import dev.changeover.upgrade.CommandRequest.Closing;
import dev.changeover.upgrade.Progress;
import dev.changeover.upgrade.UpgradeActivities;
import dev.changeover.upgrade.UpgradePlan.NodeStep;
import dev.changeover.upgrade.UpgradeSettings;
import io.temporal.activity.ActivityCancellationType;
import io.temporal.activity.ActivityOptions;
import io.temporal.api.enums.v1.TimeoutType;
import io.temporal.common.RetryOptions;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.TimeoutFailure;
import io.temporal.workflow.Functions;
import io.temporal.workflow.Workflow;
import java.time.Duration;

/** The agents of a proxy's nodes, each behind its own queue, with the timeouts of each step. */
final class Agents {

    /** A probe takes seconds on a busy host, also where a database or a generation lets the agent wait for its limit. */
    private static final Duration PROBE = Duration.ofSeconds(30);

    /** A large package over a slow line; the agent heartbeats while it works. */
    private static final Duration STAGE = Duration.ofHours(1);

    /** Start, checks, proof and confirmation, each with a limit of its own in the agent. */
    private static final Duration HAND_OVER = Duration.ofMinutes(5);

    /** Added to the soak: looking takes seconds. */
    private static final Duration VERIFY = Duration.ofMinutes(5);

    /** Sessions younger than the limit live until they reach it; this only bounds a forgotten one. */
    private static final Duration RETIRE = Duration.ofDays(60);

    /** Added to what the pace needs. */
    private static final Duration CLOSE = Duration.ofMinutes(5);

    /** An agent that is silent for so long in the middle of a step is restarted or dead. */
    private static final Duration SIGN_OF_LIFE = Duration.ofMinutes(1);

    /** Long enough that a restart of the host does not count. */
    private static final Duration RETIRE_SIGN_OF_LIFE = Duration.ofMinutes(5);

    /** Five in a row hold the upgrade. */
    static final int ATTEMPTS = OrderKind.HAND_OVER.attempts();

    private final Duration agentPickupTimeout;
    private final Duration ageLimit;
    private final Permits permits;

    Agents(UpgradeSettings settings, Permits permits) {
        this.agentPickupTimeout = settings.agentPickupTimeout();
        this.ageLimit = settings.ageLimit();
        this.permits = permits;
    }

    /** Asked once more where nothing is answered: Temporal's word to an agent may get lost. */
    NodeActivities probe(NodeStep node) {
        return probe(node, agentPickupTimeout, PROBE.multipliedBy(2).plusSeconds(5));
    }

    /** For a person, who waits: however soon it has to be picked up, the answer has its time, once. */
    static NodeActivities probe(NodeStep node, Duration agentPickupTimeout) {
        return probe(node, agentPickupTimeout, PROBE);
    }

    private static NodeActivities probe(NodeStep node, Duration agentPickupTimeout, Duration inAll) {
        return stub(
                node,
                "look at " + node.name(),
                ActivityOptions.newBuilder()
                        .setScheduleToStartTimeout(agentPickupTimeout.compareTo(PROBE) < 0 ? agentPickupTimeout : PROBE)
                        .setStartToCloseTimeout(PROBE)
                        .setScheduleToCloseTimeout(inAll)
                        .setRetryOptions(attempts(2)));
    }

    NodeActivities stage(NodeStep node) {
        return stub(node, "bring the kernel to " + node.name(), step(STAGE));
    }

    NodeActivities handOver(NodeStep node) {
        return stub(node, "hand over " + node.name(), step(HAND_OVER));
    }

    NodeActivities watch(NodeStep node, Duration soak) {
        return stub(node, "watch " + node.name(), step(VERIFY.plus(soak)));
    }

    NodeActivities verify(NodeStep node) {
        return stub(node, "verify " + node.name(), step(VERIFY));
    }

    NodeActivities retire(NodeStep node) {
        return stub(
                node,
                "retire old sessions of " + node.name(),
                step(RETIRE)
                        .setHeartbeatTimeout(RETIRE_SIGN_OF_LIFE)
                        .setCancellationType(ActivityCancellationType.WAIT_CANCELLATION_COMPLETED)
                        .setRetryOptions(attempts(OrderKind.RETIRE.attempts())));
    }

    NodeActivities close(NodeStep node, Duration paced) {
        return stub(
                node,
                "close sessions of " + node.name() + " by order",
                step(CLOSE.plus(paced)).setCancellationType(ActivityCancellationType.WAIT_CANCELLATION_COMPLETED));
    }

    /** The order that names the node and the host it is pinned to, signed for this kind of step. */
    NodeOrder order(NodeStep node, Progress progress, OrderKind kind) {
        return order(node, progress, permits.take(node, kind, progress));
    }

    /** The same for a closing. */
    NodeOrder order(NodeStep node, Progress progress, Closing closing) {
        return order(node, progress, permits.take(node, closing, progress));
    }

    private NodeOrder order(NodeStep node, Progress progress, Permit permit) {
        var known = progress.of(node);
        var seen = known.seen();
        return new NodeOrder(
                node.nodeId(),
                seen == null ? node.machineId() : seen.machineId(),
                ageLimit,
                known.generation(),
                permit);
    }

    /**
     * Runs an activity; Temporal does not retry one that nobody picked up, so that is counted here. An order may be too old
     * when Temporal repeats it after it was away: so one that is stale is signed anew, once.
     */
    static <T> T patiently(Functions.Func<T> activity) {
        var signedAnew = false;
        for (int attempt = 1; ; attempt++) {
            try {
                return activity.apply();
            } catch (ActivityFailure failure) {
                var stale = !signedAnew && isStale(failure) && isSignedAnew();
                if (!stale && !isSilence(failure) || attempt == ATTEMPTS) {
                    throw failure;
                }
                signedAnew |= stale;
            }
        }
    }

    private static boolean isStale(ActivityFailure failure) {
        return isOf(failure, NodeFault.STALE_ORDER.name());
    }

    /** Whether the kernel is not on the node's host. */
    static boolean isNotStaged(ActivityFailure failure) {
        return isOf(failure, NodeFault.NO_PACKAGE.name());
    }

    private static boolean isOf(ActivityFailure failure, String type) {
        return failure.getCause() instanceof ApplicationFailure because && type.equals(because.getType());
    }

    /** Upgrades that were held for that before this rule go on without it. */
    private static boolean isSignedAnew() {
        return Workflow.getVersion("an order that is stale is signed anew", Workflow.DEFAULT_VERSION, 1) == 1;
    }

    /** Whether nobody picked the activity up. */
    static boolean isSilence(ActivityFailure failure) {
        return isTimeout(failure, TimeoutType.TIMEOUT_TYPE_SCHEDULE_TO_START);
    }

    /** Whether no order is signed for the node, because its proxy has it no more. */
    static boolean isGone(ActivityFailure failure) {
        return isOf(failure, UpgradeActivities.NODE_GONE);
    }

    /** Whether a probe had no answer, picked up or not. */
    static boolean isUnanswered(ActivityFailure failure) {
        return isTimeout(failure, TimeoutType.TIMEOUT_TYPE_SCHEDULE_TO_CLOSE)
                || failure.getActivityType().equals("NodeInspect")
                        && isTimeout(failure, TimeoutType.TIMEOUT_TYPE_START_TO_CLOSE);
    }

    private static boolean isTimeout(ActivityFailure failure, TimeoutType type) {
        return failure.getCause() instanceof TimeoutFailure timeout && timeout.getTimeoutType() == type;
    }

    private ActivityOptions.Builder step(Duration startToClose) {
        return ActivityOptions.newBuilder()
                .setScheduleToStartTimeout(agentPickupTimeout)
                .setStartToCloseTimeout(startToClose)
                .setHeartbeatTimeout(SIGN_OF_LIFE)
                .setRetryOptions(attempts(ATTEMPTS));
    }

    private static RetryOptions attempts(int most) {
        return RetryOptions.newBuilder()
                .setInitialInterval(Duration.ofSeconds(1))
                .setMaximumInterval(Duration.ofMinutes(1))
                .setMaximumAttempts(most)
                .build();
    }

    private static NodeActivities stub(NodeStep node, String summary, ActivityOptions.Builder options) {
        return new ReadableAnswers(Workflow.newActivityStub(
                NodeActivities.class,
                options.setTaskQueue(node.taskQueue()).setSummary(summary).build()));
    }
}
