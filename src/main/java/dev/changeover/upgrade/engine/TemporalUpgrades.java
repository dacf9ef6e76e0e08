package dev.changeover.upgrade.engine;

import dev.changeover.inventory.Inventory;
import dev.changeover.node.RetireProgress;
import dev.changeover.node.order.OrderSigner;
import dev.changeover.task.Task;
import dev.changeover.task.TaskLedger;
import dev.changeover.upgrade.Admission;
import dev.changeover.upgrade.Command;
import dev.changeover.upgrade.CommandAnswer;
import dev.changeover.upgrade.CommandRequest;
import dev.changeover.upgrade.Eta;
import dev.changeover.upgrade.InspectWorkflow;
import dev.changeover.upgrade.InspectWorkflow.InspectRequest;
import dev.changeover.upgrade.InspectWorkflow.NodeSight;
import dev.changeover.upgrade.Phase;
import dev.changeover.upgrade.Progress;
import dev.changeover.upgrade.Schedule;
import dev.changeover.upgrade.UpgradeSettings;
import dev.changeover.upgrade.UpgradeWorkflow;
import dev.changeover.window.MaintenanceWindow;
import dev.changeover.window.Opening;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Upgrades as workflows. */
public final class TemporalUpgrades implements Upgrades {
    /** An agent has half a minute to answer a probe; the rest is for what is written down of it. */
    private static final Duration LOOK = Duration.ofSeconds(45);

    private final TemporalCalls temporal;
    private final Inventory inventory;
    private final TaskLedger ledger;
    private final OrderAuthority authority;
    private final Submissions submissions;
    private final UpgradeAdvisor advisor;
    private final UpgradeSettings settings;
    private final ForcedUpgrades forced;
    private final Clock clock;

