package dev.changeover.upgrade;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The result of an upgrade so far.
 *
 * @param blockers why it was refused; empty otherwise
 * @param failReason why the task failed; empty otherwise
 * @param taskEndedAt when the owner's task was over: at the first completion mark, or when it failed; null before it
 * @param servingAt when every node served the target, the first completion mark; null before it
 * @param outcome how it ended altogether; null before it
 * @param endedAt when it was over altogether, retirement included; null before it
 */
public record Result(
        List<Check> blockers,
        String failReason,
        @Nullable Instant taskEndedAt,
        @Nullable Instant servingAt,
        @Nullable Outcome outcome,
        @Nullable Instant endedAt) {

    public static final Result OPEN = new Result(List.of(), "", null, null, null, null);

    public Result {
        blockers = List.copyOf(blockers);
    }

    public Result refused(List<Check> by, Instant at) {
        return new Result(by, Check.sentences(by), at, servingAt, outcome, endedAt);
    }

    /** The owner's task ends once: what fails afterwards does not move that. */
    public Result failed(String reason, Instant at) {
        return new Result(blockers, reason, taskEndedAt == null ? at : taskEndedAt, servingAt, outcome, endedAt);
    }

    /** The owner's task is over and did not fail. */
    public Result over(Instant at) {
        return new Result(blockers, failReason, at, servingAt, outcome, endedAt);
    }

    public Result serving(Instant at) {
        return new Result(blockers, failReason, at, at, outcome, endedAt);
    }

    Result ended(Outcome how, Instant at) {
        return new Result(blockers, failReason, taskEndedAt, servingAt, how, at);
    }
}
