package dev.changeover.upgrade.engine;

import static java.util.Objects.requireNonNull;

import dev.changeover.task.TaskLedger;
import dev.changeover.upgrade.Blocker;
import dev.changeover.upgrade.Check;
import dev.changeover.upgrade.Progress;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Whose turn it is when more upgrades meet at an opening than may run at once. A soft limit: of two that ask at the same
 * instant for the last place, both get one.
 */
final class ConcurrencyLimit {
    /** Who waits asks again no sooner than after this part of the time that he has waited already. */
    private static final int PATIENCE = 4;

    private final TaskLedger ledger;

    ConcurrencyLimit(TaskLedger ledger) {
        this.ledger = ledger;
    }

    /**
     * It is not this upgrade's turn.
     *
     * @param again when it is worth asking again
     */
    record NotYet(Check reason, Instant again) {}

    /**
     * Empty when the upgrade may take a place now. Half of the places are kept for those that asked first; not all,
     * because one of them may be paused and take none.
     */
    Optional<NotYet> of(Progress progress, Instant now) {
        var schedule = progress.schedule();
        if (schedule == null || schedule.begun() || schedule.lifted()) {
            return Optional.empty();
        }
        var request = progress.request();
        var places = request.settings().atOnce();
        var taken = ledger.claims();
        if (taken < (places + 1) / 2) {
            return Optional.empty();
        }
        var before = ledger.pending(now, request.requestedAt());
        return taken >= places || before >= places
                ? Optional.of(notYet(progress, now, taken, before))
                : Optional.empty();
    }

    /**
     * Nobody asks again before it can be his turn. Where that was expected too early, who has many before him asks less
     * often the longer he has waited: of a thousand each would otherwise come back every few seconds, and slow down those
     * that run.
     */
    private static NotYet notYet(Progress progress, Instant now, int taken, int before) {
        var places = progress.request().settings().atOnce();
        var whole =
                progress.nodes().stream().map(node -> node.node().estimate()).reduce(Duration.ZERO, Duration::plus);
        var expected = whole.multipliedBy(before / places + 1);
        var patient = waitedSinceOpening(progress, now)
                .dividedBy(PATIENCE)
                .multipliedBy(before)
                .dividedBy(before + places);
        var running = "%d run, %d wait longer".formatted(taken, before);
        return new NotYet(
                Check.of(Blocker.TOO_MANY_AT_ONCE, false, running),
                now.plus(expected.compareTo(patient) > 0 ? expected : patient));
    }

    private static Duration waitedSinceOpening(Progress progress, Instant now) {
        var opens = requireNonNull(progress.schedule()).opening().opens();
        var asked = progress.request().requestedAt();
        return Duration.between(opens.isAfter(asked) ? opens : asked, now);
    }
}
