package dev.changeover.node;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Let the older generations end.
 *
 * @param kernel that serves now; null where no upgrade says so
 * @param ageLimit sessions older than this may be closed, no others (REQUIREMENTS S14; 24 h unless set)
 * @param pace at least this long between two closings on the node, whoever closes
 * @param openings sessions are closed in one of these only; none at all means at any time
 */
public record RetireOrder(
        NodeOrder node, @Nullable KernelToRun kernel, Duration ageLimit, Duration pace, List<Span> openings) {
    public RetireOrder {
        openings = List.copyOf(openings);
    }

    /** Whether a session may be closed at this instant. */
    public boolean allows(Instant instant) {
        return openings.isEmpty() || openings.stream().anyMatch(opening -> opening.contains(instant));
    }

    /** The opening that is, or comes next; empty when closing is not bound to any, or none is left. */
    public Optional<Span> opening(Instant now) {
        return openings.stream().filter(opening -> now.isBefore(opening.to())).min(Comparator.comparing(Span::from));
    }
}
