package dev.changeover.campaign;

import dev.changeover.inventory.KernelVersion;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The forced upgrade of all proxies on a version.
 *
 * @param openFor engine and version while it has not ended; null afterwards
 * @param version what the proxies are brought off
 * @param target what they are brought to
 * @param stage the wave that is at work, from 1; 0 before it is started
 * @param reason why the version is bad, for owners
 * @param note why it is in its state, for operators
 * @param strategy as JSON
 * @param deadline until then owners choose when; after it the next opening counts
 * @param stageSince when its wave began
 * @param soakSince when the soak of its wave began; null before it
 */
public record Campaign(
        String id,
        @Nullable String openFor,
        String engine,
        KernelVersion version,
        KernelVersion target,
        Level level,
        State state,
        int stage,
        String reason,
        String note,
        String strategy,
        String createdBy,
        Instant createdAt,
        @Nullable Instant startedAt,
        Instant deadline,
        @Nullable Instant stageSince,
        @Nullable Instant soakSince,
        @Nullable Instant endedAt) {

    public enum State {
        /** Nobody has started it; owners know nothing of it. */
        PLANNED,
        RUNNING,
        /** A wave is over, and an operator has to approve the next. */
        AWAITING,
        /** Nothing further begins until it is resumed. */
        PAUSED,
        /** Ended by an operator or the stop rule; what had not begun was cancelled. */
        HALTED,
        DONE;

        /** Whether upgrades may begin. */
        public boolean lets() {
            return this == RUNNING || this == AWAITING;
        }

        public boolean isOver() {
            return this == HALTED || this == DONE;
        }
    }

    public static String openFor(String engine, KernelVersion version) {
        return engine + " " + version.numbers();
    }

    public Strategy plan() {
        return Strategy.ofJson(strategy);
    }

    public Campaign in(State next, String why, Instant now) {
        var kept = next.isOver() ? null : openFor;
        var ended = next.isOver() ? now : null;
        return copy(kept, next, stage, Member.fitting(why), startedAt, stageSince, soakSince, ended);
    }

    /** The next wave begins; the first one if it was not started. */
    public Campaign nextStage(Instant now) {
        var started = startedAt == null ? now : startedAt;
        return copy(openFor, State.RUNNING, stage + 1, "", started, now, null, null);
    }

    public Campaign soaking(Instant now) {
        return copy(openFor, state, stage, note, startedAt, stageSince, now, null);
    }

    private Campaign copy(
            @Nullable String openFor,
            State state,
            int stage,
            String note,
            @Nullable Instant startedAt,
            @Nullable Instant stageSince,
            @Nullable Instant soakSince,
            @Nullable Instant endedAt) {
        return new Campaign(
                id,
                openFor,
                engine,
                version,
                target,
                level,
                state,
                stage,
                reason,
                note,
                strategy,
                createdBy,
                createdAt,
                startedAt,
                deadline,
                stageSince,
                soakSince,
                endedAt);
    }
}
