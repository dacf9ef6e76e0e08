package dev.changeover.api.tasks;

import dev.changeover.api.ApiException;
import dev.changeover.api.Paging;
import dev.changeover.api.Parameters;
import dev.changeover.api.Times;
import dev.changeover.task.Task;
import dev.changeover.task.TaskQuery;
import io.micronaut.core.annotation.Introspected;
import io.micronaut.http.annotation.QueryValue;
import io.swagger.v3.oas.annotations.Parameter;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of every list of the Task Center (REQUIREMENTS T2, T3, A3). All of them may be left out.
 *
 * @param offset how many of the newest are left out: 0 if not said
 * @param limit 1 to 50, and to 100 of scheduled jobs: 10 if not said
 * @param status a word of the Task Center, in any case
 * @param startTime created at or after it: seven days before the end if not said, and never more than 30 days ago
 * @param endTime created until then, in a whole second until its end: now if not said
 */
@Introspected
public record TaskFilter(
        @Parameter(description = "how many of the newest are left out (0)") @QueryValue @Nullable String offset,

        @Parameter(description = "1 to 50, to 100 of scheduled-jobs (10)") @QueryValue @Nullable String limit,

        @Parameter(description = "a published status; instant tasks are only Running, Completed or Failed")
        @QueryValue
        @Nullable String status,

        @Parameter(
                description = "created at or after it: ms since the epoch, or 2026-07-15T07:46:10+0000; of the last"
                        + " 30 days (seven days before end_time)")
        @QueryValue("start_time")
        @Nullable String startTime,

        @Parameter(description = "created until then, as start_time (now)") @QueryValue("end_time") @Nullable String endTime) {
    private static final Duration SHOWN = Duration.ofDays(7);
    private static final Duration KEPT = Duration.ofDays(30);

    /** A caller's clock may be ahead of ours, and its request takes a while. */
    private static final Duration LENIENCE = Duration.ofMinutes(1);

    /** Who asks for a month asks for 31 days now and then, and gets what there is. */
    private static final Duration MONTH = Duration.ofDays(31);

    /** A status of the published interface that no task has here. */
    private static final String NO_TASKS = "Initing";

    /** The search; any part may be null. An id or name that does not exist is no error, but a list without tasks. */
    record Sought(
            @Nullable String jobId,
            @Nullable String name,
            @Nullable String instanceId,
            @Nullable String instanceName) {}

    /** The scheduled tasks of an instance, or of one proxy of it, that have not ended, since when ever. */
    static TaskQuery notEnded(String projectId, String instanceId, @Nullable String proxyId) {
        var open = List.of(Task.Status.PENDING, Task.Status.UNAUTHORIZED, Task.Status.RUNNING);
        return new TaskQuery(
                projectId, Task.Kind.SCHEDULED, null, null, open, null, instanceId, null, proxyId, 0, Paging.MOST);
    }

    /** Whether a task is still listed and found by its id: not forever, but as long as its upgrade runs. */
    static boolean isKept(Task task, Instant now) {
        return task.outcome() == null || !task.createdAt().isBefore(now.minus(KEPT));
    }

    /**
     * The query that it means.
     *
     * @param most what {@code limit} may be
     * @throws ApiException naming the parameter that is wrong
     */
    TaskQuery query(String projectId, Task.Kind kind, Sought sought, int most, Instant now) {
        var end = Times.parameter("end_time", endTime);
        var from = from(end == null ? now : end, now);
        return new TaskQuery(
                projectId,
                kind,
                from,
                end == null ? null : after(end),
                statuses(),
                sought.jobId(),
                sought.instanceId(),
                sought.instanceName(),
                null,
                Parameters.number("offset", offset, 0, 0, Integer.MAX_VALUE),
                Parameters.number("limit", limit, 10, 1, most));
    }

    /** Times that the server prints have no fraction, and find what they were printed of. */
    private static Instant after(Instant end) {
        return end.getNano() == 0 ? end.plusSeconds(1) : end.plusMillis(1);
    }

    private Instant from(Instant end, Instant now) {
        var oldest = now.minus(KEPT);
        if (end.isBefore(oldest.minus(LENIENCE))) {
            throw ApiException.badParameter(
                    "end_time", "the Task Center has the last %d days".formatted(KEPT.toDays()));
        }
        var start = Times.parameter("start_time", startTime);
        if (start == null) {
            return later(end.minus(SHOWN), oldest);
        }
        if (start.isBefore(now.minus(MONTH).minus(LENIENCE))) {
            throw ApiException.badParameter(
                    "start_time", "the Task Center has the last %d days".formatted(KEPT.toDays()));
        }
        if (start.isAfter(endTime == null ? end.plus(LENIENCE) : end)) {
            throw ApiException.badParameter("start_time", "is after " + (endTime == null ? "now" : "end_time"));
        }
        return later(start, oldest);
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    /** Whether it asks for a status that no task has. */
    boolean isForNone() {
        return NO_TASKS.equalsIgnoreCase(status);
    }

    private List<Task.Status> statuses() {
        if (status == null || isForNone()) {
            return List.of();
        }
        var named = Arrays.stream(Task.Status.values())
                .filter(one -> one.publishedName().equalsIgnoreCase(status))
                .toList();
        if (named.isEmpty()) {
            throw ApiException.badParameter(
                    "status",
                    "one of %s, %s is needed"
                            .formatted(
                                    NO_TASKS,
                                    Arrays.stream(Task.Status.values())
                                            .map(Task.Status::publishedName)
                                            .collect(Collectors.joining(", "))));
        }
        return named;
    }
}
