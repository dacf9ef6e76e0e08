package dev.changeover.upgrade.engine;

import dev.changeover.task.Task;
import dev.changeover.task.TaskLedger;
import dev.changeover.upgrade.Admission;
import dev.changeover.upgrade.Phase;
import dev.changeover.upgrade.UpgradeRequest;
import dev.changeover.upgrade.UpgradeSettings;
import dev.changeover.upgrade.UpgradeWorkflow;
import io.temporal.api.enums.v1.WorkflowIdConflictPolicy;
import io.temporal.client.UpdateOptions;
import io.temporal.client.WithStartWorkflowOperation;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.common.Priority;
import io.temporal.common.SearchAttributeKey;
import io.temporal.common.SearchAttributes;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** Starts upgrades, each once, however often and by however many callers it is asked for. */
record Submissions(
        TemporalCalls temporal, TaskLedger ledger, OrderAuthority authority, UpgradeSettings settings, Clock clock) {
    private static final String ADMISSION = "the upgrade's admission";

    /** Temporal's priorities are 1 to 5, and 3 is what it takes where none is given. */
    private static final int USUAL = 3;

    private static final int LATER = 4;

    Admission submit(Submission submission) {
        var earlier = earlier(submission);
        if (earlier.isPresent()) {
            return earlier.get();
        }
        refuseLost(submission);
        var request = authority.instruct(request(submission));
        if (!request.fingerprint().equals(submission.fingerprint())) {
            throw new Upgrades.KeyReused(String.valueOf(submission.key()));
        }
        return earlier(submission)
                .or(() -> temporal.inTime(ADMISSION, client -> admit(client, request)))
                // A caller with the same key was quicker.
                .or(() -> earlier(submission))
                .or(() -> joined(request))
                .or(() -> earlier(submission))
                .orElseThrow(() -> new Upgrades.TemporalUnavailable(
                        "job %s ended before it was answered".formatted(request.jobId()), null));
    }

    /** A caller that repeats itself does not begin anew what an operator has ended. */
    private void refuseLost(Submission submission) {
        submission
                .jobId()
                .filter(job -> Mandate.wasLost(ledger.instructions(job)))
                .ifPresent(job -> {
                    throw Upgrades.KeyReused.ofLost(String.valueOf(submission.key()), job);
                });
    }

    /** The answer that the key had before. */
    private Optional<Admission> earlier(Submission submission) {
        return Optional.ofNullable(submission.key())
                .flatMap(key -> ledger.taskByKey(submission.projectId(), key))
                .map(task -> repeated(submission, task));
    }

    private static Admission repeated(Submission submission, Task task) {
        if (!task.fingerprint().equals(submission.fingerprint())) {
            throw new Upgrades.KeyReused(String.valueOf(submission.key()));
        }
        return Admission.of(UpgradeRecords.read(task.snapshot()));
    }

    /** Empty: the job runs, and this call did not start it. */
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
        var id = UpgradeWorkflow.idOf(request.proxyId(), request.jobId());
        if (!temporal.runs(request.proxyId(), request.jobId())) {
            return Optional.empty();
        }
        return temporal.inTime(
                ADMISSION,
                client -> TemporalCalls.unlessGone(
                        () -> client.newUntypedWorkflowStub(id).update("admit", Admission.class, request.jobId())));
    }

    private static WorkflowOptions options(UpgradeRequest request) {
        return WorkflowOptions.newBuilder()
                .setWorkflowId(UpgradeWorkflow.idOf(request.proxyId(), request.jobId()))
                .setTaskQueue(UpgradeWorkflow.QUEUE)
                .setWorkflowIdConflictPolicy(WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_FAIL)
                .setPriority(priority(request.projectId(), request.opening() != null))
                .setTypedSearchAttributes(SearchAttributes.newBuilder()
                        .set(TemporalCalls.PROXY, request.proxyId())
                        .set(SearchAttributeKey.forKeyword("InstanceId"), request.instanceId())
                        .set(SearchAttributeKey.forKeyword("ProjectId"), request.projectId())
                        .set(
                                SearchAttributeKey.forKeyword("TargetVersion"),
                                request.target().toString())
                        .set(UpgradeWorkflow.PHASE, Phase.ADMISSION.name())
                        .build())
                .setStaticSummary("%s: %s → %s".formatted(request.proxyId(), request.source(), request.target()))
                .setStaticDetails(
                        "Asked for by %s. What it does: `workflows-docs/upgrade.md`.".formatted(request.requester()))
                .build();
    }

    /**
     * Where the server knows of it, projects take turns, and those that nobody waits for let the others go first.
     *
     * @param planned whether it names its opening, as campaigns' upgrades do
     */
    static Priority priority(String projectId, boolean planned) {
        return Priority.newBuilder()
                .setFairnessKey(projectId)
                .setPriorityKey(planned ? LATER : USUAL)
                .build();
    }

    private UpgradeRequest request(Submission asked) {
        return new UpgradeRequest(
                asked.jobId().orElseGet(() -> UUID.randomUUID().toString()),
                asked.projectId(),
                asked.instanceId(),
                asked.proxyId(),
                asked.source(),
                asked.target(),
                asked.scheduled(),
                asked.requester(),
                asked.key(),
                asked.fingerprint(),
                Instant.ofEpochMilli(clock.millis()),
                settings,
                asked.acceptLostStickiness(),
                authority.key(),
                asked.opening());
    }
}
