package dev.changeover.node;

import dev.changeover.node.RetireProgress.Closing;
import dev.changeover.node.RetireProgress.Holder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Lets the older generations of a sandbox node end, and counts. A session may be closed only when it is older than the
 * limit; of those the idle ones go first, the oldest before the others, one at a time and never faster than the pace.
 */
final class SandboxRetirement {
    private static final int MOST_HOLDERS = 10;
    private static final int MOST_CLOSINGS = 100;

    private final String nodeId;
    private final SandboxHost host;
    private final Duration ageLimit;
    private final Duration pace;
    private final List<Closing> closings;
    private int closed;

    SandboxRetirement(SandboxHost host, RetireOrder order, Optional<RetireProgress> before) {
        this.nodeId = order.node().nodeId();
        this.host = host;
        this.ageLimit = order.ageLimit();
        this.pace = order.pace();
        this.closings = new ArrayList<>(before.map(RetireProgress::closings).orElse(List.of()));
        this.closed = before.map(RetireProgress::closed).orElse(0);
    }

    private record Held(SandboxGeneration generation, SandboxSession session, Duration age) {}

    /** Closes at most one session, if one is over the limit and the pace allows it. */
    void closeOne() {
        host.deeds().lock();
        try {
            var now = host.clock().instant();
            if (now.isBefore(host.lastClosing().plus(pace))) {
                return;
            }
            held(now)
                    .filter(held -> held.generation().steerable())
                    .filter(held -> held.age().compareTo(ageLimit) > 0)
                    .min(Comparator.comparing((Held held) -> !held.session().idle())
                            .thenComparing(Held::age, Comparator.reverseOrder()))
                    .ifPresent(this::close);
        } finally {
            host.deeds().unlock();
        }
    }

    /** How long nothing can become due, at most {@code atMost}. */
    Duration untilNext(Duration atMost) {
        var next = Duration.between(host.clock().instant(), host.lastClosing().plus(pace));
        return next.isPositive() && next.compareTo(atMost) < 0 ? next : atMost;
    }

    RetireProgress progress() {
        var now = host.clock().instant();
        var left = held(now).sorted(Comparator.comparing(Held::age).reversed()).toList();
        return new RetireProgress(
                nodeId,
                left.size(),
                closed,
                left.isEmpty() ? 0 : left.getFirst().age().toSeconds(),
                left.stream().limit(MOST_HOLDERS).map(SandboxRetirement::holder).toList(),
                closings);
    }

    boolean done() {
        return host.generations().stream().allMatch(SandboxGeneration::accepting);
    }

    private void close(Held held) {
        Instant at = host.close(held.session());
        closed++;
        closings.add(new Closing(
                held.session().peer(), held.generation().number(), held.age().toSeconds(), at));
        if (closings.size() > MOST_CLOSINGS) {
            closings.removeFirst();
        }
    }

    private Stream<Held> held(Instant now) {
        return host.generations().stream()
                .filter(generation -> !generation.accepting())
                .flatMap(generation ->
                        generation.sessions().stream().map(session -> new Held(generation, session, session.age(now))));
    }

    private static Holder holder(Held held) {
        return new Holder(
                held.session().peer(),
                held.generation().number(),
                held.age().toSeconds(),
                held.session().idle());
    }
}
