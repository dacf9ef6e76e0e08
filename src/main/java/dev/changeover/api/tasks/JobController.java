package dev.changeover.api.tasks;

import static dev.changeover.audit.AuditEntry.Subject.Kind.INSTANCE;
import static dev.changeover.audit.AuditEntry.Subject.Kind.JOB;
import static dev.changeover.audit.AuditEntry.Subject.Kind.PROXY;

import dev.changeover.access.Permission;
import dev.changeover.api.ApiException;
import dev.changeover.api.audit.Action;
import dev.changeover.api.audit.Change;
import dev.changeover.api.caller.Ownership;
import dev.changeover.task.Task;
import dev.changeover.task.TaskLedger;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.security.annotation.Secured;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Clock;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One job by its id, and the end of its record. */
@Controller("/v3/{project_id}")
@Tag(name = "Jobs")
record JobController(Ownership ownership, TaskLedger ledger, Clock clock) {
    /** How a job stands; to be asked for 30 days, and for as long as its upgrade runs (REQUIREMENTS T8). */
    @Secured(Permission.LIST_TASKS)
    @Get("/jobs")
    JobAnswer job(@PathVariable("project_id") String projectId, @QueryValue @Nullable String id) {
        var task = ownership.task(projectId, given(id));
        if (!TaskFilter.isKept(task, clock.instant())) {
            throw ApiException.noSuchJob(task.jobId());
        }
        return JobAnswer.of(task);
    }

    /** Deletes the record of an upgrade that has ended altogether, never the work (REQUIREMENTS T7). */
    @Secured(Permission.DELETE_TASKS)
    @Action("task.delete")
    @Delete("/jobs/{job_id}")
    Map<String, String> delete(
            @PathVariable("project_id") String projectId,
            @PathVariable("job_id") String jobId,
            @Parameter(hidden = true) Change change) {
        change.about(JOB, jobId);
        var task = ownership.task(projectId, jobId);
        change.about(INSTANCE, task.instanceId())
                .about(PROXY, task.proxyId())
                .before("status", task.status())
                .before("outcome", task.outcome());
        if (task.outcome() == null) {
            throw ApiException.notNow(whyNotYet(task));
        }
        change.announce();
        if (!ledger.delete(jobId, clock.instant())) {
            throw ApiException.noSuchJob(jobId); // somebody else was faster
        }
        return Map.of();
    }

    /** The same, as the other published interface asks for it. */
    @Secured(Permission.DELETE_TASKS)
    @Action("task.delete")
    @Delete("/jobs")
    Map<String, String> deleteById(
            @PathVariable("project_id") String projectId,
            @QueryValue @Nullable String id,
            @Parameter(hidden = true) Change change) {
        return delete(projectId, given(id), change);
    }

    /** The same of a scheduled task of an instance, as the interface of GaussDB asks for it. */
    @Secured(Permission.DELETE_TASKS)
    @Action("task.delete")
    @Delete("/instance/{instance_id}/scheduled-jobs")
    Deleted deleteScheduled(
            @PathVariable("project_id") String projectId,
            @PathVariable("instance_id") String instanceId,
            @Body DeleteBody body,
            @Parameter(hidden = true) Change change) {
        change.about(INSTANCE, instanceId);
        var instance = ownership.instance(projectId, instanceId);
        var jobId = body.named();
        change.about(JOB, jobId);
        var task = ownership.task(projectId, jobId);
        if (!task.instanceId().equals(instance.id()) || task.kind() != Task.Kind.SCHEDULED) {
            throw ApiException.noSuchJob(jobId);
        }
        delete(projectId, jobId, change);
        return new Deleted(true);
    }

    /** That it was; where it was not, the answer is the error. */
    record Deleted(boolean result) {}

    private static String whyNotYet(Task task) {
        return switch (task.status()) {
            case PENDING, UNAUTHORIZED ->
                "job %s waits for its opening: cancel it first, its record can be deleted then".formatted(task.jobId());
            case COMPLETED ->
                "job %s still lets old sessions end: its record can be deleted after that".formatted(task.jobId());
            case RUNNING, FAILED, CANCELED ->
                "job %s has not ended: its record can be deleted after that, which never stops the work"
                        .formatted(task.jobId());
        };
    }

    private static String given(@Nullable String id) {
        if (id == null || id.isBlank()) {
            throw ApiException.badParameter("id", "the job's id is needed");
        }
        return id;
    }
}
