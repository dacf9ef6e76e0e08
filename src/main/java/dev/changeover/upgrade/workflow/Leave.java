package dev.changeover.upgrade.workflow;

import dev.changeover.upgrade.Check;
import dev.changeover.upgrade.Schedule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether a node may begin: the answer of every wait and look before it, on which {@link RollingUpgrade} acts. */
sealed interface Leave {

    /** It may, now. */
    record Go() implements Leave {}

    /** A pause or another opening came in between: it is waited for, and asked again. */
    record Again() implements Leave {}

    /** Not yet: what stands in the way may pass by itself while a window is open. */
    record Later(List<Check> blockers) implements Leave {}

    /**
     * An operator has to decide about this node.
     *
     * @param unfit the schedule in which no opening is long enough, so that another one ends the hold; null where
     *     something else stands in the way
     */
    record Held(String reason, @Nullable Schedule unfit) implements Leave {}

    /** Nothing was changed, and nothing will be. */
    record Refused(List<Check> blockers) implements Leave {}

    /** Somebody has stopped the upgrade: no further node is begun. */
    record Stopped() implements Leave {}
}
