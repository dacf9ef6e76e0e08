package dev.changeover.upgrade;

import java.util.Locale;
import java.util.Optional;

/** What an operator can say to a running upgrade. */
public enum Command {
    PAUSE,
    RESUME,
    RETRY,
    SKIP,
    STOP;

    /** The name of its update, and its word in paths and on the command line. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Why the upgrade, as it stands, does not allow the command; empty when it does. */
    Optional<String> refusedBy(Progress progress, Order order) {
        if (!order.jobId().equals(progress.request().jobId())) {
            return Optional.of("job %s is not running on this proxy, job %s is"
                    .formatted(order.jobId(), progress.request().jobId()));
        }
        if (progress.phase() == Phase.ENDED) {
            return Optional.of("the upgrade has ended");
        }
        return switch (this) {
            case PAUSE ->
                progress.phase() == Phase.VERIFYING
                        ? Optional.of("what is left only looks: there is nothing to pause")
                        : when(progress.paused(), "the upgrade is paused already");
            case RESUME -> when(!progress.paused(), "the upgrade is not paused");
            case RETRY -> held(progress, order);
            case SKIP ->
                progress.phase() == Phase.PRECHECK || progress.phase() == Phase.STAGING
                        ? Optional.of("nothing was changed yet: stop the upgrade instead of skipping a node")
                        : held(progress, order);
            case STOP ->
                progress.phase().changing()
                        ? when(progress.stopping(), "the upgrade is stopping already")
                        : Optional.of("every node is through its handover: there is nothing left to stop");
        };
    }

    private static Optional<String> held(Progress progress, Order order) {
        var held = progress.held().stream().map(node -> node.node().nodeId()).toList();
        if (held.isEmpty()) {
            return Optional.of("no node is held");
        }
        var meant = order.nodeId();
        if (meant == null) {
            return when(held.size() > 1, "several nodes are held, say which: " + String.join(", ", held));
        }
        return when(!held.contains(meant), "node %s is not held; held: %s".formatted(meant, String.join(", ", held)));
    }

    private static Optional<String> when(boolean refused, String reason) {
        return refused ? Optional.of(reason) : Optional.empty();
    }
}
