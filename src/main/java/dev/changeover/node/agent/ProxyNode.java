package dev.changeover.node.agent;

import dev.changeover.host.Reason;
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
import dev.changeover.node.driver.NoAnswerException;
import dev.changeover.node.driver.Poll;
import dev.changeover.node.driver.ProxyDriver;
import dev.changeover.node.site.AgentConfiguration;
import dev.changeover.node.site.KernelStore;
import dev.changeover.node.site.NodeLock.Deed;
import dev.changeover.node.site.NodeSite;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityExecutionContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;

/**
 * The agent of one node, whatever its engine is: each kernel version runs as a generation of its own, and a newer one
 * takes the listening sockets over. Safe for use by many threads and, through a lock on a file, by many processes of
 * this host; one of them acts at a time.
 */
public final class ProxyNode implements NodeActivities {
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final Duration A_DAY = new NodeOrder("", null).ageLimit();

    private final NodeSite site;
    private final Supervisor supervisor;
    private final Function<ActivityExecutionContext, ControlPlaneHeartbeat> lifelines;
    private final ToldProblems told = new ToldProblems();

    /** @throws IOException when the directories of the configuration cannot be used */
    public ProxyNode(AgentConfiguration configuration, ProxyDriver driver) throws IOException {
        this(NodeSite.of(configuration, driver), ActivityHeartbeat::new);
    }

    /** @param lifelines the connection to the control plane, for each order that closes sessions */
    public ProxyNode(NodeSite site, Function<ActivityExecutionContext, ControlPlaneHeartbeat> lifelines) {
        this.site = site;
        this.supervisor = new Supervisor(site);
        this.lifelines = lifelines;
    }

    @Override
    public NodeState inspect(NodeOrder order) {
        refuseOthers(order);
        return look(true, order.ageLimit());
    }

    @Override
    public NodeState stage(StageOrder order) {
        refuseOthers(order.node());
        var poll = heartbeats();
        staging(() -> {
            var fetched = site.kernels().fetch(order.kernel(), site.breakpoint(), poll.beat());
            alone(() -> site.kernels().publish(fetched, site.breakpoint()));
            var kernel = site.kernels().staged(order.kernel());
            new GenerationStart(site, kernel, poll).preflight(site.operatorConfiguration());
            site.breakpoint().passed("preflight");
        });
        return look(false, A_DAY);
    }

    @Override
    public HandOver handOver(HandOverOrder order) {
        refuseOthers(order.node());
        var began = site.clock().instant();
        var steps = new HandOverSteps(site, heartbeats());
        var changed = new boolean[1];
        alone(() -> changed[0] = steps.to(site.kernels().staged(order.kernel())));
        return new HandOver(look(false, A_DAY), changed[0], began, steps.parts(), steps.proved());
    }

    @Override
    public NodeState verify(VerifyOrder order) {
        refuseOthers(order.node());
        act(new SoakVerification(site, order, heartbeats())::run);
        return look(false, A_DAY);
    }

    @Override
    public Retirement retire(RetireOrder order) {
        refuseOthers(order.node());
        var context = Activity.getExecutionContext();
        var job = Objects.requireNonNull(context.getInfo().getWorkflowId());
        var retirement = new AgeRetirement(site, order, job, context.getHeartbeatDetails(RetireProgress.class));
        var lifeline = lifelines.apply(context);
        act(() -> {
            drain(retirement, lifeline);
            alone(() -> retirement.cleanUp(site.observe(Poll.QUIETLY)));
            lifeline.beat(retirement.progress());
        });
        return new Retirement(look(false, A_DAY), retirement.progress());
    }

    @Override
    public Closed closeSessions(CloseOrder order) {
        refuseOthers(order.node());
        var context = Activity.getExecutionContext();
        var closing = OrderedClosing.of(site, order, context);
        var lifeline = lifelines.apply(context);
        closing.counted(() -> act(() -> drain(closing, lifeline)));
        return closing.progress();
    }

