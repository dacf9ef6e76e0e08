package dev.changeover.upgrade.engine;

import dev.changeover.inventory.Inventory;
import dev.changeover.inventory.Kernel;
import dev.changeover.inventory.Proxy;
import dev.changeover.node.NodeState;
import dev.changeover.node.OrderKind;
import dev.changeover.node.order.OrderSigner;
import dev.changeover.task.TaskEvent;
import dev.changeover.task.TaskLedger;
import dev.changeover.upgrade.Blocker;
import dev.changeover.upgrade.Check;
import dev.changeover.upgrade.Estimate;
import dev.changeover.upgrade.Outcome;
import dev.changeover.upgrade.Precheck;
import dev.changeover.upgrade.Progress;
import dev.changeover.upgrade.Result;
import dev.changeover.upgrade.Schedule;
import dev.changeover.upgrade.UpgradeActivities;
import dev.changeover.upgrade.UpgradePlan;
import dev.changeover.upgrade.UpgradeRequest;
import dev.changeover.upgrade.UpgradeSettings;
import dev.changeover.window.MaintenanceWindow;
import dev.changeover.window.Opening;
import io.temporal.failure.ApplicationErrorCategory;
import io.temporal.failure.ApplicationFailure;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The workflows' hands on inventory and ledger. Every method may run twice. */
public final class LedgerActivities implements UpgradeActivities {
    /** More than any upgrade asks for; whoever reaches Temporal may ask. */
    private static final int MOST_OPENINGS = 100;

    private final Inventory inventory;
    private final TaskLedger ledger;
    private final UpgradeRecords records;
    private final ConcurrencyLimit limit;
    private final OrderAuthority authority;
    private final NodeObservations observations;
    private final ForcedUpgrades forced;
    private final Clock clock;

    /**
     * @param clock tells waiting upgrades how long yet, and until when orders are good; everything else gets its time
     *     from the workflow
     */
    public LedgerActivities(
            Inventory inventory, TaskLedger ledger, OrderSigner signer, ForcedUpgrades forced, Clock clock) {
        this.forced = forced;
        this.authority = new OrderAuthority(inventory, ledger, signer, clock);
        this.observations = new NodeObservations(inventory);
        this.limit = new ConcurrencyLimit(ledger, forced);
        this.clock = clock;
        this.inventory = inventory;
        this.ledger = ledger;
        this.records = new UpgradeRecords(inventory, ledger);
    }

    @Override
    public Prepared admit(UpgradeRequest request) {
        var mandate = authority.begin(request);
        requireRegistered(request.proxyId());
        var facts = facts(request.proxyId(), request.jobId());
        var perNode = perNode(request.proxyId(), request.settings());
        var schedule =
                request.scheduled() ? Schedule.asked(request, MaintenanceWindow.of(mandate.window()), perNode) : null;
        var blockers = ledger.together(() -> claimAndWrite(request, facts, schedule));
        if (!blockers.isEmpty()) {
            return Prepared.not(blockers);
        }
        var kinds = request.scheduled() ? List.of(OrderKind.INSPECT) : List.of(OrderKind.INSPECT, OrderKind.STAGE);
        return prepared(new OrderContent(mandate, facts), facts.target().orElseThrow(), perNode, schedule, kinds);
    }

    private void requireRegistered(String proxyId) {
        if (inventory.names(proxyId).isEmpty()) {
            throw ApplicationFailure.newNonRetryableFailure(
                    "proxy %s is not registered any more".formatted(proxyId), UpgradeActivities.NOT_REGISTERED);
        }
    }

    /** Both or neither: what a job without a task had claimed, nobody could give back. */
    private List<Check> claimAndWrite(UpgradeRequest request, Precheck.Facts facts, @Nullable Schedule schedule) {
        var blockers = Check.failed(Precheck.central(facts, request.source(), request.target()));
        if (blockers.isEmpty()) {
            blockers = claimProxy(request);
            requireRegistered(request.proxyId()); // Whoever removes it had the claim until then.
        }
        if (blockers.isEmpty() && !request.scheduled()) {
            blockers = claim(request);
        }
        var progress = Progress.of(request);
        records.write(
                blockers.isEmpty()
                        ? progress.schedule(schedule)
                        : progress.result(Result.OPEN.refused(blockers, request.requestedAt()))
                                .ended(Outcome.REFUSED, request.requestedAt()),
                List.of());
        return blockers;
    }

    @Override
    public Prepared recheck(Progress progress, Instant now) {
        var request = progress.request();
        var mandate = authority.asked(request.jobId());
        var facts = facts(request.proxyId(), request.jobId());
        var target = target(facts, progress);
        var blockers = Check.failed(Precheck.again(facts, progress, target));
        if (blockers.isEmpty()) {
            blockers = limit.of(progress, now).map(ConcurrencyLimit.NotYet::reason).stream()
                    .toList();
        }
        if (blockers.isEmpty()) {
            blockers = forced.begin(request.jobId()).map(ConcurrencyLimit::reason).stream()
                    .toList();
        }
        if (blockers.isEmpty()) {
            blockers = ledger.together(() -> claimAndMark(request));
            if (!blockers.isEmpty()) forced.standBack(request.jobId());
        }
        return blockers.isEmpty()
                ? prepared(
                        new OrderContent(mandate, facts),
                        target.orElseThrow(),
                        progress.nodes().getFirst().node().estimate(),
                        null,
                        progress.stale() ? List.of(OrderKind.INSPECT) : List.of())
                : Prepared.not(blockers);
    }

