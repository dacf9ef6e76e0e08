package dev.changeover.api;

import dev.changeover.inventory.Inventory;
import dev.changeover.inventory.Proxy;
import dev.changeover.node.HandOver;
import dev.changeover.node.NodeState;
import dev.changeover.node.RetireProgress;
import dev.changeover.node.Span;
import dev.changeover.task.Task;
import dev.changeover.task.TaskEvent;
import dev.changeover.task.TaskLedger;
import dev.changeover.upgrade.Admission;
import dev.changeover.upgrade.Blocker;
import dev.changeover.upgrade.Check;
import dev.changeover.upgrade.Command;
import dev.changeover.upgrade.CommandAnswer;
import dev.changeover.upgrade.InspectWorkflow.NodeSight;
import dev.changeover.upgrade.NodeProgress;
import dev.changeover.upgrade.NodeProgress.Step;
import dev.changeover.upgrade.Outcome;
import dev.changeover.upgrade.Phase;
import dev.changeover.upgrade.Progress;
import dev.changeover.upgrade.Result;
import dev.changeover.upgrade.Schedule;
import dev.changeover.upgrade.UpgradePlan;
import dev.changeover.upgrade.UpgradeRequest;
import dev.changeover.upgrade.UpgradeSettings;
import dev.changeover.upgrade.engine.ForcedUpgrades;
import dev.changeover.upgrade.engine.OrphanedUpgrades;
import dev.changeover.upgrade.engine.Submission;
import dev.changeover.upgrade.engine.TemporalCalls;
import dev.changeover.upgrade.engine.UpgradeAdvice;
import dev.changeover.upgrade.engine.UpgradeView;
import dev.changeover.upgrade.engine.Upgrades;
import dev.changeover.upgrade.workflow.UpgradeFailures;
import dev.changeover.window.Opening;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Replaces;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Upgrades without Temporal: it admits what {@link #blocker} does not forbid, writes the ledger as the real one does, and
 * says where an upgrade stands as the test sets it.
 */
@Singleton
@Requires(property = "test.fake-upgrades")
@Replaces(Upgrades.class)
public class FakeUpgrades implements Upgrades {
    public static final Instant START = Instant.parse("2026-07-15T07:46:10Z");

    /** The opening that whoever asks for the window gets. */
    public static final Schedule SCHEDULE = new Schedule(
            "02:00-06:00 UTC",
            new Opening(Instant.parse("2026-07-16T02:00:00Z"), Instant.parse("2026-07-16T06:00:00Z")),
            false,
            false);

    private final Inventory inventory;
    private final TaskLedger ledger;
    private final ForcedUpgrades forced;
    private final Map<String, Progress> progresses = new ConcurrentHashMap<>();
    private final Map<String, RetireProgress> retiring = new ConcurrentHashMap<>();

    public volatile @Nullable Blocker blocker;
    public volatile String commandRefusal = "";
    public volatile Schedule schedule = SCHEDULE;
    public volatile @Nullable RuntimeException failure;
    public volatile @Nullable Instant expected;
    /** What happens beside it while a task is made. */
    public volatile Runnable meanwhile = () -> {};

    public final List<String> commands = new ArrayList<>();
    /** Ends what was cancelled, if a test says when. */
    public Consumer<Runnable> ends = end -> {};
    /** How often somebody was told of a failure. */
    public final AtomicInteger failures = new AtomicInteger();
    /** How often somebody asked where an upgrade stands. */
    public final AtomicInteger views = new AtomicInteger();

    FakeUpgrades(Inventory inventory, TaskLedger ledger, ForcedUpgrades forced) {
        this.forced = forced;
        this.inventory = inventory;
        this.ledger = ledger;
    }

    /** The state of a test's beginning. */
    public void reset() {
        blocker = null;
        commandRefusal = "";
        schedule = SCHEDULE;
        failure = null;
        expected = null;
        meanwhile = () -> {};
        ends = end -> {};
        commands.clear();
        retiring.clear();
    }

    /** One at a time: the same key gets one job, also at once. */
    @Override
    public synchronized Admission submit(Submission submission) {
        failIfTold();
        var key = submission.key();
        var earlier = key == null ? Optional.<Task>empty() : ledger.taskByKey(submission.projectId(), key);
        if (earlier.isPresent()) {
            if (!earlier.get().fingerprint().equals(submission.fingerprint())) {
                throw UpgradeFailures.keyReused(String.valueOf(key));
            }
            return new Admission.Admitted(earlier.get().jobId());
        }
        var jobId = submission.jobId().orElseGet(() -> UUID.randomUUID().toString());
        var against = blocker;
        if (against != null && !(against == Blocker.LOST_STICKINESS && submission.acceptLostStickiness())) {
            var checks = List.of(new Check(against, false, "as the test says"));
            put(submission, jobId, Phase.ENDED, checks, Outcome.REFUSED);
            return new Admission.Refused(jobId, checks);
        }
        put(submission, jobId, submission.scheduled() ? Phase.WAITING : Phase.NODES, List.of(), null);
        meanwhile.run();
        return new Admission.Admitted(jobId);
    }

    @Override
    public CommandAnswer command(String jobId, Command command, @Nullable String nodeId, String reason, String actor) {
        failIfTold();
        commands.add("%s %s %s".formatted(command.word(), nodeId, reason));
        var answer = new CommandAnswer(commandRefusal, now(jobId));
        if (command == Command.CANCEL && answer.noted()) ends.accept(() -> cancelled(jobId));
        return answer;
    }

    private void cancelled(String jobId) {
        happens(jobId, now(jobId).events() + 1, "CANCELLED", Phase.ENDED, Outcome.CANCELLED);
    }

    @Override
    public CommandAnswer reschedule(
            String jobId, @Nullable Instant start, @Nullable Instant end, String reason, String actor) {
        failIfTold();
        commands.add("reschedule %s %s".formatted(start, reason));
        return new CommandAnswer(commandRefusal, now(jobId));
    }

    @Override
    public CommandAnswer closeRemaining(
            String jobId,
            @Nullable String nodeId,
            @Nullable String session,
            int confirmed,
            String reason,
            String actor) {
        failIfTold();
        commands.add("close-remaining %s %s %d %s".formatted(nodeId, session, confirmed, reason));
        return new CommandAnswer(commandRefusal, now(jobId));
    }

    @Override
    public UpgradeAdvice advice(String proxyId) {
        failIfTold();
        var proxy = inventory.proxy(proxyId).orElseThrow();
        var against = blocker;
        var checks = List.of(
                new Check(Blocker.FROZEN, against != Blocker.FROZEN, against == Blocker.FROZEN ? "" : "NORMAL"),
                new Check(Blocker.ALREADY_NEWEST, against != Blocker.ALREADY_NEWEST, ""));
        return new UpgradeAdvice(
                proxy.version(),
                inventory.kernels("haproxy").stream()
                        .filter(kernel -> kernel.version().equals(proxy.version()))
                        .findFirst(),
                Optional.of(Fleets.NEW),
                checks,
                Optional.of(plan(proxy)),
                Duration.ofSeconds(150),
                schedule,
                inventory.kernels("haproxy").stream()
                        .filter(kernel -> proxy.version().isOlderThan(kernel.version()))
                        .toList(),
                List.of());
    }

    @Override
    public UpgradeAdvice plan(String proxyId) {
        var known = advice(proxyId);
        var onNodes = Stream.of(Blocker.NODE_PROBLEM, Blocker.LOST_STICKINESS)
                .map(each -> new Check(each, each != blocker, "node-2"));
        var sights = List.of(
                new NodeSight(proxyId + "-n2", state(proxyId + "-n2"), ""),
                new NodeSight(proxyId + "-n1", null, "no agent answered"));
        return new UpgradeAdvice(
                known.current(),
                known.running(),
                known.target(),
                Stream.concat(known.checks().stream(), onNodes).toList(),
                known.plan(),
                known.estimate(),
                known.schedule(),
                known.releaseNotes(),
                sights);
    }

    @Override
    public Optional<UpgradeView> view(String jobId) {
        failIfTold();
        views.incrementAndGet();
        return ledger.task(jobId).map(task -> {
            var now = now(jobId);
            var live = now.phase() == Phase.RETIRING ? retiring : Map.<String, RetireProgress>of();
            return new UpgradeView(
                    task, now, live, expected, "http://127.0.0.1:8233/its-run", forced.isForced(jobId), START);
        });
    }

    @Override
    public List<UpgradeView> held() {
        return ledger.open(null, 1000).stream()
                .filter(task -> progresses.containsKey(task.jobId()))
                .flatMap(task -> view(task.jobId()).stream())
                .filter(view -> !view.progress().held().isEmpty())
                .toList();
    }

    /** Says something happened, and where the upgrade stands after it. */
    public void happens(String jobId, int number, String kind, Phase phase, @Nullable Outcome outcome) {
        var task = ledger.task(jobId).orElseThrow();
        var before = now(jobId);
        var now = progress(before.request(), before.nodes(), phase, List.of(), outcome, number);
        progresses.put(jobId, now);
        var node = number % 2 == 0 ? "x-1-n2" : null;
        ledger.record(
                task(before.request(), task.key(), now),
                List.of(new TaskEvent(jobId, number, START.plusSeconds(number), kind, node, "event " + number)));
    }

    /** Says that the first node has handed over and its old generation retires: two sessions closed, three left. */
    public void retires(String jobId) {
        var now = now(jobId);
        var all = now.nodes().stream().map(FakeUpgrades::retiring).toList();
        progresses.put(jobId, progress(now.request(), all, Phase.RETIRING, List.of(), null, now.events()));
        var holder = new RetireProgress.Holder(
                "1-0x1.2-10.0.0.9:5000", "10.0.0.9:5000", 1, 7200, RetireProgress.State.IN_TRANSACTION, "app", null);
        var closing = new RetireProgress.Closing("10.0.0.8:4000", 1, 90_000, START);
        all.forEach(node -> retiring.put(
                node.node().nodeId(),
                new RetireProgress(
                        node.node().nodeId(),
                        3,
                        1,
                        7200,
                        new RetireProgress.Doing(2, 0, 1, 0),
                        new Span(schedule.opening().opens(), schedule.opening().closes()),
                        List.of(holder),
                        List.of(closing))));
    }

    /** Says that no agent retires anything: where an upgrade is paused or held, or Temporal is away. */
    public void fallsSilent() {
        retiring.clear();
    }

    private static NodeProgress retiring(NodeProgress node) {
        var state = state(node.node().nodeId());
        var parts = List.of(new HandOver.Part("start", 100), new HandOver.Part("commit", 30));
        var handOver = new HandOver(state, true, START, parts);
        return new NodeProgress(
                node.node(), Step.RETIRING, null, START, START, Duration.ZERO, handOver, null, state, 3, null);
    }

    private static NodeState state(String nodeId) {
        var generations = List.of(
                new NodeState.Generation(2, Fleets.NEW, "2.6.12-1+deb12u4", true, 4, 0),
                new NodeState.Generation(1, Fleets.OLD, "2.6.12-1+deb12u3", false, 3, 1));
        return new NodeState(
                nodeId,
                "m-1",
                1,
                START,
                generations,
                Fleets.NEW,
                List.of(),
                List.of(),
                1_000_000,
                List.of(new NodeState.Backend("db", NodeState.Backend.Kind.MYSQL, false)),
                null,
                null);
    }

    /** Says that its nodes fetch the kernel. */
    public void stages(String jobId) {
        var now = now(jobId);
        var nodes = now.nodes().stream()
                .map(node -> new NodeProgress(
                        node.node(), Step.STAGING, null, null, null, Duration.ZERO, null, null, null, 0, null))
                .toList();
        progresses.put(jobId, progress(now.request(), nodes, Phase.STAGING, List.of(), null, now.events()));
    }

    /** Says that somebody paused it. */
    public void pauses(String jobId) {
        var now = now(jobId);
        progresses.put(
                jobId,
                new Progress(
                        now.request(),
                        now.target(),
                        now.kernel(),
                        now.schedule(),
                        now.phase(),
                        now.nodes(),
                        true,
                        false,
                        false,
                        now.next(),
                        now.result(),
                        now.events()));
    }

    /** Says that a node waits for an operator. */
    public void holds(String jobId, String reason) {
        var now = now(jobId);
        var nodes = now.nodes().stream()
                .map(node -> new NodeProgress(
                        node.node(), Step.HANDING_OVER, reason, START, null, Duration.ZERO, null, null, null, 0, null))
                .limit(1)
                .toList();
        var held = progress(now.request(), nodes, Phase.NODES, List.of(), null, now.events());
        progresses.put(jobId, held);
        ledger.record(task(now.request(), ledger.task(jobId).orElseThrow().key(), held), List.of());
    }

    private void put(
            Submission submission, String jobId, Phase phase, List<Check> blockers, @Nullable Outcome outcome) {
        var request = new UpgradeRequest(
                jobId,
                submission.projectId(),
                submission.instanceId(),
                submission.proxyId(),
                submission.source(),
                submission.target(),
                submission.scheduled(),
                submission.requester(),
                submission.key(),
                submission.fingerprint(),
                START,
                UpgradeSettings.DEFAULT,
                submission.acceptLostStickiness(),
                null,
                submission.opening());
        var proxy = inventory.proxy(submission.proxyId()).orElseThrow();
        var nodes = plan(proxy).nodes().stream()
                .map(node -> new NodeProgress(
                        node, Step.WAITING, null, null, null, Duration.ZERO, null, null, null, 0, null))
                .toList();
        var progress = progress(request, nodes, phase, blockers, outcome, 0);
        progresses.put(jobId, progress);
        ledger.record(task(request, submission.key(), progress), List.of());
    }

    private Schedule schedule(UpgradeRequest request) {
        var asked = request.opening();
        return asked == null ? schedule : new Schedule(schedule.window(), asked, schedule.begun(), schedule.lifted());
    }

    private Progress progress(
            UpgradeRequest request,
            List<NodeProgress> nodes,
            Phase phase,
            List<Check> blockers,
            @Nullable Outcome outcome,
            int events) {
        var serves = !phase.changing() && outcome != Outcome.REFUSED && outcome != Outcome.CANCELLED;
        var serving = serves ? START.plusSeconds(60) : null;
        var over = serves || outcome != null ? START.plusSeconds(60) : null;
        var ended = outcome == null ? null : START.plusSeconds(90);
        var result = new Result(blockers, Check.sentences(blockers), over, serving, outcome, ended);
        return new Progress(
                request,
                request.target(),
                null,
                request.scheduled() ? schedule(request) : null,
                phase,
                serves ? serving(nodes) : nodes,
                false,
                false,
                false,
                "the next node",
                result,
                events);
    }

    private static List<NodeProgress> serving(List<NodeProgress> nodes) {
        return nodes.stream()
                .map(node -> node.step().serves()
                        ? node
                        : new NodeProgress(
                                node.node(),
                                Step.SERVING,
                                null,
                                START,
                                START,
                                Duration.ZERO,
                                null,
                                null,
                                node.seen(),
                                0,
                                null))
                .toList();
    }

    private Task task(UpgradeRequest request, @Nullable String key, Progress progress) {
        var failed = progress.result().outcome() != null && progress.result().outcome() != Outcome.DONE;
        var unfinished = progress.phase() == Phase.WAITING ? Task.Status.PENDING : Task.Status.RUNNING;
        var status = failed
                ? Task.Status.FAILED
                : progress.result().servingAt() == null ? unfinished : Task.Status.COMPLETED;
        var opening = request.scheduled() ? schedule(request).opening() : null;
        return new Task(
                request.jobId(),
                request.projectId(),
                request.instanceId(),
                inventory.instance(request.instanceId()).orElseThrow().name(),
                request.proxyId(),
                inventory.proxy(request.proxyId()).orElseThrow().name(),
                request.scheduled() ? Task.Kind.SCHEDULED : Task.Kind.INSTANT,
                status,
                progress.percent(),
                request.source().toString(),
                request.target().toString(),
                progress.phase().name(),
                progress.state(),
                progress.stateReason(),
                progress.result().outcome() == null
                        ? null
                        : progress.result().outcome().name(),
                progress.result().failReason(),
                progress.result().blockers().isEmpty()
                        ? ""
                        : progress.result().blockers().getFirst().blocker().code(),
                request.requester(),
                key,
                request.fingerprint(),
                START,
                opening == null ? null : opening.opens(),
                opening == null ? null : opening.closes(),
                status == unfinished ? null : START.plusSeconds(60),
                "{}");
    }

    private static UpgradePlan plan(Proxy proxy) {
        var steps = proxy.nodes().reversed().stream()
                .map(node -> new UpgradePlan.NodeStep(
                        node.id(),
                        node.name(),
                        node.role(),
                        node.taskQueue(),
                        node.version(),
                        Duration.ofSeconds(75),
                        node.machineId()))
                .toList();
        return new UpgradePlan(proxy.version(), Fleets.NEW, steps);
    }

    /** No workflow stands behind its upgrades: whoever looks for one finds each of them too young to miss it. */
    @Factory
    @Requires(property = "test.fake-upgrades")
    static final class NoOrphans {
        @Singleton
        @Replaces(OrphanedUpgrades.class)
        OrphanedUpgrades none(TemporalCalls calls, Inventory inventory, TaskLedger ledger) {
            return new OrphanedUpgrades(calls, inventory, ledger, Clock.fixed(START, ZoneOffset.UTC));
        }
    }

    private Progress now(String jobId) {
        return Optional.ofNullable(progresses.get(jobId)).orElseThrow(() -> UpgradeFailures.unknownJob(jobId));
    }

    private void failIfTold() {
        var told = failure;
        if (told != null) {
            failures.incrementAndGet();
            throw told;
        }
    }
}
