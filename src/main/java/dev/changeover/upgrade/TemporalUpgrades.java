package dev.changeover.upgrade;

import dev.changeover.inventory.Inventory;
import dev.changeover.inventory.Kernel;
import dev.changeover.task.Task;
import dev.changeover.task.TaskLedger;
import dev.changeover.upgrade.InspectWorkflow.InspectRequest;
import dev.changeover.upgrade.InspectWorkflow.NodeSight;
import io.temporal.api.enums.v1.WorkflowIdConflictPolicy;
import io.temporal.client.UpdateOptions;
import io.temporal.client.WithStartWorkflowOperation;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.common.SearchAttributeKey;
import io.temporal.common.SearchAttributes;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Upgrades as workflows. */
public final class TemporalUpgrades implements Upgrades {
    /** An agent has half a minute to answer a probe; the rest is for what is written down of it. */
    private static final Duration LOOK = Duration.ofSeconds(45);

    private static final String ADMISSION = "the upgrade's admission";

    private final TemporalCalls temporal;
    private final TaskLedger ledger;
    private final LedgerActivities records;
    private final UpgradeSettings settings;
    private final Clock clock;

    public TemporalUpgrades(
            TemporalCalls temporal, Inventory inventory, TaskLedger ledger, UpgradeSettings settings, Clock clock) {
        this.temporal = temporal;
        this.ledger = ledger;
        this.records = new LedgerActivities(inventory, ledger);
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public Admission submit(Submission submission) {
        var request = request(submission);
        return earlier(submission)
                .or(() -> temporal.inTime(ADMISSION, client -> admit(client, request)))
                // The id is taken, perhaps by a caller with the same key who was quicker.
                .or(() -> earlier(submission))
                .or(() -> joined(request))
                .orElseGet(() -> refuseSecond(request));
    }

    /** The answer that the key had before. */
    private Optional<Admission> earlier(Submission submission) {
        return Optional.ofNullable(submission.key())
                .flatMap(key -> ledger.taskByKey(submission.projectId(), key))
                .map(task -> repeated(submission, task));
    }

    private static Admission repeated(Submission submission, Task task) {
        if (!task.fingerprint().equals(submission.fingerprint())) {
            throw new KeyReused(String.valueOf(submission.key()));
        }
        var progress = progress(task);
        var blockers = progress.result().blockers();
        // What has nodes was admitted; whatever its agents said afterwards is no answer to this call.
        return blockers.isEmpty() || !progress.nodes().isEmpty()
                ? new Admission.Admitted(task.jobId())
                : new Admission.Refused(task.jobId(), blockers);
    }

    /** Empty: the proxy has a running upgrade that this call did not start. */
    private static Optional<Admission> admit(WorkflowClient client, UpgradeRequest request) {
        var workflow = client.newWorkflowStub(UpgradeWorkflow.class, options(request));
        return TemporalCalls.unlessRunning(() -> WorkflowClient.executeUpdateWithStart(
                workflow::admit,
                request.jobId(),
                UpdateOptions.<Admission>newBuilder()
                        .setUpdateId(request.jobId())
                        .build(),
                new WithStartWorkflowOperation<>(workflow::upgrade, request)));
    }

    /** Waits for the answer of this job's run, if it is the one that runs. */
    private Optional<Admission> joined(UpgradeRequest request) {
        var id = UpgradeWorkflow.idOf(request.proxyId());
        if (!temporal.runs(id, request.jobId())) {
            return Optional.empty();
        }
        return temporal.inTime(
                ADMISSION,
                client -> TemporalCalls.unlessGone(
                        () -> client.newUntypedWorkflowStub(id).update("admit", Admission.class, request.jobId())));
    }

    private static WorkflowOptions options(UpgradeRequest request) {
        return WorkflowOptions.newBuilder()
                .setWorkflowId(UpgradeWorkflow.idOf(request.proxyId()))
                .setTaskQueue(UpgradeWorkflow.QUEUE)
                .setWorkflowIdConflictPolicy(WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_FAIL)
                .setMemo(Map.of(TemporalCalls.JOB, request.jobId()))
                .setTypedSearchAttributes(SearchAttributes.newBuilder()
                        .set(SearchAttributeKey.forKeyword("ProxyId"), request.proxyId())
                        .set(SearchAttributeKey.forKeyword("InstanceId"), request.instanceId())
                        .set(SearchAttributeKey.forKeyword("ProjectId"), request.projectId())
                        .set(
                                SearchAttributeKey.forKeyword("TargetVersion"),
                                request.target().toString())
                        .set(Journal.PHASE, Phase.ADMISSION.name())
                        .build())
                .setStaticSummary("%s: %s → %s".formatted(request.proxyId(), request.source(), request.target()))
                .setStaticDetails("Job `%s`, asked for by %s at %s. What it does: `workflows-docs/upgrade.md`."
                        .formatted(request.jobId(), request.requester(), request.requestedAt()))
                .build();
    }

    /** The same key always names the same job: Temporal then answers two callers at once alike. */
    private UpgradeRequest request(Submission asked) {
        var key = asked.key();
        var jobId = key == null
                ? UUID.randomUUID()
                : UUID.nameUUIDFromBytes((asked.projectId() + "\n" + key).getBytes(StandardCharsets.UTF_8));
        return new UpgradeRequest(
                jobId.toString(),
                asked.projectId(),
                asked.instanceId(),
                asked.proxyId(),
                asked.source(),
                asked.target(),
                asked.requester(),
                key,
                asked.fingerprint(),
                Instant.ofEpochMilli(clock.millis()),
                settings);
    }

    private Admission refuseSecond(UpgradeRequest request) {
        var running = ledger.open().stream()
                .filter(task -> task.proxyId().equals(request.proxyId()))
                .map(task -> "job %s is in phase %s".formatted(task.jobId(), task.phase()))
                .findFirst()
                .orElse("its workflow is still running");
        var blockers = List.of(Check.of(Blocker.OPERATION_RUNNING, false, running));
        records.writeTask(Progress.of(request)
                .result(Result.OPEN.refused(blockers, request.requestedAt()))
                .ended(Outcome.REFUSED, request.requestedAt()));
        return new Admission.Refused(request.jobId(), blockers);
    }

    @Override
    public CommandAnswer command(String jobId, Command command, @Nullable String nodeId, String reason, String actor) {
        var task = ledger.task(jobId).orElseThrow(() -> new UnknownJob(jobId));
        var order = new Order(jobId, nodeId, reason, actor);
        return temporal.inTime(
                        "the command " + command.word(),
                        client -> TemporalCalls.unlessGone(
                                () -> client.newUntypedWorkflowStub(UpgradeWorkflow.idOf(task.proxyId()))
                                        .update(command.word(), CommandAnswer.class, order)))
                .orElseGet(() -> new CommandAnswer("the upgrade has ended", progress(task)));
    }

    @Override
    public UpgradeAdvice advice(String proxyId) {
        return advice(proxyId, List.of());
    }

    @Override
    public UpgradeAdvice plan(String proxyId) {
        var options = WorkflowOptions.newBuilder()
                .setWorkflowId("inspect:" + proxyId)
                .setTaskQueue(UpgradeWorkflow.QUEUE)
                .setWorkflowIdConflictPolicy(WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING)
                .setStaticSummary("look at the nodes of " + proxyId)
                .build();
        var sights = temporal.inTime("the agents' answers", LOOK, client -> {
            var inspection = client.newWorkflowStub(InspectWorkflow.class, options);
            WorkflowClient.start(inspection::inspect, new InspectRequest(proxyId, null, settings.patience()));
            return List.of(WorkflowStub.fromTyped(inspection).getResult(NodeSight[].class));
        });
        return advice(proxyId, sights);
    }

    private UpgradeAdvice advice(String proxyId, List<NodeSight> sights) {
        var facts = records.facts(proxyId, "");
        var target = facts.target().map(Kernel::version);
        var plan = target.map(version -> UpgradePlan.of(facts.proxy(), version));
        var checks = new ArrayList<>(Precheck.central(facts));
        plan.ifPresent(it -> it.nodes()
                .forEach(node -> sights.stream()
                        .filter(sight -> sight.nodeId().equals(node.nodeId()))
                        .forEach(sight -> checks.addAll(Precheck.node(node, sight)))));
        return new UpgradeAdvice(
                facts.proxy().version(),
                target,
                List.copyOf(checks),
                plan,
                plan.map(it -> it.estimate(settings)).orElse(Duration.ZERO),
                facts.catalogue().stream()
                        .filter(kernel -> facts.proxy().version().isOlderThan(kernel.version()))
                        .filter(kernel -> target.stream().noneMatch(newest -> newest.isOlderThan(kernel.version())))
                        .toList(),
                sights);
    }

    @Override
    public Optional<UpgradeView> view(String jobId) {
        return ledger.task(jobId).map(task -> {
            var progress = progress(task);
            var live = progress.phase() == Phase.RETIRING
                    ? temporal.retiring(UpgradeWorkflow.idOf(task.proxyId()))
                    : Map.<String, dev.changeover.node.RetireProgress>of();
            return new UpgradeView(task, progress, live);
        });
    }

    private static Progress progress(Task task) {
        return LedgerActivities.read(task.snapshot());
    }
}
