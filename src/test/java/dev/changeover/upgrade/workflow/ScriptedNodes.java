package dev.changeover.upgrade.workflow;

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
import io.temporal.activity.Activity;
import io.temporal.client.ActivityCompletionException;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Agents that do as a test says: they keep what was asked of them, and fail where they are told to. */
public final class ScriptedNodes implements NodeActivities {
    public static final KernelVersion OLD = KernelVersion.of("2.6.12.3");
    public static final KernelVersion NEW = KernelVersion.of("2.6.12.4");

    /** What changed something, in order: {@code n2 handOver}. */
    public final List<String> deeds = new CopyOnWriteArrayList<>();

    /** From which age on inspections counted sessions as old. */
    public final Set<Duration> ageLimits = ConcurrentHashMap.newKeySet();

    /** What was asked of them, failures and repetitions included; looking is not noted. */
    public final List<String> asked = new CopyOnWriteArrayList<>();

    /** How each node was to retire, as it was said last. */
    final Map<String, RetireOrder> retirements = new ConcurrentHashMap<>();

    private final Map<String, List<Integer>> retiredBefore = new ConcurrentHashMap<>();

    /** For the sake of which generations older ones of a node were to retire, in order. */
    List<Integer> retiredBefore(String nodeId) {
        return retiredBefore.getOrDefault(nodeId, List.of());
    }

    /** What was to be closed by order. */
    public final List<CloseOrder> closings = new CopyOnWriteArrayList<>();

    /** Retirements that were told to stop and did, by node. */
    final List<String> brokenOff = new CopyOnWriteArrayList<>();

    private volatile Duration beats = Duration.ofMillis(20);
    private final Map<String, Runnable> meanwhile = new ConcurrentHashMap<>();
    private final Set<String> silentAfter = ConcurrentHashMap.newKeySet();
    private final Map<String, NodeFault> failing = new ConcurrentHashMap<>();
    private final Map<String, Integer> failuresLeft = new ConcurrentHashMap<>();
    private final Map<String, KernelVersion> serving = new ConcurrentHashMap<>();
    private final Map<String, Integer> generations = new ConcurrentHashMap<>();
    private final Map<String, NodeState.Problem> problems = new ConcurrentHashMap<>();
    private volatile boolean oldSessionsStay;
    private volatile int youngestToStay = Integer.MAX_VALUE;
    volatile int protocol = NodeState.PROTOCOL;
    volatile Duration clockAhead = Duration.ZERO;

    /** How often a step was asked of any node. */
    long asked(String step) {
        return asked.stream().filter(deed -> deed.endsWith(" " + step)).count();
    }

    /** From now on this step of this node fails. */
    public void fail(String nodeAndStep, NodeFault fault) {
        failing.put(nodeAndStep, fault);
    }

    /** The next so many times this step of this node fails. */
    void fail(String nodeAndStep, NodeFault fault, int times) {
        failuresLeft.put(nodeAndStep, times);
        fail(nodeAndStep, fault);
    }

    /** From now on it works again. */
    public void mend(String nodeAndStep) {
        failing.remove(nodeAndStep);
    }

    /** The look right after this step of this node finds nothing that serves, as on a host that is busy at that moment. */
    void silentAfter(String nodeAndStep) {
        silentAfter.add(nodeAndStep);
    }

    /** What happens elsewhere while this step of this node is at work, once. */
    public void during(String nodeAndStep, Runnable happening) {
        meanwhile.put(nodeAndStep, happening);
    }

    /** What the node serves, whatever the inventory says. */
    void serve(String nodeId, KernelVersion version) {
        serving.put(nodeId, version);
    }

    public void report(String nodeId, NodeState.Problem problem) {
        problems.put(nodeId, problem);
    }

    /** It reports nothing any more. */
    void heal(String nodeId) {
        problems.remove(nodeId);
    }

    /** Only what retires for the sake of this generation, or of an older one, still waits. */
    public void keepOldSessionsOf(int generation) {
        youngestToStay = generation;
    }

    /** How often a retirement that waits gives a sign of life. */
    public void beatEvery(Duration pause) {
        beats = pause;
    }

    /** Whether retirements wait until they are told otherwise. */
    public void keepOldSessions(boolean stay) {
        oldSessionsStay = stay;
    }

    @Override
    public NodeState inspect(NodeOrder order) {
        ageLimits.add(order.ageLimit());
        happen(order.nodeId() + " inspect");
        failIfTold(order.nodeId() + " inspect");
        return state(order.nodeId());
    }

    @Override
    public NodeState stage(StageOrder order) {
        act(order.node().nodeId() + " stage");
        return state(order.node().nodeId());
    }

