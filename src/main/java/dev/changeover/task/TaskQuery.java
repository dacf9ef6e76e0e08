package dev.changeover.task;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A search in one list of the Task Center. A field that is null or empty does not filter.
 *
 * @param from created at or after this
 * @param before created before this
 * @param statuses any of these
 * @param offset how many of the newest are left out, from 0
 * @param limit the most that are given, from 1
 */
public record TaskQuery(
        String projectId,
        Task.Kind kind,
        @Nullable Instant from,
        @Nullable Instant before,
        List<Task.Status> statuses,
        @Nullable String jobId,
        @Nullable String instanceId,
        @Nullable String instanceName,
        @Nullable String proxyId,
        int offset,
        int limit) {

    public TaskQuery {
        if (offset < 0 || limit < 1) {
            throw new IllegalArgumentException("offset %d and limit %d".formatted(offset, limit));
        }
        statuses = List.copyOf(statuses);
    }
}
