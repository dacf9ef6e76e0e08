package dev.changeover.api.tasks;

import dev.changeover.api.Times;
import dev.changeover.task.Task;
import dev.changeover.task.TaskPage;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Upgrades upon submission as the Task Center lists them (REQUIREMENTS S23), in the two published forms. */
final class InstantTasks {
    private static final List<String> NAMES = List.of(Task.Kind.INSTANT.publishedName());

    private InstantTasks() {}

    /**
     * The form of the task list.
     *
     * @param actions every name that a task can have
     */
    record Tasks(int totalCount, List<String> actions, List<Entry> tasks) {
        static Tasks of(TaskPage page, Function<String, InstanceStatus> instances) {
            return new Tasks(
                    page.total(),
                    NAMES,
                    page.lines().stream().map(line -> Entry.of(line, instances)).toList());
        }
    }

    /**
     * One of it.
     *
     * @param process percent, as text; empty unless it runs
     * @param endTime null while it runs
     */
    record Entry(
            String id,
            String name,
            String instanceId,
            String instanceName,
            String instanceStatus,
            String process,
            String failReason,
            String createTime,
            @Nullable String endTime,
            String status) {
        private static Entry of(TaskPage.Line line, Function<String, InstanceStatus> instances) {
            return new Entry(
                    line.jobId(),
                    line.kind().publishedName(),
                    line.instanceId(),
                    line.instanceName(),
                    instances.apply(line.instanceId()).inTasks(),
                    JobAnswer.process(line.status(), line.progress()),
                    line.failReason(),
                    Times.of(line.createdAt()),
                    Times.ofNullable(line.endedAt()),
                    line.status().publishedName());
        }
    }

    /**
     * The form of the jobs.
     *
     * @param actionNames every name that a task can have
     */
    record Jobs(List<Job> jobs, int totalCount, List<String> actionNames) {
        static Jobs of(TaskPage page, Function<String, InstanceStatus> instances) {
            return new Jobs(
                    page.lines().stream().map(line -> Job.of(line, instances)).toList(), page.total(), NAMES);
        }
    }

    /**
     * One of them. From {@code proxy_id} on it is our extension.
     *
     * @param process percent, as text; empty unless it runs
     * @param endedTime null while it runs
     * @param outcome how the upgrade ended altogether, retirement included; null until then
     * @param state the phase, or HELD or PAUSED where somebody has to say how to go on
     * @param stateReason why, or what happens next
     */
    record Job(
            String jobId,
            String jobName,
            String status,
            String process,
            String createdTime,
            @Nullable String endedTime,
            String failReason,
            String instanceId,
            String instanceName,
            String instanceStatus,
            String proxyId,
            String proxyName,
            String sourceVersion,
            String targetVersion,
            String phase,
            @Nullable String outcome,
            String state,
            String stateReason) {
        private static Job of(TaskPage.Line line, Function<String, InstanceStatus> instances) {
            return new Job(
                    line.jobId(),
                    line.kind().publishedName(),
                    line.status().publishedName(),
                    JobAnswer.process(line.status(), line.progress()),
                    Times.of(line.createdAt()),
                    Times.ofNullable(line.endedAt()),
                    line.failReason(),
                    line.instanceId(),
                    line.instanceName(),
                    instances.apply(line.instanceId()).inJobs(),
                    line.proxyId(),
                    line.proxyName(),
                    line.sourceVersion(),
                    line.targetVersion(),
                    line.phase(),
                    line.outcome(),
                    line.state(),
                    line.stateReason());
        }
    }
}
