package dev.changeover.api.tasks;

import dev.changeover.api.ApiException;
import dev.changeover.task.Task;
import dev.changeover.task.TaskLedger;
import dev.changeover.upgrade.Command;
import dev.changeover.upgrade.ErrorCode;
import dev.changeover.upgrade.engine.Silences;
import dev.changeover.upgrade.engine.Upgrades;
import dev.changeover.upgrade.engine.Upgrades.TemporalUnavailable;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * Cancels scheduled tasks, each for itself: two that race with their openings cannot be had together or not at all.
 * A task that was cancelled before counts as cancelled, so that a repeated request gets the same answer. Where nothing
 * at all could be cancelled, the answer is the error. The answer comes when the ledger has the ends, so that who asks
 * next, or upgrades the proxy again, does not meet a task that was just said to be cancelled.
 */
@Singleton
record Cancellation(Upgrades upgrades, TaskLedger ledger) {
    private static final String REASON = "cancelled in the Task Center";

    /** An upgrade ends within a tenth of a second, but one whose agent is looking at its node has to wait for that. */
    private static final Duration ENDS = Duration.ofSeconds(2);

    private static final Duration PAUSE = Duration.ofMillis(20);

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
        var silences = new Silences();
        for (var task : tasks) {
            silences.ask(() -> refusal(task, actor), silence -> Optional.of(unanswered(task, silence)))
                    .ifPresentOrElse(left::add, () -> cancelled.add(task.jobId()));
        }
        if (silences.last().isPresent() && cancelled.isEmpty()) {
            throw silences.last().get();
        }
        if (cancelled.isEmpty()) {
            throw new ApiException(ErrorCode.NOT_NOW, sentences(left));
        }
        awaitEnds(cancelled);
        return new Answer(List.copyOf(cancelled), List.copyOf(left));
    }

    private static NotCancelled unanswered(Task task, TemporalUnavailable silence) {
        return new NotCancelled(task.jobId(), ErrorCode.UNAVAILABLE.code(), String.valueOf(silence.getMessage()));
    }

    /** All together; without success after {@link #ENDS}, as they will end anyway. */
    private void awaitEnds(List<String> jobIds) {
        var deadline = System.nanoTime() + ENDS.toNanos();
        for (var jobId : jobIds) {
            while (isOpen(jobId) && System.nanoTime() < deadline) {
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }

    private boolean isOpen(String jobId) {
        return ledger.task(jobId)
                .filter(task -> task.outcome() == null
                        || ledger.proxyClaimant(task.proxyId())
                                .filter(jobId::equals)
                                .isPresent())
                .isPresent();
    }

    /** Why not; empty when it is cancelled. */
    private Optional<NotCancelled> refusal(Task task, String actor) {
        var refusal = task.status() == Task.Status.CANCELED
                ? ""
                : upgrades.command(task.jobId(), Command.CANCEL, null, REASON, actor)
                        .refusal();
        return refusal.isEmpty()
                ? Optional.empty()
                : Optional.of(new NotCancelled(task.jobId(), ErrorCode.NOT_NOW.code(), refusal));
    }

    private static String sentences(List<NotCancelled> left) {
        return left.stream()
                .map(one -> "job %s: %s".formatted(one.jobId(), one.errorMsg()))
                .collect(Collectors.joining("; "));
    }
}
