package dev.changeover.api.tasks;

import static dev.changeover.audit.AuditEntry.Subject.Kind.JOB;

import dev.changeover.access.Permission;
import dev.changeover.api.Paging;
import dev.changeover.api.audit.Action;
import dev.changeover.api.audit.Change;
import dev.changeover.api.caller.Caller;
import dev.changeover.api.caller.Ownership;
import dev.changeover.api.signature.Idempotent;
import dev.changeover.api.tasks.TaskFilter.Sought;
import dev.changeover.inventory.Instance;
import dev.changeover.inventory.Inventory;
import dev.changeover.task.Task;
import dev.changeover.task.TaskLedger;
import dev.changeover.task.TaskPage;
import dev.changeover.task.TaskQuery;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.annotation.RequestBean;
import io.micronaut.security.annotation.Secured;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Clock;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The Task Center's lists: upgrades upon submission are instant tasks, those in the maintenance window are scheduled
 * tasks for their whole life (REQUIREMENTS S23, S24). Newest first.
 */
@Controller("/v3/{project_id}")
@Tag(name = "Task Center")
record TaskCenterController(
        Ownership ownership, Inventory inventory, TaskLedger ledger, Cancellation cancellation, Clock clock) {
    /** The cloud names no most, and its Terraform provider asks for so many at once. */
    private static final int MOST_SCHEDULED_JOBS = 100;

    /** Instant tasks; searched by id, name or instance. */
    @Secured(Permission.LIST_TASKS)
    @Get("/tasklist")
    InstantTasks.Tasks instantTasks(
            @PathVariable("project_id") String projectId,
            @RequestBean TaskFilter filter,
            @QueryValue @Nullable String id,
            @QueryValue @Nullable String name,
            @QueryValue("instance_id") @Nullable String instanceId,
            @QueryValue("instance_name") @Nullable String instanceName,
            @QueryValue("order_id") @Nullable String orderId) {
        // The cloud's tasks may belong to an order; here there are none.
        var wanted = orderId == null || orderId.isEmpty() ? id : "";
        var page = page(projectId, Task.Kind.INSTANT, filter, new Sought(wanted, name, instanceId, instanceName));
        return InstantTasks.Tasks.of(page, instances(page));
    }

    /** The same as jobs; searched by id, name or instance. */
    @Secured(Permission.LIST_TASKS)
    @Get("/immediate-jobs")
    InstantTasks.Jobs immediateJobs(
            @PathVariable("project_id") String projectId,
            @RequestBean TaskFilter filter,
            @QueryValue("job_id") @Nullable String jobId,
            @QueryValue("job_name") @Nullable String jobName,
            @QueryValue("instance_id") @Nullable String instanceId) {
        var sought = new Sought(jobId, jobName, instanceId, null);
        var page = page(projectId, Task.Kind.INSTANT, filter, sought);
        return InstantTasks.Jobs.of(page, instances(page));
    }

    /** Scheduled tasks with the opening each is planned for; searched by instance. */
    @Secured(Permission.LIST_TASKS)
    @Get("/schedule-tasks")
    ScheduledTasks.Tasks scheduledTasks(
            @PathVariable("project_id") String projectId,
            @RequestBean TaskFilter filter,
            @QueryValue("instance_id") @Nullable String instanceId,
            @QueryValue("instance_name") @Nullable String instanceName) {
        var page = page(projectId, Task.Kind.SCHEDULED, filter, new Sought(null, null, instanceId, instanceName));
        return ScheduledTasks.Tasks.of(page, instances(page));
    }

    /** The same as jobs; searched by id, name or instance. */
    @Secured(Permission.LIST_TASKS)
    @Get("/scheduled-jobs")
    ScheduledTasks.Jobs scheduledJobs(
            @PathVariable("project_id") String projectId,
            @RequestBean TaskFilter filter,
            @QueryValue("job_id") @Nullable String jobId,
            @QueryValue("job_name") @Nullable String jobName,
            @QueryValue("instance_id") @Nullable String instanceId) {
        var sought = new Sought(jobId, jobName, instanceId, null);
        var page = page(projectId, Task.Kind.SCHEDULED, filter, sought, MOST_SCHEDULED_JOBS);
        return ScheduledTasks.Jobs.of(page, instances(page));
    }

    /**
     * Cancels scheduled tasks that have not touched a node yet (REQUIREMENTS T6), each for itself: the answer says which
     * are cancelled, and why the others are not. 409 when none could be; an unknown job is 400, and nothing is cancelled.
     */
    @Secured(Permission.MODIFY_PROXY)
    @Action("task.cancel")
    @Delete("/scheduled-jobs")
    Cancellation.Answer cancel(
            @PathVariable("project_id") String projectId,
            @Body CancelBody body,
            @Parameter(hidden = true) Caller caller,
            @Parameter(hidden = true) Change change) {
        change.about(JOB, body.named());
        var tasks = body.named().stream()
                .map(jobId -> ownership.task(projectId, jobId))
                .toList();
        change.before("status", tasks.stream().map(Task::status).distinct().toList())
                .announce();
        var answer = cancellation.cancel(tasks, caller.toString());
        change.after("cancelled", answer.jobIds());
        return answer;
    }

    /** Whether an instance, or one proxy of it, has a scheduled task that has not ended. */
    @Secured(Permission.LIST_TASKS)
    @Action(Action.READ)
    @Idempotent
    @Post("/instances/{instance_id}/schedule-tasks/exist")
    ScheduledTasks.Exist exist(
            @PathVariable("project_id") String projectId,
            @PathVariable("instance_id") String instanceId,
            @Body ScheduleTypeBody body) {
        var ours = body.isOfUpgrades();
        var instance = ownership.instance(projectId, instanceId);
        var proxyId = body.proxyId();
        if (proxyId != null) {
            ownership.proxy(projectId, instanceId, proxyId);
        }
        return ScheduledTasks.Exist.of(
                ours ? ledger.page(TaskFilter.notEnded(projectId, instance.id(), proxyId)) : TaskPage.NONE,
                InstanceStatus.of(instance));
    }

    private TaskPage page(String projectId, Task.Kind kind, TaskFilter filter, Sought sought) {
        return page(projectId, kind, filter, sought, Paging.MOST);
    }

    private TaskPage page(String projectId, Task.Kind kind, TaskFilter filter, Sought sought, int most) {
        var project = ownership.project(projectId);
        TaskQuery query = filter.query(project.id(), kind, sought, most, clock.instant());
        var name = sought.name();
        var mayBe = name == null || name.equalsIgnoreCase(kind.publishedName());
        return mayBe && !filter.isForNone() ? ledger.page(query) : TaskPage.NONE;
    }

    /** The states of the instances by their ids; a task may outlive its instance. */
    private Function<String, InstanceStatus> instances(TaskPage page) {
        var ids =
                page.lines().stream().map(TaskPage.Line::instanceId).distinct().toList();
        var known = inventory.instances(ids).stream().collect(Collectors.toMap(Instance::id, InstanceStatus::of));
        return id -> known.getOrDefault(id, InstanceStatus.DELETED);
    }
}
