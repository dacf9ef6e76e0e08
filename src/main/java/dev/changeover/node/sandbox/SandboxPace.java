package dev.changeover.node.sandbox;

import dev.changeover.node.RetireProgress.Closing;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Closes sessions of a sandbox node one by one, never faster than the pace, whoever closes, and keeps the account. */
final class SandboxPace {
    private static final int MOST_CLOSINGS = 100;

    private final SandboxHost host;
    private final Duration pace;
    private final List<Closing> closings;
    private int closed;

    SandboxPace(SandboxHost host, Duration pace, int closedBefore, List<Closing> before) {
        this.host = host;
        this.pace = pace;
        this.closings = new ArrayList<>(before);
        this.closed = closedBefore;
    }

    /** Closes what is chosen, if the pace allows it now; the choice is asked with that instant. */
    void closeOne(Function<Instant, Optional<SandboxHeld>> choice) {
        host.deeds().lock();
        try {
            var now = host.clock().instant();
            if (!now.isBefore(host.lastClosing().plus(pace))) {
                choice.apply(now).filter(held -> held.generation().steerable()).ifPresent(this::close);
            }
        } finally {
            host.deeds().unlock();
        }
    }

    /** How long nothing can become due, at most {@code atMost}. */
    Duration untilNext(Duration atMost) {
        var next = Duration.between(host.clock().instant(), host.lastClosing().plus(pace));
        return next.isPositive() && next.compareTo(atMost) < 0 ? next : atMost;
    }

    private void close(SandboxHeld held) {
        var at = host.close(held.session());
        closed++;
        closings.add(new Closing(
                held.session().peer(), held.generation().number(), held.age().toSeconds(), at));
        if (closings.size() > MOST_CLOSINGS) {
            closings.removeFirst();
        }
    }

    int closed() {
        return closed;
    }

    List<Closing> closings() {
        return closings;
    }
}
