package dev.changeover.node;

import dev.changeover.node.HeldSessions.Held;
import dev.changeover.node.RetireProgress.Closing;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Closes sessions of a HAProxy node one by one, never faster than the pace, whoever closes, and keeps the account. */
final class PacedClosing {

    private static final int MOST_CLOSINGS = 100;

    private final LastClosing last;
    private final HaproxySite site;
    private final Duration pace;
    private final List<Closing> closings;
    private int closed;

    PacedClosing(HaproxySite site, Duration pace, int closedBefore, List<Closing> before) {
        this.site = site;
        this.last = new LastClosing(site.run().path().resolve("last-closing"), site.clock());
        this.pace = pace;
        this.closings = new ArrayList<>(before);
        this.closed = closedBefore;
    }

    Duration untilDue() throws IOException {
        return last.untilDue(pace);
    }

    /**
     * Closes this session if it is still there and the pace allows it. The caller holds the node's lock.
     *
     * @param isAllowed asked with the instant at which nothing but the closing itself is left to do
     */
    void close(Held one, Predicate<Instant> isAllowed) throws IOException {
        var api = one.generation().api();
        var expected = one.details() != null
                ? one.details()
                : api.details(one.session()).orElse(null);
        if (expected == null || untilDue().isPositive()) return;
        var at = new Instant[] {Instant.EPOCH};
        var isClosed = api.shutdown(one.session(), expected, () -> {
            at[0] = site.clock().instant();
            if (!isAllowed.test(at[0])) return false;
            // Written down first: after a crash in between we wait once too long, never too short.
            last.note(at[0]);
            return true;
        });
        if (!isClosed) return;
        closed++;
        closings.add(new Closing(
                one.session().source(), one.generation().number(), one.age().toSeconds(), at[0]));
        if (closings.size() > MOST_CLOSINGS) closings.removeFirst();
    }

    int closed() {
        return closed;
    }

    List<Closing> closings() {
        return closings;
    }
}