    private void drain(SessionDrain work, ControlPlaneHeartbeat lifeline) throws IOException, InterruptedException {
        var figures = new LiveFigures(lifeline, work);
        var poll = new Poll(figures::tell);
        // Nothing is told before the first look: a retry would take it for what an earlier attempt had found.
        var observed = site.observe(Poll.QUIETLY);
        work.look(observed);
        while (!work.isDone(observed)) {
            figures.tell();
            if (work.wantsToClose() && !work.untilDue().isPositive() && lifeline.holds(work.progress())) {
                site.breakpoint().passed("choose");
                alone(work::closeOne);
                site.breakpoint().passed("close");
            }
            var due = work.untilDue();
            poll.pass(due.isPositive() && due.compareTo(LOOK_EVERY) < 0 ? due : LOOK_EVERY);
            observed = site.observe(poll);
            work.look(observed);
        }
        lifeline.beat(work.progress());
    }

    public String nodeId() {
        return site.nodeId();
    }

    /** What is on this host now; the same as {@link #inspect} with the usual age limit, for whoever stands in front of it. */
    public NodeState status() {
        return look(true, A_DAY);
    }

    private NodeState look(boolean withLosses, Duration ageLimit) {
        var state = new NodeState[1];
        act(() -> state[0] = new Inspection(site, ageLimit).look(withLosses));
        return told.tell(state[0]);
    }

    /** A handover to the serving kernel with the operator's configuration as it is now; false when it serves already. */
    public boolean reload(ByHand how) {
        var changed = new boolean[1];
        alone(() -> {
            var observed = site.observe(Poll.QUIETLY);
            if (observed.serving().isEmpty()) {
                throw NodeFault.NOT_SAFE.because(
                        "nothing serves, so nothing is reloaded; 'agent boot --kernel VERSION' starts a kernel");
            }
            var reported = observed.serving().getLast().reportedVersion();
            var kernel = site.kernels()
                    .versionOf(reported)
                    .orElseThrow(() -> NodeFault.NO_PACKAGE.because(
                            "what serves, %s, was not staged on this host".formatted(reported)));
            changed[0] = new HandOverSteps(site, Poll.QUIETLY)
                    .byHand(site.kernels().staged(kernel), site.operatorConfiguration(), how);
        });
        return changed[0];
    }

    /** The emergency door: this kernel, staged before, whatever serves now or keeps dying. */
    public void boot(KernelVersion version, ByHand how) {
        alone(() -> {
            var kernel = site.kernels().staged(version);
            site.starts().forget();
            new EmergencyDoor(site, kernel, how).open();
        });
    }

    /** Takes a kernel that is on this host already into the store, unless it is there. */
    public void take(KernelVersion version, String reportedVersion, KernelStore.Content content) {
        staging(() -> alone(() -> site.kernels().take(version, reportedVersion, content)));
    }

    /** What the agent does every second: if nothing serves, it starts the current kernel. */
    public Supervisor.Finding supervise() throws IOException, InterruptedException {
        try (var held = site.lock().take(Duration.ZERO).orElse(null)) {
            // Whoever acts now leaves a serving generation behind, or the next look finds that it did not.
            if (held == null) return Supervisor.Finding.BUSY;
            return supervisor.act();
        }
    }

    /** Whether what served at the last look has ended since; asks no more than the table of processes. */
    public boolean hasEnded() {
        return supervisor.hasEnded();
    }

    /** Whether whoever was told of a problem last would be told something else now. */
    boolean haveProblemsChanged() {
        return told.areOthersIn(() -> look(false, A_DAY));
    }

    /** What lets generations end that no upgrade retires. For one thread. */
    public OwnRetirement ownRetirement(Duration ageLimit) {
        return new OwnRetirement(site, ageLimit);
    }

    private void refuseOthers(NodeOrder order) {
        var pinned = order.machineId();
        if (!order.nodeId().equals(nodeId()) || pinned != null && !pinned.equals(site.machineId())) {
            throw NodeFault.WRONG_HOST.because("this is node %s on host %s, the order is for node %s on host %s"
                    .formatted(nodeId(), site.machineId(), order.nodeId(), pinned));
        }
    }

    private static Poll heartbeats() {
        var context = Activity.getExecutionContext();
        return new Poll(() -> context.heartbeat(null));
    }

    private void alone(Deed deed) {
        act(() -> site.lock().hold(deed));
    }

    /** The outer one of both locks: fetching a kernel may take an hour. */
    private void staging(Deed deed) {
        act(() -> site.stagingLock().hold(deed));
    }

    private static void act(Deed deed) {
        try {
            deed.run();
        } catch (NoAnswerException e) {
            throw NodeFault.NO_ANSWER.because(Reason.of(e));
        } catch (IOException e) {
            throw new UncheckedIOException(Reason.of(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Activity.wrap(e);
        }
    }
}
