package dev.changeover.inventory;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Orders what one process of an agent saw, whatever the way and the time it takes until somebody hears of it.
 *
 * @param run of the process, by chance
 * @param number grows with each look of it
 * @param asked when the control plane asked for it, on its own clock: it is later than all that was heard before, whatever
 *     number that had; a minute before it was told where the agent told it by itself; null where neither is known
 */
public record Look(long run, long number, @Nullable Instant asked) {
    /** One of which nobody says when it was asked for. */
    public Look(long run, long number) {
        this(run, number, null);
    }

    /** The same as the answer to a question. */
    public Look asked(@Nullable Instant at) {
        return new Look(run, number, at);
    }
}
