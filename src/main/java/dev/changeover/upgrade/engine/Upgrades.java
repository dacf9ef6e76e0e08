package dev.changeover.upgrade.engine;

import dev.changeover.upgrade.Admission;
import dev.changeover.upgrade.Command;
import dev.changeover.upgrade.CommandAnswer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The door to upgrades for everything outside the workflow. Safe for concurrent use; calls block for at most ten
 * seconds, a plan for 45.
 *
 * <p>It writes each upgrade and command into the ledger before Temporal hears of it. Agents' orders are signed for
 * nothing else, so code of the control plane that wants upgrades of its own, such as a campaign, submits them here and
 * needs no more: it neither starts the workflow as a child nor signs. Called from an activity, it must not believe the
 * activity's arguments, because a stranger at Temporal can choose those: submit only what a row says that a caller of
 * the REST interface had written, such as a campaign that an operator started and a member of it, with a key made of
 * their ids, so that an attempt after a crash gets the same job.
 */
public interface Upgrades {

    /**
     * Starts an upgrade, or answers what speaks against it. The same key gets the same job and answer.
     *
     * @throws KeyReused if the key came with another body before, or its upgrade was lost and ended by an operator
     * @throws NotRegistered if the proxy was removed meanwhile
     * @throws TemporalUnavailable if no answer was to be had in time; the same key finds it later
     */
    Admission submit(Submission submission);

    /**
     * Says something to a running upgrade.
     *
     * @throws UnknownJob if the ledger has no such job
     * @throws TemporalUnavailable if no answer was to be had in time
     */
    CommandAnswer command(String jobId, Command command, @Nullable String nodeId, String reason, String actor);

    /**
     * Moves a scheduled upgrade to another opening of the instance's window as it is now (REQUIREMENTS M4).
     *
     * @param start when in that window to begin; null for its next opening
     * @param end until when it is to be done if that is before the window closes; only with a start, and after it
     * @throws WrongStart if {@code start} has passed, is outside of the window, or too late in it or before the end;
     *     nothing was changed
     * @throws UnknownJob if the ledger has no such job
     * @throws TemporalUnavailable if no answer was to be had in time
     */
    CommandAnswer reschedule(String jobId, @Nullable Instant start, @Nullable Instant end, String reason, String actor);

    /** The same until the window closes. */
    default CommandAnswer reschedule(String jobId, @Nullable Instant start, String reason, String actor) {
        return reschedule(jobId, start, null, reason, actor);
    }

    /**
     * Closes sessions that old generations still hold, younger ones than the age limit too; paced all the same.
     *
     * @param nodeId on this node only; null for all that retire
     * @param session one session, by the id that the view gives it, which needs its node; null for all
     * @param confirmed how many the operator knows to remain; if there are more, nothing is closed
     * @throws UnknownJob if the ledger has no such job
     * @throws TemporalUnavailable if no answer was to be had in time
     */
    CommandAnswer closeRemaining(
            String jobId,
            @Nullable String nodeId,
            @Nullable String session,
            int confirmed,
            String reason,
            String actor);

    /** The effect of an upgrade, by what inventory and ledger know; asks no agent. */
    UpgradeAdvice advice(String proxyId);

    /**
     * The dry run: the same with every node looked at now. Starts nothing.
     *
     * @throws TemporalUnavailable if no answer was to be had in time
     */
    UpgradeAdvice plan(String proxyId);

    /** An upgrade as the ledger has it, with live figures where they are to be had. */
    Optional<UpgradeView> view(String jobId);

    /** The open upgrades with nodes that wait for an operator, of every project; the oldest first. */
    List<UpgradeView> held();

    /** The key came with another body before, or its upgrade is over without a record; nothing was changed. */
    final class KeyReused extends RuntimeException {
        public KeyReused(String key) {
            this("Idempotency-Key '%s' was used with another request before; send a new key", key);
        }

        private KeyReused(String sentence, Object... names) {
            super(sentence.formatted(names));
        }

        static KeyReused ofLost(String key, String jobId) {
            return new KeyReused(
                    "Idempotency-Key '%s' is that of job %s, which was lost and then ended by an operator; send a new key",
                    key, jobId);
        }
    }

    /** A scheduled upgrade cannot begin then; the message says why, and what would do. */
    final class WrongStart extends RuntimeException {
        public WrongStart(String message) {
            super(message);
        }
    }

    /** The ledger has no such job. */
    final class UnknownJob extends RuntimeException {
        public UnknownJob(String jobId) {
            super("job %s does not exist".formatted(jobId));
        }
    }

    /** There is no such proxy any more. */
    final class NotRegistered extends RuntimeException {
        public NotRegistered(String proxyId) {
            super("proxy %s does not exist".formatted(proxyId));
        }
    }

    /** Temporal gave no answer in time. */
    final class TemporalUnavailable extends RuntimeException {
        public TemporalUnavailable(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}
