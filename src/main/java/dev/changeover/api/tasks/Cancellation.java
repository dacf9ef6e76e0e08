package dev.changeover.api.tasks;

import dev.changeover.api.ApiException;
import dev.changeover.task.Task;
import dev.changeover.upgrade.Command;
import dev.changeover.upgrade.ErrorCode;
import dev.changeover.upgrade.engine.Upgrades;
import dev.changeover.upgrade.engine.Upgrades.TemporalUnavailable;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Cancels scheduled tasks, each for itself: two that race with their openings cannot be had together or not at all.
 * A task that was cancelled before counts as cancelled, so that a repeated request gets the same answer. Where nothing
 * at all could be cancelled, the answer is the error.
 */
@Singleton
final class Cancellation {
    private static final String REASON = "cancelled in the Task Center";

    private final Upgrades upgrades;

    Cancellation(Upgrades upgrades) {
        this.upgrades = upgrades;
    }

    /**
     * The result.
     *
     * @param jobIds those that are cancelled
     * @param notCancelled those that are not, and why; our extension
     */
    record Answer(List<String> jobIds, List<NotCancelled> notCancelled) {}

    /** A task that goes on. */
    record NotCancelled(String jobId, String errorCode, String errorMsg) {}

    /** @throws ApiException or {@link TemporalUnavailable} where none could be cancelled */
    Answer cancel(List<Task> tasks, String actor) {
        var cancelled = new ArrayList<String>();
        var left = new ArrayList<NotCancelled>();
        for (var task : tasks) {
            try {
                var refusal = cancel(task, actor);
                if (refusal.isEmpty()) {
                    cancelled.add(task.jobId());
                } else {
                    left.add(new NotCancelled(task.jobId(), ErrorCode.NOT_NOW.code(), refusal));
                }
            } catch (TemporalUnavailable silence) {
                if (cancelled.isEmpty() && left.isEmpty()) {
                    throw silence; // nothing was done yet, and the others would wait as long
                }
                left.add(new NotCancelled(
                        task.jobId(), ErrorCode.UNAVAILABLE.code(), String.valueOf(silence.getMessage())));
            }
        }
        if (cancelled.isEmpty()) {
            throw new ApiException(ErrorCode.NOT_NOW, sentences(left));
        }
        return new Answer(List.copyOf(cancelled), List.copyOf(left));
    }

    /** Why not; empty when it is cancelled. */
    private String cancel(Task task, String actor) {
        if (task.status() == Task.Status.CANCELED) {
            return "";
        }
        return upgrades.command(task.jobId(), Command.CANCEL, null, REASON, actor)
                .refusal();
    }

    private static String sentences(List<NotCancelled> left) {
        return left.stream()
                .map(one -> "job %s: %s".formatted(one.jobId(), one.errorMsg()))
                .collect(Collectors.joining("; "));
    }
}
