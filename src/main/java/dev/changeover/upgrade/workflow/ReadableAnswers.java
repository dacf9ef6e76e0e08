package dev.changeover.upgrade.workflow;

import dev.changeover.node.CloseOrder;
import dev.changeover.node.Closed;
import dev.changeover.node.HandOver;
import dev.changeover.node.HandOverOrder;
import dev.changeover.node.NodeActivities;
import dev.changeover.node.NodeFault;
import dev.changeover.node.NodeOrder;
import dev.changeover.node.NodeState;
import dev.changeover.node.RetireOrder;
import dev.changeover.node.Retirement;
import dev.changeover.node.StageOrder;
import dev.changeover.node.VerifyOrder;
import io.temporal.api.enums.v1.RetryState;
import io.temporal.common.converter.DataConverterException;
import io.temporal.failure.ActivityFailure;
import io.temporal.workflow.Functions;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A node's agent, of whose answers those that cannot be read fail their step: whoever reaches Temporal may answer for it,
 * and a workflow that cannot go on from an answer would try to for ever.
 */
record ReadableAnswers(NodeActivities agent) implements NodeActivities {
    @Override
    public NodeState inspect(NodeOrder order) {
        return read("NodeInspect", order, () -> agent.inspect(order), NodeState::nodeId);
    }

    @Override
    public NodeState stage(StageOrder order) {
        return read("NodeStage", order.node(), () -> agent.stage(order), NodeState::nodeId);
    }

    @Override
    public HandOver handOver(HandOverOrder order) {
        return read(
                "NodeHandOver",
                order.node(),
                () -> agent.handOver(order),
                done -> done.after().nodeId());
    }

    @Override
    public NodeState verify(VerifyOrder order) {
        return read("NodeVerify", order.node(), () -> agent.verify(order), NodeState::nodeId);
    }

    @Override
    public Retirement retire(RetireOrder order) {
        return read(
                "NodeRetire",
                order.node(),
                () -> agent.retire(order),
                done -> done.after().nodeId());
    }

    @Override
    public Closed closeSessions(CloseOrder order) {
        return read("NodeCloseSessions", order.node(), () -> agent.closeSessions(order), Closed::nodeId);
    }

    private static <T> T read(
            String activity, NodeOrder order, Functions.Func<@Nullable T> answer, Function<T, @Nullable String> about) {
        @Nullable T read;
        try {
            read = answer.apply();
        } catch (DataConverterException unreadable) {
            read = null;
        }
        if (read == null || !order.nodeId().equals(about.apply(read))) {
            throw unreadable(activity, order);
        }
        return read;
    }

    private static ActivityFailure unreadable(String activity, NodeOrder order) {
        return new ActivityFailure(
                "unreadable",
                0,
                0,
                activity,
                "",
                RetryState.RETRY_STATE_NON_RETRYABLE_FAILURE,
                order.nodeId(),
                NodeFault.NO_ANSWER.because(
                        "the answer to %s is not one that an agent of this version gives".formatted(activity)));
    }
}
