package dev.changeover.node.agent;

import dev.changeover.node.RetireProgress.Closing;
import dev.changeover.node.agent.RetiringSessions.Held;
import dev.changeover.node.driver.NoAnswerException;
import dev.changeover.node.site.CloseTimestampFile;
import dev.changeover.node.site.NodeSite;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Closes sessions of a node one by one, never faster than the pace, whoever closes, and keeps the account. */
final class RateLimitedCloser {

    private static final int MOST_CLOSINGS = 100;

    private final CloseTimestampFile last;
    private final NodeSite site;
    private final Duration pace;
    private final List<Closing> closings;
    private int closed;

    RateLimitedCloser(NodeSite site, Duration pace, int closedBefore, List<Closing> before) {
        this.site = site;
        this.last = new CloseTimestampFile(site.configuration().runDir().resolve("last-closing"), site.clock());
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
        var told = new ArrayList<Instant>(1);
        try {
            if (shutdown(one, isAllowed, told)) note(one, told.getFirst());
        } catch (NoAnswerException e) {
            // A tree ends with its last session, sometimes before it has answered: what it was told, it did. One that
            // lives and says nothing is found at the next look.
            if (!told.isEmpty()) note(one, told.getFirst());
        }
    }

    private boolean shutdown(Held one, Predicate<Instant> isAllowed, List<Instant> told) throws IOException {
        var generation = one.generation();
        var expected = one.details() != null
                ? one.details()
                : generation.details(one.session()).orElse(null);
        if (expected == null || untilDue().isPositive()) return false;
        return generation.close(one.session(), expected, () -> {
            var now = site.clock().instant();
            if (!isAllowed.test(now)) return false;
            // Written down first: after a crash in between we wait once too long, never too short.
            last.note(now);
            told.add(now);
            return true;
        });
    }

    private void note(Held one, Instant at) {
        closed++;
        closings.add(new Closing(
                one.session().client(),
                one.generation().number(),
                one.session().age().toSeconds(),
                at));
        if (closings.size() > MOST_CLOSINGS) closings.removeFirst();
    }

    int closed() {
        return closed;
    }

    List<Closing> closings() {
        return closings;
    }
}
