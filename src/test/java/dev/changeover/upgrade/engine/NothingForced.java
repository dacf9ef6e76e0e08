package dev.changeover.upgrade.engine;

import dev.changeover.upgrade.Command;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Nobody forces any upgrade. */
public final class NothingForced implements ForcedUpgrades {
    private volatile @Nullable String full;
    private volatile Runnable standingBack = () -> {};

    /** From now on no place is free, for the reason; null: each upgrade gets one. */
    public void full(@Nullable String reason) {
        full = reason;
    }

    /** What happens elsewhere whenever one stands back. */
    public void whenOneStandsBack(Runnable happening) {
        standingBack = happening;
    }

    @Override
    public Optional<Wait> mayBegin(String jobId) {
        return begin(jobId).map(reason -> new Wait(reason, Duration.ofSeconds(5)));
    }

    @Override
    public Optional<String> begin(String jobId) {
        return Optional.ofNullable(full);
    }

    @Override
    public void standBack(String jobId) {
        standingBack.run();
    }

    @Override
    public Optional<String> refuses(String jobId, Command command, @Nullable Instant start) {
        return Optional.empty();
    }

    @Override
    public boolean isForced(String jobId) {
        return false;
    }

    @Override
    public void unsaid(String jobId, Command command) {}
}
