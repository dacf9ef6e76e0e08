package dev.changeover.upgrade;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** How long a node takes, soak included; holds do not count. */
final class Estimate {

    /** What a handover takes beside its soak, until this proxy's own handovers say better. */
    static final Duration USUAL_HANDOVER = Duration.ofSeconds(15);

    private static final double PERCENTILE = 0.95;

    private Estimate() {}

    /** The 95th percentile of what the nodes of the proxy's earlier upgrades took, as if soaked as long as now. */
    static Duration perNode(List<Progress> earlier, UpgradeSettings settings) {
        var handovers = earlier.stream()
                .flatMap(upgrade -> upgrade.nodes().stream()
                        .map(NodeProgress::took)
                        .flatMap(Optional::stream)
                        .map(took -> took.minus(upgrade.request().settings().soak())))
                .map(handover -> handover.isNegative() ? Duration.ZERO : handover)
                .sorted()
                .toList();
        var handover = handovers.isEmpty()
                ? USUAL_HANDOVER
                : handovers.get((int) Math.ceil(PERCENTILE * handovers.size()) - 1);
        return handover.plus(settings.soak());
    }
}
