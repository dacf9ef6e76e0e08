package dev.changeover.node.agent;

import dev.changeover.node.RetireProgress.Doing;
import dev.changeover.node.RetireProgress.Holder;
import dev.changeover.node.RetireProgress.State;
import dev.changeover.node.driver.NoAnswerException;
import dev.changeover.node.driver.ProxyGeneration;
import dev.changeover.node.driver.ProxySession;
import dev.changeover.node.site.DatabaseConnections;
import dev.changeover.node.site.NodeSite;
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

/** The clients that the retiring generations of a node still hold, and what is known of each. For one thread. */
final class RetiringSessions {

    private static final int MOST_HOLDERS = 10;

    /** Asking an engine for the details of each of thousands at once would take longer than the pace. */
    private static final int MOST_DETAILS = 50;

    private final NodeSite site;
    private final @Nullable SessionId wanted;
    private final Map<Key, ProxySession.Details> details = new HashMap<>();
    private List<Held> all = List.of();
    private boolean isWhole;

    /** @param wanted the session that matters most, if there is one */
    RetiringSessions(NodeSite site, @Nullable SessionId wanted) {
        this.site = site;
        this.wanted = wanted;
    }

    /** What tells a session from every other one in a listing. */
    record Key(int generation, String handle, String client) {
        boolean isNamed(@Nullable SessionId wanted) {
            return wanted != null
                    && wanted.generation() == generation
                    && wanted.client().equals(client);
        }
    }

    /**
     * @param details null until the engine was asked
     * @param row what the database says of it; null where it does not
     */
    record Held(
            ProxyGeneration generation,
            ProxySession session,
            ProxySession.@Nullable Details details,
            DatabaseConnections.@Nullable Row row) {

        /** The first to close: outside a transaction, unknown counts as inside; then idle; then the oldest. */
        static final Comparator<Held> PREFERENCE = Comparator.comparing(
                        (Held one) -> one.state() == State.IN_TRANSACTION || one.state() == State.UNKNOWN)
                .thenComparing(one -> !one.isIdle())
                .thenComparing(one -> one.session().age(), Comparator.reverseOrder());

        State state() {
            return row == null ? session.state() : row.state();
        }

        private boolean isIdle() {
            return state() == State.UNKNOWN ? session.isQuiet() : state() == State.IDLE;
        }

        /** Empty until the engine was asked. */
        Optional<SessionId> id() {
            return Optional.ofNullable(details)
                    .map(known -> new SessionId(
                            generation.number(), session.handle() + "." + known.number(), session.client()));
        }

        Key key() {
            return new Key(generation.number(), session.handle(), session.client());
        }

        private Holder holder() {
            return new Holder(
                    id().map(SessionId::toString).orElse(""),
                    session.client(),
                    generation.number(),
                    session.age().toSeconds(),
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
    void look(List<ProxyGeneration> retiring, Duration freshEnough) throws IOException, InterruptedException {
        var listed = new ArrayList<Held>();
        isWhole = true;
        for (var generation : retiring) {
            try {
                for (var session : generation.sessions()) listed.add(new Held(generation, session, null, null));
            } catch (NoAnswerException e) {
                // It ended between two looks, or the next look tells more; until then it holds what it held.
                isWhole = false;
                all.stream().filter(one -> one.generation().isSame(generation)).forEach(listed::add);
            }
        }
        listed.sort(Comparator.comparing((Held one) -> one.session().age()).reversed());
        details.keySet().retainAll(listed.stream().map(Held::key).collect(Collectors.toSet()));
        learn(listed);
        var connections =
                listed.isEmpty() ? DatabaseConnections.NONE : site.processes().asOf(freshEnough);
        all = listed.stream().map(one -> known(one, connections)).toList();
    }

    private void learn(List<Held> listed) throws IOException {
        var toAsk = listed.stream()
                .filter(one -> !isKnown(one))
                .sorted(Comparator.comparing((Held one) -> !one.key().isNamed(wanted))
                        .thenComparing(one -> details.containsKey(one.key())))
                .limit(MOST_DETAILS)
                .toList();
        for (var one : toAsk) {
            try {
                one.generation().details(one.session()).ifPresent(found -> details.put(one.key(), found));
            } catch (NoAnswerException e) {
                // What is not known counts as inside a transaction; the next look tells more. The wanted one is asked
                // first.
                if (one.key().isNamed(wanted)) isWhole = false;
                return;
            }
        }
    }

    private boolean isKnown(Held one) {
        var known = details.get(one.key());
        return known != null && known.isConnected();
    }

    private Held known(Held one, DatabaseConnections connections) {
        var found = details.get(one.key());
        var row = found == null
                ? null
                : connections.find(found.from(), found.to()).orElse(null);
        return new Held(one.generation(), one.session(), found, row);
    }

    /** The oldest first. */
    List<Held> all() {
        return all;
    }

    /** Whether every generation has said what it holds, and which of it is the wanted session. */
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
        return all.isEmpty() ? 0 : all.getFirst().session().age().toSeconds();
    }

    Doing doing() {
        return Doing.of(all, Held::state);
    }

    /** The longest-lived clients. */
    List<Holder> holders() {
        return all.stream().limit(MOST_HOLDERS).map(Held::holder).toList();
    }
}
