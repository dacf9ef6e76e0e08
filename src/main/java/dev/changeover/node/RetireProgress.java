package dev.changeover.node;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How far a retirement is; the heartbeat's details, and where a retry goes on.
 *
 * @param nodeId whose, so that a heartbeat tells it by itself
 * @param left sessions that old generations still hold
 * @param closed sessions closed because of their age, since the retirement began
 * @param oldestSeconds age of the oldest session left; 0 when none is left
 * @param doing what the sessions left are doing
 * @param opening in which sessions are closed: the one that is, or comes next; null where closing is not bound to any,
 *     or none is left
 * @param holders the longest-lived clients, at most ten
 * @param closings the last closings, at most a hundred
 */
public record RetireProgress(
        String nodeId,
        int left,
        int closed,
        long oldestSeconds,
        Doing doing,
        @Nullable Span opening,
        List<Holder> holders,
        List<Closing> closings) {
    public RetireProgress {
        holders = List.copyOf(holders);
        closings = List.copyOf(closings);
    }

    /** What a session is doing, as far as the database, or in the sandbox the relay, can tell. */
    public enum State {
        IDLE,
        BUSY,
        IN_TRANSACTION,
        UNKNOWN
    }

    /** How many sessions are in each state. */
    public record Doing(int idle, int busy, int inTransaction, int unknown) {
        public static <T> Doing of(List<T> sessions, Function<T, State> state) {
            var counts = new int[State.values().length];
            sessions.forEach(session -> counts[state.apply(session).ordinal()]++);
            return new Doing(
                    counts[State.IDLE.ordinal()],
                    counts[State.BUSY.ordinal()],
                    counts[State.IN_TRANSACTION.ordinal()],
                    counts[State.UNKNOWN.ordinal()]);
        }
    }

    /**
     * A client that is still connected through an old generation.
     *
     * @param id names the session in a {@link CloseOrder}: never another one, however often addresses come again
     * @param client its address, as the proxy sees it
     * @param user as the database knows it; null where that is not known
     * @param program what the client says it is; null where it, or the database, does not say
     */
    public record Holder(
            String id,
            String client,
            int generation,
            long ageSeconds,
            State state,
            @Nullable String user,
            @Nullable String program) {}

    /** A session that was closed. */
    public record Closing(String client, int generation, long ageSeconds, Instant at) {
        private static final Duration SECONDS_CUT_OFF = Duration.ofSeconds(2);

        /**
         * Whether both are of one session: an old generation has a client's address once, and ages are cut off. Clients of
         * a unix socket have no address to know them by: of these no two are taken for one.
         */
        public boolean isOfTheSame(Closing other) {
            if (client.startsWith("unix:")) return false;
            var cutOff = SECONDS_CUT_OFF.plus(unit(Math.max(ageSeconds, other.ageSeconds)));
            return client.equals(other.client)
                    && generation == other.generation
                    && Duration.between(began(), other.began()).abs().compareTo(cutOff) <= 0;
        }

        /** The smaller of the two units that engines say an age in. */
        private static Duration unit(long ageSeconds) {
            if (ageSeconds >= Duration.ofDays(1).toSeconds()) return Duration.ofHours(1);
            return ageSeconds >= Duration.ofHours(1).toSeconds() ? Duration.ofMinutes(1) : Duration.ZERO;
        }

        private Instant began() {
            return at.minusSeconds(ageSeconds);
        }
    }
}
