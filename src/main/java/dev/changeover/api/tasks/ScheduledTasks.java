package dev.changeover.api.tasks;

import dev.changeover.api.Times;
import dev.changeover.task.Task;
import dev.changeover.task.TaskPage;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Upgrades in the maintenance window as the Task Center lists them (REQUIREMENTS S24), in the published forms. */
final class ScheduledTasks {
    private static final String DATASTORE = "mysql";

    private ScheduledTasks() {}

    /** The form of the schedule tasks. */
    record Tasks(List<Entry> scheduleTasks, int totalCount) {
        static Tasks of(TaskPage page, Function<String, InstanceStatus> instances) {
            return new Tasks(
                    page.lines().stream().map(line -> Entry.of(line, instances)).toList(), page.total());
        }
    }

    /**
     * One of them.
     *
     * @param startTime when its opening begins; null where none was planned
     * @param endTime when that opening ends
     * @param order among the tasks of a proxy, which has no more than one that has not ended
     */
    record Entry(
            String id,
            String name,
            String instanceId,
            String instanceName,
            String instanceStatus,
            String projectId,
            String createTime,
            @Nullable String startTime,
            @Nullable String endTime,
            String order,
            String status,
            String datastoreType,
            Target targetConfig) {
        private static Entry of(TaskPage.Line line, Function<String, InstanceStatus> instances) {
            return new Entry(
                    line.jobId(),
                    line.kind().publishedName(),
                    line.instanceId(),
                    line.instanceName(),
                    instances.apply(line.instanceId()).inTasks(),
                    line.projectId(),
                    Times.of(line.createdAt()),
                    Times.ofNullable(line.plannedStart()),
                    Times.ofNullable(line.plannedEnd()),
                    "1",
                    line.status().publishedName(),
                    DATASTORE,
                    Target.of(line));
        }
    }

    /** The intended change of the proxy. */
    record Target(String proxyId, String proxyName, String sourceVersion, String targetVersion) {
        private static Target of(TaskPage.Line line) {
            return new Target(line.proxyId(), line.proxyName(), line.sourceVersion(), line.targetVersion());
        }
    }

    /** The form of the scheduled jobs. */
    record Jobs(List<Job> schedules, int totalCount) {
        static Jobs of(TaskPage page, Function<String, InstanceStatus> instances) {
            return new Jobs(
                    page.lines().stream().map(line -> Job.of(line, instances)).toList(), page.total());
        }
    }

    /** Whether there are scheduled tasks that have not ended, and which. */
    record Exist(boolean exist, List<Existing> scheduledTasks) {
        static Exist of(TaskPage page, InstanceStatus instance) {
            return new Exist(
                    page.total() > 0,
                    page.lines().stream()
                            .map(line -> Existing.of(line, instance))
                            .toList());
        }
    }

    /**
     * One of them. Times are milliseconds since the epoch.
     *
     * @param startTime when its opening begins; null where none was planned
     * @param endTime when that opening ends
     */
    record Existing(
            String taskId,
            String taskName,
            String taskStatus,
            int taskOrder,
            long createTime,
            @Nullable Long startTime,
            @Nullable Long endTime,
            String projectId,
            String instanceId,
            String instanceName,
            String instanceStatus,
            String datastoreType,
            String proxyId,
            String proxyName,
            Target targetConfig) {
        private static Existing of(TaskPage.Line line, InstanceStatus instance) {
            return new Existing(
                    line.jobId(),
                    line.kind().publishedName(),
                    status(line.status()),
                    1,
                    line.createdAt().toEpochMilli(),
                    millis(line.plannedStart()),
                    millis(line.plannedEnd()),
                    line.projectId(),
                    line.instanceId(),
                    line.instanceName(),
                    instance.inExistingTasks(),
                    DATASTORE,
                    line.proxyId(),
                    line.proxyName(),
                    Target.of(line));
        }

        private static String status(Task.Status status) {
            return switch (status) {
                case PENDING, UNAUTHORIZED -> "WAITING";
                case RUNNING -> "RUNNING";
                case COMPLETED -> "SUCCESS";
                case FAILED -> "FAIL";
                case CANCELED -> "CANCELED";
            };
        }

        private static @Nullable Long millis(@Nullable Instant at) {
            return at == null ? null : at.toEpochMilli();
        }
    }

    /**
     * One scheduled job. From {@code process} on it is our extension.
     *
     * @param startTime when its opening begins; null where none was planned
     * @param endTime when that opening ends
     * @param process percent, as text; empty unless it runs
     * @param endedTime when it was completed, failed or cancelled; null until then
     * @param outcome how the upgrade ended altogether, retirement included; null until then
     * @param state the phase, or HELD or PAUSED where somebody has to say how to go on
     * @param stateReason why, or what happens next
     */
    record Job(
            String jobId,
            String instanceId,
            String instanceName,
            String instanceStatus,
            String projectId,
            String jobName,
            String createTime,
            @Nullable String startTime,
            @Nullable String endTime,
            String jobStatus,
            String datastoreType,
            Target targetConfig,
            String proxyId,
            String proxyName,
            String process,
            @Nullable String endedTime,
            String failReason,
            String phase,
            @Nullable String outcome,
            String state,
            String stateReason) {
        private static Job of(TaskPage.Line line, Function<String, InstanceStatus> instances) {
            return new Job(
                    line.jobId(),
                    line.instanceId(),
                    line.instanceName(),
                    instances.apply(line.instanceId()).inJobs(),
                    line.projectId(),
                    line.kind().publishedName(),
                    Times.of(line.createdAt()),
                    Times.ofNullable(line.plannedStart()),
                    Times.ofNullable(line.plannedEnd()),
                    line.status().publishedName(),
                    DATASTORE,
                    Target.of(line),
                    line.proxyId(),
                    line.proxyName(),
                    JobAnswer.process(line.status(), line.progress()),
                    Times.ofNullable(line.endedAt()),
                    line.failReason(),
                    line.phase(),
                    line.outcome(),
                    line.state(),
                    line.stateReason());
        }
    }
}
