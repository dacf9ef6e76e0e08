package dev.changeover.upgrade.engine;

import dev.changeover.upgrade.Progress;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import io.temporal.client.WorkflowExecutionMetadata;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What Temporal knows of upgrades, whatever the ledger does. Thread-safe; every call may throw
 * {@link Upgrades.TemporalUnavailable}.
 */
record UpgradeRuns(TemporalCalls calls) {
    /** A thousand upgrades are a page of the list, and a page takes a second. */
    private static final Duration LIST = Duration.ofSeconds(45);

    /** A task that is tried so often fails for another reason than a server that ended. */
    private static final int STUCK = 3;

    /** How Temporal knows a job. */
    enum Known {
        RUNNING,
        /** It runs, but its tasks fail, as after a version that cannot go on with what another one began. */
        STUCK,
        /** Its run came to its own end. */
        COMPLETED,
        /** Its run was terminated, or failed. */
        BROKEN_OFF,
        /** It has no run, and none that has ended. */
        NOT_AT_ALL;

        boolean runs() {
            return this == RUNNING || this == STUCK;
        }
    }

    Known known(String proxyId, String jobId) {
        return calls.inTime(
                "the state of job " + jobId,
                stub -> TemporalCalls.described(stub, proxyId, jobId)
                        .map(run -> switch (run.getStatus()) {
                            case WORKFLOW_EXECUTION_STATUS_RUNNING ->
                                run.getRawDescription().getPendingWorkflowTask().getAttempt() < STUCK
                                        ? Known.RUNNING
                                        : Known.STUCK;
                            case WORKFLOW_EXECUTION_STATUS_COMPLETED -> Known.COMPLETED;
                            default -> Known.BROKEN_OFF;
                        })
                        .orElse(Known.NOT_AT_ALL));
    }

    /** A job that has or had a run. */
    record Run(String proxyId, String jobId, boolean running) {}

    /** All upgrades that run, and those that ended since; empty where the server keeps no list. */
    List<Run> since(Instant endedSince) {
        var query = "WorkflowType = 'UpgradeWorkflow' AND (ExecutionStatus = 'Running' OR CloseTime > '%s')"
                .formatted(endedSince);
        return calls.inTime("the list of upgrades", LIST, stub -> {
            try (var all = stub.listExecutions(query)) {
                return all.flatMap(run -> run(run).stream()).toList();
            } catch (StatusRuntimeException failure) {
                if (failure.getStatus().getCode() == Status.Code.UNIMPLEMENTED) return List.of();
                throw failure;
            }
        });
    }

    /** Empty for what no server of ours started. */
    private static Optional<Run> run(WorkflowExecutionMetadata run) {
        var proxyId = run.getTypedSearchAttributes().get(TemporalCalls.PROXY);
        return proxyId != null && TemporalCalls.jobOf(proxyId, run) instanceof String jobId
                ? Optional.of(new Run(
                        proxyId, jobId, run.getStatus() == WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING))
                : Optional.empty();
    }

    /** Where a run says that its job stands, also one that has ended; empty where none is known. */
    Optional<Progress> progress(String proxyId, String jobId) {
        return calls.inTime(
                "the progress of job " + jobId,
                stub -> TemporalCalls.described(stub, proxyId, jobId)
                        .map(run -> stub.newUntypedWorkflowStub(
                                        run.getExecution().getWorkflowId())
                                .query("progress", Progress.class)));
    }

    /** Ends a job's run, if it has one, wherever it is. */
    void terminate(String proxyId, String jobId, String reason) {
        calls.inTime(
                "the end of job " + jobId,
                stub -> TemporalCalls.running(stub, proxyId, jobId)
                        .flatMap(run -> TemporalCalls.unlessGone(() -> {
                            stub.newUntypedWorkflowStub(run.getExecution().getWorkflowId())
                                    .terminate(reason);
                            return run;
                        })));
    }
}
