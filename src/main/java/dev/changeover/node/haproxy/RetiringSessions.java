package dev.changeover.node.haproxy;

import dev.changeover.haproxy.Generation;
import dev.changeover.haproxy.OperatorConfiguration;
import dev.changeover.haproxy.Session;
import dev.changeover.haproxy.SessionDetails;
import dev.changeover.haproxy.UnansweredException;
import dev.changeover.node.RetireProgress.Doing;
import dev.changeover.node.RetireProgress.Holder;
import dev.changeover.node.RetireProgress.State;
import dev.changeover.node.agent.DatabaseConnections;
import dev.changeover.node.agent.SessionId;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The clients that the retiring generations of a HAProxy node still hold, and what is known of each. Only those of the
 * operator's own frontends. For one thread.
 */
final class RetiringSessions {

    private static final int MOST_HOLDERS = 10;

    /** Asking HAProxy for the details of each of thousands at once would take longer than the pace. */
    private static final int MOST_DETAILS = 50;

    private final HaproxySite site;
    private final @Nullable Key wanted;
    private final Map<Key, SessionDetails> details = new HashMap<>();
    private List<Held> all = List.of();
    private boolean isWhole;

    /** @param wanted the session that matters most, if there is one */
    RetiringSessions(HaproxySite site, @Nullable SessionId wanted) {
        this.site = site;
        this.wanted = wanted == null ? null : new Key(wanted.generation(), pointer(wanted), wanted.client());
    }

    private static String pointer(SessionId id) {
        return id.key().substring(0, id.key().indexOf('.') + 1).replace(".", "");
    }

    /** What tells a session from every other one in a listing. */
    private record Key(int generation, String pointer, String client) {}

    /**
     * @param details null until HAProxy was asked
     * @param row what the database says of it; null where it does not
     */
    record Held(
            Generation.Live generation,
            Session session,
            @Nullable SessionDetails details,
            DatabaseConnections.@Nullable Row row) {

        /** Whom to close first: outside a transaction, unknown counts as inside; then idle; then the oldest. */
        static final Comparator<Held> PREFERENCE = Comparator.comparing(
                        (Held one) -> one.state() == State.IN_TRANSACTION || one.state() == State.UNKNOWN)
                .thenComparing(one -> !one.isIdle())
                .thenComparing(Held::age, Comparator.reverseOrder());

        Duration age() {
            return session.age();
        }

        State state() {
            return row == null ? State.UNKNOWN : row.state();
        }

        private boolean isIdle() {
            return row == null ? session.isQuiet() : row.state() == State.IDLE;
        }

        /** Empty until HAProxy was asked. */
        Optional<SessionId> id() {
            return Optional.ofNullable(details)
                    .map(known ->
                            new SessionId(generation.number(), session.id() + "." + known.number(), session.source()));
        }

        private Holder holder() {
            return new Holder(
                    id().map(SessionId::toString).orElse(""),
                    session.source(),
                    generation.number(),
                    age().toSeconds(),
                    state(),
                    row == null ? null : row.user(),
                    row == null ? null : row.program());
        }
    }

    /**
     * Looks who is left.
     *
     * @param freshEnough how old the database's word may be
     */
    void look(GenerationSnapshot observed, Duration freshEnough) throws IOException, InterruptedException {
        var listed = new ArrayList<Held>();
        isWhole = true;
        for (var generation : observed.retiring()) {
            var frontends = OperatorConfiguration.read(generation.directory().operatorConfiguration())
                    .frontendNames();
            try {
                for (var session : generation.api().sessions()) {
                    if (frontends.contains(session.frontend())) listed.add(new Held(generation, session, null, null));
                }
            } catch (UnansweredException e) {
                // It ended between two looks, or the next look tells more.
                isWhole = false;
            }
        }
        listed.sort(Comparator.comparing(Held::age).reversed());
        details.keySet().retainAll(listed.stream().map(RetiringSessions::key).collect(Collectors.toSet()));
        learn(listed);
        var connections =
                listed.isEmpty() ? DatabaseConnections.NONE : site.processes().asOf(freshEnough);
        all = listed.stream().map(one -> known(one, connections)).toList();
    }

    private void learn(List<Held> listed) {
        var toAsk = listed.stream()
                .filter(one -> !isKnown(one))
                .sorted(Comparator.comparing((Held one) -> !key(one).equals(wanted))
                        .thenComparing(one -> details.containsKey(key(one))))
                .limit(MOST_DETAILS)
                .toList();
        for (var one : toAsk) {
            try {
                one.generation().api().details(one.session()).ifPresent(found -> details.put(key(one), found));
            } catch (UnansweredException e) {
                // What is not known counts as inside a transaction; the next look tells more.
                return;
            }
        }
    }

    private boolean isKnown(Held one) {
        var known = details.get(key(one));
        return known != null && known.isConnected();
    }

    private Held known(Held one, DatabaseConnections connections) {
        var found = details.get(key(one));
        var row = found == null
                ? null
                : connections.find(found.from(), found.to()).orElse(null);
        return new Held(one.generation(), one.session(), found, row);
    }

    private static Key key(Held one) {
        return new Key(
                one.generation().number(), one.session().id(), one.session().source());
    }

    /** The oldest first. */
    List<Held> all() {
        return all;
    }

    /** Whether every generation has said what it holds. */
    boolean isWhole() {
        return isWhole;
    }

    /** The same session, if it is still there. */
    Optional<Held> find(SessionId id) {
        return all.stream()
                .filter(one -> one.id().filter(id::equals).isPresent())
                .findFirst();
    }

    long oldestSeconds() {
        return all.isEmpty() ? 0 : all.getFirst().age().toSeconds();
    }

    Doing doing() {
        return Doing.of(all, Held::state);
    }

    /** The longest-lived clients. */
    List<Holder> holders() {
        return all.stream().limit(MOST_HOLDERS).map(Held::holder).toList();
    }
}
