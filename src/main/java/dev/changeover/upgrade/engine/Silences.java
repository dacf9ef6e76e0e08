package dev.changeover.upgrade.engine;

import dev.changeover.upgrade.engine.Upgrades.TemporalUnavailable;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Of upgrades that are asked one after the other those that gave no answer. Two in a row mean that Temporal is away, and
 * that all others would wait as long; a single one may be stuck by itself. For one thread.
 */
public final class Silences {
    private static final int AWAY = 2;

    private int inARow;
    private @Nullable TemporalUnavailable last;

    /**
     * Asks the next one, unless Temporal is away.
     *
     * @param unanswered what takes the place of an answer
     */
    public <T> T ask(Supplier<T> question, Function<TemporalUnavailable, T> unanswered) {
        if (last != null && inARow >= AWAY) return unanswered.apply(last);
        try {
            var answer = question.get();
            inARow = 0;
            return answer;
        } catch (TemporalUnavailable silence) {
            inARow++;
            last = silence;
            return unanswered.apply(silence);
        }
    }

    /** The last one, whoever answered since. */
    public Optional<TemporalUnavailable> last() {
        return Optional.ofNullable(last);
    }
}
