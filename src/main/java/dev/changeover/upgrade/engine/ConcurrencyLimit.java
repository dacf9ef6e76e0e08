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
 * Gives out slots when more upgrades meet at an opening than may run at once. A soft limit: of two that ask at the same
 * instant for the last place, both get one.
 */
record ConcurrencyLimit(TaskLedger ledger, ForcedUpgrades forced) {
    /** An upgrade that waits asks again no sooner than after this part of the time that it has waited already. */
    private static final int LOOKS_PER_WAIT = 4;

    /**
     * There is no slot for this upgrade yet.
     *
     * @param again when it is worth asking again
     */
    record NotYet(Check reason, Instant again) {}

    /**
     * Empty when the upgrade may take a place now. Half of the places are kept for those that asked first; not all,
     * because one of them may be paused and take none.
     */
    Optional<NotYet> of(Progress progress, Instant now) {
        return forced.mayBegin(progress.request().jobId())
                .map(wait -> new NotYet(reason(wait.reason()), now.plus(wait.again())))
                .or(() -> ofAll(progress, now));
    }

    static Check reason(String words) {
        return Check.of(Blocker.TOO_MANY_AT_ONCE, false, words);
    }

    private Optional<NotYet> ofAll(Progress progress, Instant now) {
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
     * An upgrade does not ask again before a slot is likely to be free. If that was expected too early, one with many
     * before it asks less often the longer it has waited: of a thousand each would otherwise come back every few
     * seconds, and slow down those that run.
     */
    private static NotYet notYet(Progress progress, Instant now, int taken, int before) {
        var places = progress.request().settings().atOnce();
        var whole =
                progress.nodes().stream().map(node -> node.node().estimate()).reduce(Duration.ZERO, Duration::plus);
        var expected = whole.multipliedBy(before / places + 1);
        var patient = waitedSinceOpening(progress, now)
                .dividedBy(LOOKS_PER_WAIT)
                .multipliedBy(before)
                .dividedBy(before + places);
        var running = "%d run or are held, %d wait longer".formatted(taken, before);
        return new NotYet(reason(running), now.plus(expected.compareTo(patient) > 0 ? expected : patient));
    }

    private static Duration waitedSinceOpening(Progress progress, Instant now) {
        var opens = requireNonNull(progress.schedule()).opening().opens();
        var asked = progress.request().requestedAt();
        return Duration.between(opens.isAfter(asked) ? opens : asked, now);
    }
}
