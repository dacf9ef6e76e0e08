package dev.changeover.node;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Which node is meant.
 *
 * @param machineId the host this node was pinned to at its first inspection; null before it
 * @param ageLimit from which age on an inspection counts a session as one that may be closed (REQUIREMENTS S14)
 * @param generation the one that the upgrade has made: what is older on the node ends for its sake, what is newer is
 *     another's. 0 as long as there is none, and for any
 * @param permit the control plane's signature; an enrolled agent does what is signed, whatever stands beside it
 */
public record NodeOrder(
        String nodeId,
        @Nullable String machineId,
        Duration ageLimit,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) int generation,
        @Nullable Permit permit) {
    private static final Duration A_DAY = Duration.ofHours(24);

    public NodeOrder {
        // What was written before limits were sent says nothing of them.
        ageLimit = ageLimit == null ? A_DAY : ageLimit;
    }

    /** Unsigned, with the usual limit of 24 h. */
    public NodeOrder(String nodeId, @Nullable String machineId) {
        this(nodeId, machineId, A_DAY, 0, null);
    }

    /** Whether the order is about this generation, where it is about old ones. */
    public boolean isAbout(int number) {
        return generation == 0 || number < generation;
    }
}
