package dev.changeover.upgrade;

import java.time.Duration;
import java.util.List;

/** How long a node takes, soak included; holds do not count. */
public final class Estimate {

    /** The time of a handover beside its soak, until this proxy's own handovers say better. */
    public static final Duration USUAL_HANDOVER = Duration.ofSeconds(15);

    /** So many of a proxy's handovers count, the last ones: estimates follow what they took lately. */
    public static final int HANDOVERS = 60;

    private static final double PERCENTILE = 0.95;

    private Estimate() {}

    /** The 95th percentile of what earlier handovers of the proxy took, and the soak of now. */
    public static Duration perNode(List<Duration> handovers, Duration soak) {
        if (handovers.isEmpty()) {
            return USUAL_HANDOVER.plus(soak);
        }
        var sorted = handovers.stream().sorted().toList();
        return sorted.get((int) Math.ceil(PERCENTILE * sorted.size()) - 1).plus(soak);
    }
}
