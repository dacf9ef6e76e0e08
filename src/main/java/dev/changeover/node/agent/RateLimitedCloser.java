package dev.changeover.node.agent;

import dev.changeover.node.RetireProgress.Closing;
import dev.changeover.node.agent.RetiringSessions.Held;
import dev.changeover.node.driver.NoAnswerException;
import dev.changeover.node.site.NodeSite;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Closes sessions of a node one by one, never faster than the pace, whoever closes, and keeps the account. */
final class RateLimitedCloser {

    /** A disk that takes longer to write a closing down has made it later than that says. */
    private static final Duration AT_ONCE = Duration.ofMillis(20);

    private static final int MOST_CLOSINGS = 100;

    private final ClosingsFile file;
    private final NodeSite site;
    private final String order;
    private final Duration pace;
    private final List<Closing> closings;

    /** What was tried in this round and not closed: one that cannot be closed is in nobody's way. */
    private final Set<RetiringSessions.Key> inVain = new HashSet<>();

    private int closed;

    /**
     * @param order names it among all that were ever given to this node; what the host has counted for it goes on
     * @param closedBefore what the control plane has heard of it
     */
    RateLimitedCloser(NodeSite site, String order, Duration pace, int closedBefore, List<Closing> before) {
        this.site = site;
        this.file = new ClosingsFile(site.configuration().runDir().resolve("closings"), site.clock());
        this.order = order;
        this.pace = pace;
        var counted = counted();
        var knowsMore = counted.closed() >= closedBefore;
        var last = knowsMore ? counted.closings() : before;
        this.closings = new ArrayList<>(last.subList(Math.max(0, last.size() - MOST_CLOSINGS), last.size()));
        this.closed = Math.max(counted.closed(), closedBefore);
    }

    private ClosingsFile.Account counted() {
        try {
            return file.of(order);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    Duration untilDue() throws IOException {
        return file.untilDue(pace);
    }

    /**
     * Closes the one of these that goes first, if it is still there and the pace allows it. The caller holds the node's
     * lock.
     *
     * @param isAllowed asked with the instant at which nothing but the closing itself is left to do
     */
    void closeOne(List<Held> candidates, Predicate<Instant> isAllowed) throws IOException {
        if (untilDue().isPositive() || !isAllowed.test(site.clock().instant())) return;
        if (candidates.stream().map(Held::key).allMatch(inVain::contains)) inVain.clear();
        var first =
                candidates.stream().filter(one -> !inVain.contains(one.key())).min(Held.PREFERENCE);
        if (first.isEmpty()) return;
        inVain.add(first.get().key());
        close(first.get(), isAllowed);
    }

    private void close(Held one, Predicate<Instant> isAllowed) throws IOException {
        var told = new ArrayList<Closing>(1);
        try {
            var isClosed = shutdown(one, isAllowed, told);
            if (isClosed) {
                count(told.getFirst());
            } else if (!told.isEmpty()) {
                file.takeBack(order);
                forget(told.getFirst());
            }
        } catch (NoAnswerException e) {
            // A tree ends with its last session, sometimes before it has answered: what it was told, it did. One that
            // lives and says nothing is found at the next look.
            if (!told.isEmpty()) count(told.getFirst());
        }
    }

    private boolean shutdown(Held one, Predicate<Instant> isAllowed, List<Closing> told) throws IOException {
        var generation = one.generation();
        var expected = one.details() != null
                ? one.details()
                : generation.details(one.session()).orElse(null);
        if (expected == null || untilDue().isPositive()) return false;
        return generation.close(one.session(), expected, () -> {
            var now = site.clock().instant();
            if (!isAllowed.test(now)) return false;
            var closing = closing(one, now);
            // Written down first: after a crash in between we wait once too long, never too short.
            file.add(order, closing);
            told.add(closing);
            // A slow disk may have taken the rest of an opening.
            return isAllowed.test(site.clock().instant());
        });
    }

    private static Closing closing(Held one, Instant at) {
        return new Closing(
                one.session().client(),
                one.generation().number(),
                one.session().age().toSeconds(),
                at);
    }

    private void count(Closing closing) throws IOException {
        var now = site.clock().instant();
        if (Duration.between(closing.at(), now).compareTo(AT_ONCE) > 0) file.wasLater(now);
        forget(closing);
        closed++;
        closings.add(closing);
        if (closings.size() > MOST_CLOSINGS) closings.removeFirst();
    }

    /** It was written down by somebody who died before it was closed, or never heard that it was. */
    private void forget(Closing closing) {
        if (closings.removeIf(closing::isOfTheSame)) closed--;
    }

    /** All of an order that has closed so many and has these left: one that was written down and lives is not two. */
    int whole(List<Held> left) {
        var now = site.clock().instant();
        var writtenDown = left.stream()
                .map(one -> closing(one, now))
                .filter(one -> closings.stream().anyMatch(one::isOfTheSame))
                .count();
        return closed + left.size() - (int) writtenDown;
    }

    int closed() {
        return closed;
    }

    List<Closing> closings() {
        return closings;
    }
}
