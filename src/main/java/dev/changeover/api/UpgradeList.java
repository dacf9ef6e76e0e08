package dev.changeover.api;

import dev.changeover.task.Task;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A project's upgrades, newest first. */
record UpgradeList(List<Entry> upgrades) {
    static UpgradeList of(List<Task> tasks) {
        return new UpgradeList(tasks.stream().map(Entry::of).toList());
    }

    /**
     * One upgrade.
     *
     * @param outcome how it ended altogether; null while it runs, retirement included
     */
    record Entry(
            String jobId,
            String projectId,
            String proxyId,
            String proxyName,
            String status,
            String phase,
            int percent,
            String sourceVersion,
            String targetVersion,
            @Nullable String outcome,
            String failReason,
            String createdAt,
            @Nullable String endedAt) {

        static Entry of(Task task) {
            return new Entry(
                    task.jobId(),
                    task.projectId(),
                    task.proxyId(),
                    task.proxyName(),
                    task.status().publishedName(),
                    task.phase(),
                    task.progress(),
                    task.sourceVersion(),
                    task.targetVersion(),
                    task.outcome(),
                    task.failReason(),
                    Times.of(task.createdAt()),
                    Times.ofNullable(task.endedAt()));
        }
    }
}
