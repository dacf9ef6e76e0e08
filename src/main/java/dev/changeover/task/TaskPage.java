package dev.changeover.task;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Part of a list of the Task Center.
 *
 * @param total how many the whole list has
 * @param lines newest first
 */
public record TaskPage(int total, List<Line> lines) {
    public static final TaskPage NONE = new TaskPage(0, List.of());

    /** A {@link Task} in a list: without the fields that only its own page needs. */
    public record Line(
            String jobId,
            String projectId,
            String instanceId,
            String instanceName,
            String proxyId,
            String proxyName,
            Task.Kind kind,
            Task.Status status,
            int progress,
            String sourceVersion,
            String targetVersion,
            String phase,
            String state,
            String stateReason,
            @Nullable String outcome,
            String failReason,
            Instant createdAt,
            @Nullable Instant plannedStart,
            @Nullable Instant plannedEnd,
            @Nullable Instant endedAt) {}
}
