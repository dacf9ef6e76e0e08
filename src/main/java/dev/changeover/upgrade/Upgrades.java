package dev.changeover.upgrade;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The door to upgrades for everything outside the workflow. Safe for concurrent use; calls block for at most ten seconds, a plan for 45. */
public interface Upgrades {

    /**
     * Starts an upgrade, or answers what speaks against it. The same key gets the same job and answer.
     *
     * @throws KeyReused if the key came with another body before
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

    /** What an upgrade would be, on what inventory and ledger know; asks no agent. */
    UpgradeAdvice advice(String proxyId);

    /**
     * The dry run: the same with every node looked at now. Starts nothing.
     *
     * @throws TemporalUnavailable if no answer was to be had in time
     */
    UpgradeAdvice plan(String proxyId);

    /** An upgrade as the ledger has it, with live figures where they are to be had. */
    Optional<UpgradeView> view(String jobId);

    /** The key came with another body before; nothing was changed. */
    final class KeyReused extends RuntimeException {
        KeyReused(String key) {
            super("Idempotency-Key '%s' was used with another request before; send a new key".formatted(key));
        }
    }

    /** The ledger has no such job. */
    final class UnknownJob extends RuntimeException {
        UnknownJob(String jobId) {
            super("job %s does not exist".formatted(jobId));
        }
    }

    /** Temporal gave no answer in time. */
    final class TemporalUnavailable extends RuntimeException {
        TemporalUnavailable(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}
