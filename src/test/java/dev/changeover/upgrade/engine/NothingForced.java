package dev.changeover.upgrade.engine;

import dev.changeover.upgrade.Command;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Nobody forces any upgrade. */
public final class NothingForced implements ForcedUpgrades {
    @Override
    public Optional<Wait> mayBegin(String jobId) {
        return Optional.empty();
    }

    @Override
    public Optional<String> begin(String jobId) {
        return Optional.empty();
    }

    @Override
    public void standBack(String jobId) {}

    @Override
    public Optional<String> refuses(String jobId, Command command, @Nullable Instant start) {
        return Optional.empty();
    }

    @Override
    public void unsaid(String jobId, Command command) {}
}