    @Override
    public HandOver handOver(HandOverOrder order) {
        var nodeId = order.node().nodeId();
        act(nodeId + " handOver");
        var before = serving.put(nodeId, order.kernel().version());
        var changed = !order.kernel().version().equals(before);
        if (changed) generations.merge(nodeId, 2, (last, first) -> last + 1);
        return new HandOver(
                after(nodeId, "handOver"),
                changed,
                Instant.EPOCH,
                List.of(new HandOver.Part("start", 12)),
                new HandOver.Proved(
                        generations.getOrDefault(nodeId, 1), order.kernel().version()));
    }

    @Override
    public NodeState verify(VerifyOrder order) {
        var nodeId = order.node().nodeId();
        var step = order.alone() ? "verify" : "watch";
        act(nodeId + " " + step);
        mustServe(nodeId, order);
        return after(nodeId, step);
    }

    @Override
    public Retirement retire(RetireOrder order) {
        var nodeId = order.node().nodeId();
        retirements.put(nodeId, order);
        retiredBefore
                .computeIfAbsent(nodeId, none -> new CopyOnWriteArrayList<>())
                .add(order.node().generation());
        act(nodeId + " retire");
        var execution = Activity.getExecutionContext();
        try {
            while (oldSessionsStay && order.node().generation() <= youngestToStay) {
                beat(execution, nodeId);
            }
        } catch (ActivityCompletionException told) {
            brokenOff.add(nodeId);
            throw told;
        }
        return new Retirement(state(nodeId), progress(nodeId, 0, 3, 0));
    }

    @Override
    public Closed closeSessions(CloseOrder order) {
        var nodeId = order.node().nodeId();
        try {
            act(nodeId + " closeSessions");
        } catch (ApplicationFailure failure) {
            // After the first.
            var told = new Closed(nodeId, order.confirmed(), 1, 0, order.confirmed() - 1, 1, List.of());
            throw ApplicationFailure.newBuilder(failure).setDetails(told).build();
        }
        closings.add(order);
        return new Closed(nodeId, order.confirmed(), order.confirmed(), 0, 0, 1, List.of());
    }

    private static RetireProgress progress(String nodeId, int left, int closed, long oldestSeconds) {
        var doing = new RetireProgress.Doing(left, 0, 0, 0);
        return new RetireProgress(nodeId, left, closed, oldestSeconds, doing, null, List.of(), List.of());
    }

    private void beat(io.temporal.activity.ActivityExecutionContext execution, String nodeId)
            throws ActivityCompletionException {
        execution.heartbeat(progress(nodeId, 2, 1, 90_000));
        java.util.concurrent.locks.LockSupport.parkNanos(beats.toNanos());
    }

    private void mustServe(String nodeId, VerifyOrder order) {
        var wanted = order.kernel().version();
        var runs = serving.getOrDefault(nodeId, OLD);
        if (!runs.equals(wanted) && !(order.alone() && wanted.isOlderThan(runs))) {
            throw NodeFault.NOT_VERIFIED.because(nodeId + " serves " + serving.get(nodeId));
        }
    }

    private NodeState after(String nodeId, String step) {
        return silentAfter.contains(nodeId + " " + step) ? state(nodeId, List.of()) : state(nodeId);
    }

    private void act(String deed) {
        asked.add(deed);
        failIfTold(deed);
        deeds.add(deed);
        happen(deed);
    }

    private void happen(String deed) {
        var happening = meanwhile.remove(deed);
        if (happening != null) {
            happening.run();
        }
    }

    private void failIfTold(String deed) {
        var fault = failing.get(deed);
        if (fault != null && failuresLeft.merge(deed, -1, Integer::sum) == 0) {
            failing.remove(deed);
        }
        if (fault != null) {
            throw fault.because("told to fail at " + deed);
        }
    }

    public NodeState state(String nodeId) {
        var version = serving.getOrDefault(nodeId, OLD);
        return state(
                nodeId,
                List.of(new NodeState.Generation(
                        generations.getOrDefault(nodeId, 1), version, version.toString(), true, 7, 0)));
    }

    private NodeState state(String nodeId, List<NodeState.Generation> seen) {
        var version = serving.getOrDefault(nodeId, OLD);
        var problem = problems.get(nodeId);
        return new NodeState(
                nodeId,
                "machine-of-" + nodeId,
                protocol,
                Instant.ofEpochMilli(System.currentTimeMillis()).plus(clockAhead),
                seen,
                version,
                problem == null ? List.of() : List.of(problem),
                List.of(),
                1L << 40,
                List.of(),
                null,
                null);
    }
}
