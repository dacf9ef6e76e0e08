package dev.changeover.node.sandbox;

import dev.changeover.inventory.KernelVersion;
import dev.changeover.node.CloseOrder;
import dev.changeover.node.Closed;
import dev.changeover.node.HandOver;
import dev.changeover.node.HandOverOrder;
import dev.changeover.node.NodeActivities;
import dev.changeover.node.NodeFault;
import dev.changeover.node.NodeOrder;
import dev.changeover.node.NodeState;
import dev.changeover.node.RetireOrder;
import dev.changeover.node.RetireProgress;
import dev.changeover.node.Retirement;
import dev.changeover.node.StageOrder;
import dev.changeover.node.VerifyOrder;
import dev.changeover.node.agent.Breakpoint;
import io.temporal.activity.Activity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The agent of a sandbox node: a small TCP relay in this process, with the same generations and sessions as a real
 * proxy, for demonstrations and tests. {@link SandboxHost} is what would live on without the agent.
 */
final class SandboxNode implements NodeActivities {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final int STARTS_IN_A_MINUTE = 3;

    private final String nodeId;
    private final String machineId;
    private final SandboxFiles files;
    private final SandboxHost host;
    private final SandboxKernels kernels;
    private final SandboxInspection inspection;
    private final Breakpoint breakpoint;
    private final Deque<Instant> starts = new ArrayDeque<>();

    SandboxNode(String nodeId, SandboxFiles files, SandboxHost host, SandboxKernels kernels, Breakpoint breakpoint) {
        this.nodeId = nodeId;
        this.machineId = "sandbox-" + nodeId;
        this.files = files;
        this.host = host;
        this.kernels = kernels;
        this.inspection = new SandboxInspection(nodeId, machineId, files, host, kernels);
        this.breakpoint = breakpoint;
    }

    @Override
    public NodeState inspect(NodeOrder order) {
        refuseOthers(order);
        return look();
    }

    @Override
    public NodeState stage(StageOrder order) {
        refuseOthers(order.node());
        beat(null);
        alone(() -> {
            kernels.sweep();
            kernels.stage(order.kernel(), breakpoint);
            steps().preflight(order.kernel().version(), order.kernel().reportedVersion());
            breakpoint.passed("preflight");
        });
        return look();
    }

    @Override
    public HandOver handOver(HandOverOrder order) {
        refuseOthers(order.node());
        beat(null);
        var began = host.clock().instant();
        var steps = steps();
        alone(() -> steps.to(order.kernel().version(), order.kernel().reportedVersion()));
        return new HandOver(look(), !steps.parts().isEmpty(), began, steps.parts());
    }

    @Override
    public NodeState verify(VerifyOrder order) {
        refuseOthers(order.node());
        interruptibly(() -> new SandboxVerification(host, order).run(() -> beat(null)));
        return look();
    }

    @Override
    public Retirement retire(RetireOrder order) {
        refuseOthers(order.node());
        var before = Activity.getExecutionContext().getHeartbeatDetails(RetireProgress.class);
        var retirement = new SandboxRetirement(host, order, before);
        interruptibly(() -> {
            while (!retirement.done()) {
                beat(retirement.progress());
                breakpoint.passed("choose");
                retirement.closeOne();
                breakpoint.passed("close");
                host.awaitChange(retirement.untilNext(SECOND));
            }
        });
        beat(retirement.progress());
        return new Retirement(look(), retirement.progress());
    }

    @Override
    public Closed closeSessions(CloseOrder order) {
        refuseOthers(order.node());
        var before = Activity.getExecutionContext().getHeartbeatDetails(Closed.class);
        var closing = new SandboxClosing(host, order, before);
        interruptibly(() -> {
            while (!closing.done()) {
                beat(closing.progress());
                closing.closeOne();
                breakpoint.passed("close");
                host.awaitChange(closing.untilNext(SECOND));
            }
        });
        beat(closing.progress());
        return closing.progress();
    }

    /**
     * What the supervisor does every second: if nothing serves, it starts the kernel the node boots. After three starts
     * in a minute it waits until the minute is over.
     */
    void supervise() {
        alone(() -> {
            var boot = files.boot();
            if (boot.isEmpty() || files.maintenance() || serves() || crashLooping()) {
                return;
            }
            noteStart();
            steps().boot(boot.get());
        });
    }

    /** The first start, and the emergency door: this kernel, staged before, where nothing serves. */
    void boot(KernelVersion version) {
        alone(() -> {
            if (!serves()) {
                forgetStarts();
                steps().boot(version);
            }
        });
    }

    /** A handover to the same kernel, with the configuration as the operator has changed it. */
    void reload() {
        alone(() -> {
            for (var generation : host.generations()) {
                if (generation.accepting()) {
                    steps().again(
                                    generation.kernel().version(),
                                    generation.kernel().reportedVersion());
                    return;
                }
            }
        });
    }

    private SandboxHandOver steps() {
        return new SandboxHandOver(files, host, kernels, breakpoint);
    }

    private boolean serves() {
        return host.generations().stream().anyMatch(SandboxGeneration::accepting);
    }

    private synchronized void noteStart() {
        starts.addLast(host.clock().instant());
    }

    private synchronized void forgetStarts() {
        starts.clear();
    }

    private synchronized boolean crashLooping() {
        var now = host.clock().instant();
        while (!starts.isEmpty() && starts.getFirst().plus(MINUTE).isBefore(now)) {
            starts.removeFirst();
        }
        return starts.size() >= STARTS_IN_A_MINUTE;
    }

    private NodeState look() {
        try {
            return inspection.look(crashLooping());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private void refuseOthers(NodeOrder order) {
        var pinned = order.machineId();
        if (!order.nodeId().equals(nodeId) || (pinned != null && !pinned.equals(machineId))) {
            throw NodeFault.WRONG_HOST.because("this is node %s on host %s, the order is for node %s on host %s"
                    .formatted(nodeId, machineId, order.nodeId(), pinned));
        }
    }

    private static void beat(@Nullable Object details) {
        Activity.getExecutionContext().heartbeat(details);
    }

    private interface Deed {
        void run() throws IOException;
    }

    private interface Wait {
        void run() throws InterruptedException;
    }

    private void alone(Deed deed) {
        host.deeds().lock();
        try {
            deed.run();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        } finally {
            host.deeds().unlock();
        }
    }

    private static void interruptibly(Wait wait) {
        try {
            wait.run();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw Activity.wrap(stopped);
        }
    }
}
