package dev.changeover.bench;

import dev.changeover.node.CloseOrder;
import dev.changeover.node.Closed;
import dev.changeover.node.HandOver;
import dev.changeover.node.HandOverOrder;
import dev.changeover.node.NodeActivities;
import dev.changeover.node.NodeOrder;
import dev.changeover.node.NodeState;
import dev.changeover.node.RetireOrder;
import dev.changeover.node.RetireProgress;
import dev.changeover.node.Retirement;
import dev.changeover.node.StageOrder;
import dev.changeover.node.VerifyOrder;
import dev.changeover.upgrade.workflow.ScriptedNodes;
import io.temporal.activity.Activity;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * Agents that answer at once and whose old sessions stay until they are told to stop. Twice a second each says something
 * new: ten clients, of which the first has the time as its name.
 */
final class RetiringNodes implements NodeActivities {
    private static final long HALF_A_SECOND = 500_000_000;
    private static final int LEFT = 41;

    private final ScriptedNodes scripted = new ScriptedNodes();
    private volatile boolean over;

    void end() {
        over = true;
    }

    @Override
    public NodeState inspect(NodeOrder order) {
        return scripted.inspect(order);
    }

    @Override
    public NodeState stage(StageOrder order) {
        return scripted.stage(order);
    }

    @Override
    public HandOver handOver(HandOverOrder order) {
        return scripted.handOver(order);
    }

    @Override
    public NodeState verify(VerifyOrder order) {
        return scripted.verify(order);
    }

    @Override
    public Closed closeSessions(CloseOrder order) {
        return scripted.closeSessions(order);
    }

    @Override
    public Retirement retire(RetireOrder order) {
        var node = order.node().nodeId();
        var execution = Activity.getExecutionContext();
        var beats = execution.getWorkflowClient().newActivityCompletionClient();
        while (!over) {
            beats.heartbeat(execution.getTaskToken(), progress(node, LEFT));
            LockSupport.parkNanos(HALF_A_SECOND);
        }
        return new Retirement(scripted.state(node), progress(node, 0));
    }

    private static RetireProgress progress(String node, int left) {
        var holders = IntStream.range(0, Math.min(10, left))
                .mapToObj(number -> new RetireProgress.Holder(
                        "1-0x%d.2-10.0.0.9:5000".formatted(number),
                        number == 0 ? "at:" + System.currentTimeMillis() : "10.0.0.9:500" + number,
                        1,
                        86_000L - number,
                        RetireProgress.State.IDLE,
                        "orders",
                        "the shop's application server"))
                .toList();
        return new RetireProgress(
                node,
                left,
                0,
                left == 0 ? 0 : 86_000,
                new RetireProgress.Doing(left, 0, 0, 0),
                null,
                holders,
                List.of());
    }
}
