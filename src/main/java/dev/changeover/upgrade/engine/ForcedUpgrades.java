package dev.changeover.upgrade.engine;

import dev.changeover.upgrade.Command;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rules for upgrades that somebody else wanted than their owner. The engine asks them of every upgrade; one that
 * nobody forced is always allowed. Thread-safe.
 */
public interface ForcedUpgrades {

    /** Why the upgrade may not begin yet; changes nothing. */
    Optional<Wait> mayBegin(String jobId);

    /** @param again how long until it is worth asking again */
    record Wait(String reason, Duration again) {}

    /**
     * Takes a place for the upgrade, which it keeps until its task ends or it {@linkplain #standBack stands back}; why
     * not, if there is none. Asking again is harmless.
     */
    Optional<String> begin(String jobId);

    /** The upgrade has not begun after all, and waits. */
    void standBack(String jobId);

    /**
     * Why nobody may say this to the upgrade. If it may be started now, its place is taken.
     *
     * @param start when it is to begin, with the command to reschedule; null otherwise
     */
    Optional<String> refuses(String jobId, Command command, @Nullable Instant start);

    /** Whether others wait for its end, so that only operators may pause or stop it. */
    boolean isForced(String jobId);

    /** The upgrade itself has refused what was allowed here. */
    void unsaid(String jobId, Command command);
}
