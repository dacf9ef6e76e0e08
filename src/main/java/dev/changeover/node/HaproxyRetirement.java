package dev.changeover.node;

import dev.changeover.haproxy.Generation;
import dev.changeover.haproxy.OperatorConfiguration;
import dev.changeover.haproxy.RunDirectory;
import dev.changeover.haproxy.Session;
import dev.changeover.haproxy.UnansweredException;
import dev.changeover.inventory.KernelVersion;
import dev.changeover.node.RetireProgress.Closing;
import dev.changeover.node.RetireProgress.Holder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Lets the older generations of a HAProxy node end, and counts. A session may be closed only when it is older than the
 * limit. Those outside a transaction go first, unknown counts as inside; of these the idle ones before the busy, and of
 * these the oldest. One at a time, never faster than the pace, and only clients of the operator's own frontends.
 */
final class HaproxyRetirement {

    private static final int MOST_HOLDERS = 10;
    private static final int MOST_CLOSINGS = 100;

    /** Whom to choose from: asking for the details of each of thousands would take longer than the pace. */
    private static final int MOST_CANDIDATES = 50;

    private final HaproxySite site;
    private final RetireOrder order;
    private final List<Closing> closings;
    private List<Held> held = List.of();
    private int closed;

    HaproxyRetirement(HaproxySite site, RetireOrder order, Optional<RetireProgress> before) {
        this.site = site;
        this.order = order;
        this.closings = new ArrayList<>(before.map(RetireProgress::closings).orElse(List.of()));
        this.closed = before.map(RetireProgress::closed).orElse(0);
    }

    private record Held(Generation.Live generation, Session session) {}

    private record Candidate(Held held, boolean isIdle, boolean inTransaction) {}

    /** Looks who is left. */
    void look(Observed observed) throws IOException {
        var all = new ArrayList<Held>();
        for (var generation : observed.retiring()) {
            var frontends = OperatorConfiguration.read(generation.directory().operatorConfiguration())
                    .frontendNames();
            try {
                for (var session : generation.api().sessions()) {
                    if (frontends.contains(session.frontend())) all.add(new Held(generation, session));
                }
            } catch (UnansweredException e) {
                // It ended between two looks, or the next look tells more.
                continue;
            }
        }
        all.sort(Comparator.comparing((Held one) -> one.session().age()).reversed());
        held = all;
    }

    /** Whether every older generation has ended. */
    boolean isDone(Observed observed) throws IOException {
        if (!observed.retiring().isEmpty()) return false;
        for (var ended : observed.ended()) {
            if (!RunDirectory.hasEnded(ended)) return false;
        }
        return true;
    }

    /** Removes what ended generations and kernels leave behind. The caller holds the node's lock. */
    void cleanUp(Observed observed) throws IOException {
        for (var ended : observed.ended()) {
            if (RunDirectory.hasEnded(ended)) RunDirectory.remove(ended);
        }
        var current = site.run().current().map(KernelVersion::of);
        if (current.isEmpty()) return;
        var older = site.kernels().all().stream()
                .map(StagedKernel::version)
                .filter(version -> version.isOlderThan(current.get()))
                .toList();
        // The last one before is kept for the emergency door; newer ones may be staged for the next upgrade.
        for (var version : older.subList(0, Math.max(0, older.size() - 1)))
            site.kernels().remove(version);
    }

    boolean hasOverAge() {
        return !held.isEmpty() && isOverAge(held.getFirst());
    }

    private boolean isOverAge(Held one) {
        return one.session().age().compareTo(order.ageLimit()) > 0;
    }

    /** Closes at most one session, if one is over the limit and the pace allows it. The caller holds the node's lock. */
    void closeOne() throws IOException {
        if (untilDue().isPositive() || !hasOverAge()) return;
        var doing = ProcessList.now(site.configuration().processList());
        var first = held.stream()
                .filter(this::isOverAge)
                .limit(MOST_CANDIDATES)
                .map(one -> candidate(one, doing))
                .min(Comparator.comparing(Candidate::inTransaction)
                        .thenComparing(candidate -> !candidate.isIdle())
                        .thenComparing(candidate -> candidate.held().session().age(), Comparator.reverseOrder()));
        if (first.isPresent()) close(first.get().held());
    }

    private Candidate candidate(Held one, Map<Integer, ProcessList.Doing> doing) {
        try {
            if (!doing.isEmpty()) {
                var port = one.generation().api().portTowardsDatabase(one.session());
                var known = port.isPresent() ? doing.get(port.getAsInt()) : null;
                if (known != null) return new Candidate(one, known.isIdle(), known.inTransaction());
            }
        } catch (UnansweredException e) {
            // What is not known counts as inside a transaction.
            return new Candidate(one, false, true);
        }
        return new Candidate(one, one.session().isQuiet(), true);
    }

    private void close(Held one) throws IOException {
        // Written down first: after a crash in between we wait once too long, never too short.
        var now = site.clock().instant();
        Files.writeString(lastClosing(), now.toString());
        if (!one.generation().api().shutdown(one.session())) return;
        closed++;
        closings.add(new Closing(
                one.session().source(),
                one.generation().number(),
                one.session().age().toSeconds(),
                now));
        if (closings.size() > MOST_CLOSINGS) closings.removeFirst();
    }

    /** How long the pace still forbids the next closing, whoever did the last; zero or less when one is due. */
    Duration untilDue() throws IOException {
        if (Files.notExists(lastClosing())) return Duration.ZERO;
        var last = Instant.parse(Files.readString(lastClosing()).strip());
        var left = Duration.between(site.clock().instant(), last.plus(order.pace()));
        // A clock that was set back must not keep us waiting for ever.
        return left.compareTo(order.pace()) > 0 ? order.pace() : left;
    }

    private Path lastClosing() {
        return site.run().path().resolve("last-closing");
    }

    RetireProgress progress() {
        return new RetireProgress(
                site.configuration().nodeId(),
                held.size(),
                closed,
                held.isEmpty() ? 0 : held.getFirst().session().age().toSeconds(),
                held.stream().limit(MOST_HOLDERS).map(HaproxyRetirement::holder).toList(),
                closings);
    }

    private static Holder holder(Held one) {
        return new Holder(
                one.session().source(),
                one.generation().number(),
                one.session().age().toSeconds(),
                one.session().isQuiet());
    }
}
