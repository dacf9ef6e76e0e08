package dev.changeover.upgrade.engine;

import dev.changeover.upgrade.engine.Upgrades.TemporalUnavailable;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Of upgrades that are asked one after the other those that gave no answer. Two in a row mean that Temporal is away, and
 * that all others would wait as long; a single one may be stuck by itself. For one thread.
 */
public final class Silences {
    private static final int AWAY = 2;

    private int inARow;
    private @Nullable TemporalUnavailable last;

    /** Why the next one need not be asked; empty while it may answer. */
    public Optional<TemporalUnavailable> away() {
        return inARow < AWAY ? Optional.empty() : last();
    }

    /** The last one, whoever answered since. */
    public Optional<TemporalUnavailable> last() {
        return Optional.ofNullable(last);
    }

    public void answered() {
        inARow = 0;
    }

    public void add(TemporalUnavailable silence) {
        inARow++;
        last = silence;
    }
}