    public TemporalUpgrades(
            TemporalCalls temporal,
            Inventory inventory,
            TaskLedger ledger,
            OrderSigner signer,
            UpgradeSettings settings,
            ForcedUpgrades forced,
            Clock clock) {
        this.forced = forced;
        this.temporal = temporal;
        this.inventory = inventory;
        this.ledger = ledger;
        this.authority = new OrderAuthority(inventory, ledger, signer, clock);
        this.submissions = new Submissions(temporal, ledger, authority, settings, clock);
        this.advisor =
                new UpgradeAdvisor(new LedgerActivities(inventory, ledger, signer, forced, clock), settings, clock);
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public Admission submit(Submission submission) {
        try {
            return submissions.submit(submission);
        } catch (TemporalUnavailable failed) {
            if (inventory.names(submission.proxyId()).isEmpty()) throw new NotRegistered(submission.proxyId());
            throw failed;
        }
    }

    @Override
    public CommandAnswer command(String jobId, Command command, @Nullable String nodeId, String reason, String actor) {
        return allowed(command, task(jobId), new CommandRequest(jobId, nodeId, reason, actor), null);
    }

    @Override
    public CommandAnswer reschedule(
            String jobId, @Nullable Instant start, @Nullable Instant end, String reason, String actor) {
        var task = task(jobId);
        var instance = inventory.instance(task.instanceId());
        if (instance.isEmpty()) return hasEnded(task);
        var window = instance.get().window();
        var need = progress(task).nodes().stream()
                .findFirst()
                .map(first -> first.node().estimate())
                .orElse(Duration.ZERO);
        var opening = start == null ? window.next(clock.instant()) : openingAt(window, start, end, need);
        var schedule = new Schedule(window.toString(), opening, false, false);
        var order = new CommandRequest(jobId, null, reason, actor, schedule, List.of());
        return allowed(Command.RESCHEDULE, task, order, opening.opens());
    }

    private CommandAnswer allowed(Command command, Task task, CommandRequest order, @Nullable Instant start) {
        var refusal = forced.refuses(task.jobId(), command, start);
        if (refusal.isPresent()) {
            return new CommandAnswer(refusal.get(), progress(task));
        }
        var answer = say(command, task, order);
        if (!answer.noted()) forced.unsaid(task.jobId(), command);
        return answer;
    }

    private Opening openingAt(MaintenanceWindow window, Instant asked, @Nullable Instant end, Duration need) {
        var start = asked.truncatedTo(ChronoUnit.MILLIS);
        if (!start.isAfter(clock.instant())) {
            throw new WrongStart("%s has passed".formatted(start));
        }
        var opening = window.current(start)
                .orElseThrow(() -> new WrongStart("%s is not in the maintenance window %s, which opens next at %s"
                        .formatted(start, window, window.next(start).opens())));
        var part = new Opening(start, end == null || end.isAfter(opening.closes()) ? opening.closes() : end);
        if (!part.fits(start, need)) {
            throw new WrongStart("%s is too late for the opening until %s: a node is estimated to take %d s"
                    .formatted(start, part.closes(), need.toSeconds()));
        }
        return part;
    }

    @Override
    public CommandAnswer closeRemaining(
            String jobId,
            @Nullable String nodeId,
            @Nullable String session,
            int confirmed,
            String reason,
            String actor) {
        var task = task(jobId);
        var remaining = temporal.retiring(task.proxyId(), jobId).values().stream()
                .filter(node -> nodeId == null || node.nodeId().equals(nodeId))
                .toList();
        if (remaining.isEmpty()) {
            return new CommandAnswer("no agent says at the moment that it has old sessions left", progress(task));
        }
        var left = remaining.stream().mapToInt(RetireProgress::left).sum();
        if (session == null && left > confirmed) {
            return new CommandAnswer(
                    "%d sessions remain, %d were confirmed; nothing was closed".formatted(left, confirmed),
                    progress(task));
        }
        var closings = remaining.stream()
                .map(node -> new CommandRequest.Closing(node.nodeId(), session, node.left()))
                .toList();
        return say(Command.CLOSE_REMAINING, task, new CommandRequest(jobId, nodeId, reason, actor, null, closings));
    }

    private Task task(String jobId) {
        return ledger.task(jobId).orElseThrow(() -> new UnknownJob(jobId));
    }

    private CommandAnswer say(Command command, Task task, CommandRequest said) {
        var order = authority.instruct(command, said.as(UUID.randomUUID().toString()));
        try {
            var answer = temporal.inTime(
                            "the command " + command.word(),
                            client -> UpgradeWorkflow.idsOf(task.proxyId(), task.jobId()).stream()
                                    .flatMap(id -> TemporalCalls.unlessGone(() -> client.newUntypedWorkflowStub(id)
                                                    .update(command.word(), CommandAnswer.class, order))
                                            .stream())
                                    .findFirst())
                    .orElseGet(() -> hasEnded(task));
            authority.answered(order, answer.noted());
            return answer;
        } catch (TemporalUnavailable silent) {
            // A command that arrives while the upgrade ends may never be answered, but the ledger knows.
            return ledger.task(task.jobId())
                    .filter(now -> now.outcome() != null)
                    .map(TemporalUpgrades::hasEnded)
                    .orElseThrow(() -> silent);
        }
    }

    private static CommandAnswer hasEnded(Task task) {
        return new CommandAnswer("the upgrade has ended", progress(task));
    }

    @Override
    public UpgradeAdvice advice(String proxyId) {
        return advisor.advice(proxyId, List.of());
    }

    @Override
    public UpgradeAdvice plan(String proxyId) {
        var options = WorkflowOptions.newBuilder()
                // One that somebody could name before would be waited for, or believed, in place of ours.
                .setWorkflowId("inspect:%s:%s".formatted(proxyId, UUID.randomUUID()))
                .setTaskQueue(UpgradeWorkflow.QUEUE)
                .setStaticSummary("look at the nodes of " + proxyId)
                .build();
        var sights = temporal.inTime("the agents' answers", LOOK, client -> {
            var inspection = client.newWorkflowStub(InspectWorkflow.class, options);
            var looks = authority.looks(proxyId, settings);
            WorkflowClient.start(inspection::inspect, new InspectRequest(proxyId, settings.ofAPlan(), looks));
            return List.of(WorkflowStub.fromTyped(inspection).getResult(NodeSight[].class));
        });
        return advisor.advice(proxyId, sights);
    }

    @Override
    public Optional<UpgradeView> view(String jobId) {
        return ledger.task(jobId).map(task -> view(task, progress(task)));
    }

    private UpgradeView view(Task task, Progress progress) {
        var live = progress.phase() == Phase.RETIRING
                ? temporal.retiring(task.proxyId(), task.jobId())
                : Map.<String, RetireProgress>of();
        var now = clock.instant();
        return new UpgradeView(
                task,
                progress,
                live,
                Eta.of(progress, now).orElse(null),
                temporal.page(task.proxyId(), task.jobId()),
                forced.isForced(task.jobId()),
                now);
    }

    @Override
    public List<UpgradeView> held() {
        return ledger.held().stream()
                .flatMap(task -> Optional.of(progress(task))
                        .filter(progress -> !progress.held().isEmpty())
                        .map(progress -> view(task, progress))
                        .stream())
                .toList();
    }

    private static Progress progress(Task task) {
        return UpgradeRecords.read(task.snapshot());
    }
}
