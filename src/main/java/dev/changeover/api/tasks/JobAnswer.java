package dev.changeover.api.tasks;

import dev.changeover.api.Times;
import dev.changeover.task.Task;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The published answer to a job query (REQUIREMENTS T8). */
record JobAnswer(Job job) {

    static JobAnswer of(Task task) {
        return new JobAnswer(new Job(
                task.jobId(),
                task.kind().publishedName(),
                status(task.status()).publishedName(),
                Times.of(task.createdAt()),
                Times.ofNullable(task.endedAt()),
                process(task.status(), task.progress()),
                new JobInstance(task.instanceId(), task.instanceName()),
                new Entities(List.of(task.proxyId())),
                failReason(task)));
    }

    /** A job has fewer than a task of the Task Center: {@code Pending}, {@code Running}, {@code Completed}, {@code Failed}. */
    private static Task.Status status(Task.Status status) {
        return switch (status) {
            case PENDING, UNAUTHORIZED -> Task.Status.PENDING;
            case RUNNING -> Task.Status.RUNNING;
            case COMPLETED -> Task.Status.COMPLETED;
            case FAILED, CANCELED -> Task.Status.FAILED;
        };
    }

    private static String failReason(Task task) {
        if (task.status() != Task.Status.CANCELED) {
            return task.failReason();
        }
        return task.failReason().isEmpty() ? "cancelled" : "cancelled: " + task.failReason();
    }

    /** Percent as text while it runs, else empty. */
    static String process(Task.Status status, int percent) {
        return status == Task.Status.RUNNING ? String.valueOf(percent) : "";
    }

    /**
     * The job.
     *
     * @param ended null while it runs
     * @param process percent, as text; empty unless it runs
     */
    record Job(
            String id,
            String name,
            String status,
            String created,
            @Nullable String ended,
            String process,
            JobInstance instance,
            Entities entities,
            String failReason) {}

    /** The instance it concerns. */
    record JobInstance(String id, String name) {}

    /** The proxies it concerns. */
    record Entities(List<String> resourceIds) {}
}