    /** Before the first handover the newest version takes the place of a scheduled one that was withdrawn. */
    private static Optional<Kernel> target(Precheck.Facts facts, Progress progress) {
        var offered = facts.offered(progress.target());
        return progress.schedule() == null || progress.pointOfNoReturnPassed() ? offered : offered.or(facts::target);
    }

    private Prepared prepared(
            OrderContent content, Kernel target, Duration perNode, @Nullable Schedule schedule, List<OrderKind> kinds) {
        var plan = UpgradePlan.of(content.facts().proxy(), target.version(), perNode);
        var wanted = plan.nodes().stream()
                .flatMap(node -> kinds.stream().map(kind -> new Wanted(kind, node.nodeId(), target.version(), 0, null)))
                .toList();
        var signed = authority.ahead(content, wanted);
        return new Prepared(List.of(), plan, OrderContent.kernel(target), schedule, signed);
    }

    @Override
    public List<Signed> sign(String jobId, List<Wanted> orders) {
        return authority.sign(jobId, orders);
    }

    /** Nothing, once the proxy belongs to the job: until its last node is through. */
    private List<Check> claimProxy(UpgradeRequest request) {
        return unlessOurs(request, ledger.claimProxy(request.proxyId(), request.jobId()), "job %s has the proxy");
    }

    /** Nothing, once the instance belongs to the job. */
    private List<Check> claim(UpgradeRequest request) {
        return unlessOurs(request, ledger.claim(request.instanceId(), request.jobId()), "job %s changes the instance");
    }

    /** The same; the next record takes the mark back with the claim, should it not begin. */
    private List<Check> claimAndMark(UpgradeRequest request) {
        var others = claim(request);
        if (others.isEmpty()) inventory.mark(request.proxyId(), Proxy.Status.UPGRADING);
        return others;
    }

    private static List<Check> unlessOurs(UpgradeRequest request, String claimant, String sentence) {
        return claimant.equals(request.jobId())
                ? List.of()
                : List.of(Check.of(Blocker.OPERATION_RUNNING, false, sentence.formatted(claimant)));
    }

    @Override
    public void awaitSlot(Progress progress) {
        var facts = facts(progress.request().proxyId(), progress.request().jobId());
        var blockers = Check.failed(Precheck.again(facts, progress, target(facts, progress)));
        // What will not pass is for the recheck to say.
        if (blockers.stream().anyMatch(check -> check.blocker().recovery() == Blocker.Recovery.PERMANENT)) return;
        if (!blockers.isEmpty()) {
            throw notYet(blockers).build();
        }
        var now = clock.instant();
        var early = limit.of(progress, now);
        if (early.isPresent()) {
            throw notYet(List.of(early.get().reason()))
                    .setNextRetryDelay(Duration.between(now, early.get().again()))
                    .build();
        }
    }

    private static ApplicationFailure.Builder notYet(List<Check> blockers) {
        return ApplicationFailure.newBuilder()
                .setType("NOT_YET")
                .setMessage(Check.sentences(blockers))
                .setCategory(ApplicationErrorCategory.BENIGN);
    }

    @Override
    public List<Opening> openings(String window, Instant from, int count) {
        var daily = MaintenanceWindow.of(window);
        var most = Math.min(count, MOST_OPENINGS);
        return Stream.concat(daily.current(from).stream(), daily.next(from, most).stream())
                .distinct()
                .limit(most)
                .toList();
    }

    Duration perNode(String proxyId, UpgradeSettings settings) {
        return Estimate.perNode(ledger.handovers(proxyId, Estimate.HANDOVERS), settings.soak());
    }

    @Override
    public void record(Progress progress, List<TaskEvent> events, List<NodeState> seen) {
        authority.refuseOthers(progress.request().jobId());
        observations.saw(seen);
        ledger.together(() -> {
            var news = records.write(progress, events);
            if (news && progress.phase().changing() && !progress.changing()) {
                forced.standBack(progress.request().jobId());
            }
            return news;
        });
    }

    Precheck.Facts facts(String proxyId, String jobId) {
        var proxy = inventory.proxy(proxyId).orElseThrow(() -> new Upgrades.NotRegistered(proxyId));
        // An upgrade whose old sessions only end has given both back, and bars no other.
        var others = Stream.concat(ledger.proxyClaimant(proxyId).stream(), ledger.claimant(proxy.instanceId()).stream())
                .distinct()
                .filter(claimant -> !claimant.equals(jobId))
                .flatMap(claimant -> ledger.task(claimant).stream())
                .filter(task -> task.outcome() == null)
                .toList();
        return new Precheck.Facts(
                inventory.instance(proxy.instanceId()).orElseThrow(), proxy, inventory.kernels(proxy.engine()), others);
    }
}
