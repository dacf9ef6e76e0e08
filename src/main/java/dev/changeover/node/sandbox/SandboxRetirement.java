package dev.changeover.node.sandbox;

import dev.changeover.node.RetireOrder;
import dev.changeover.node.RetireProgress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Lets the older generations of a sandbox node end, and counts. A session may be closed only when it is older than the
 * limit and one of the order's openings is now; of those the idle ones go first, the oldest before the others, one at a
 * time and never faster than the pace.
 */
final class SandboxRetirement {
    private final SandboxHost host;
    private final RetireOrder order;
    private final SandboxPace pace;

    SandboxRetirement(SandboxHost host, RetireOrder order, Optional<RetireProgress> before) {
        this.host = host;
        this.order = order;
        this.pace = new SandboxPace(
                host,
                order.pace(),
                before.map(RetireProgress::closed).orElse(0),
                before.map(RetireProgress::closings).orElse(List.of()));
    }

    /** Closes at most one session, if one is over the limit and openings and pace allow it. */
    void closeOne() {
        pace.closeOne(this::choice);
    }

    private Optional<SandboxHeld> choice(Instant now) {
        if (!order.allows(now)) {
            return Optional.empty();
        }
        return SandboxHeld.in(host).stream()
                .filter(held -> held.generation().steerable())
                .filter(held -> held.age().compareTo(order.ageLimit()) > 0)
                .min(SandboxHeld.PREFERENCE);
    }

    Duration untilNext(Duration atMost) {
        return pace.untilNext(atMost);
    }

    RetireProgress progress() {
        var left = SandboxHeld.in(host);
        return new RetireProgress(
                order.node().nodeId(),
                left.size(),
                pace.closed(),
                left.isEmpty() ? 0 : left.getFirst().age().toSeconds(),
                SandboxHeld.doing(left),
                order.opening(host.clock().instant()).orElse(null),
                SandboxHeld.holders(left),
                pace.closings());
    }

    boolean done() {
        return host.generations().stream().allMatch(SandboxGeneration::accepting);
    }
}
