package dev.changeover.notify;

import dev.changeover.contact.Channel;
import dev.changeover.database.Columns;
import dev.changeover.database.Sql;
import dev.changeover.notify.Delivery.Status;
import dev.changeover.notify.Sender.Result;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The delivery rows that {@link Digests} makes: claimed by one attempt at a time, and closed by what became of it.
 * An attempt whose server died leaves its claim behind: the next one repeats it under the same id; an SMS, which has
 * none, at most once.
 */
@Singleton
record Deliveries(Sql sql, Outbox outbox) {
    /** Longer than any attempt takes. */
    private static final Duration CLAIM = Duration.ofMinutes(5);

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(30);
    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);
    private static final Duration GIVE_UP = Duration.ofDays(1);

    /** An SMS may reach its receiver twice, not more often. */
    private static final int MOST_UNKNOWN = 2;

    private static final Columns<Stored> STORED = Columns.of(Stored.class);

    /** Some deliveries that an attempt can be made for now; those of what is held alone, while there are such. */
    List<String> due(Instant now, int limit) {
        return Outbox.heldFirst(held -> sql.list(
                "select id from delivery where held = ? and next_at <= ? and (claimed_until is null or claimed_until < ?)"
                        + " order by next_at, id limit ?",
                row -> row.text("id"),
                held,
                now,
                now,
                limit));
    }

    /** Begins an attempt; empty where another one has begun, none is to be made any more, or its reader is gone or asleep. */
    Optional<Attempt> claim(String id, Instant now) {
        var stored = sql.first("select * from delivery where id = ?", STORED::read, id)
                .orElseThrow();
        var told = outbox.of(id);
        var isRead = outbox.isRead(id, stored.address());
        if (outbox.isPutOff(id, stored.address(), told, stored.attempts(), now)) return Optional.empty();
        var unknowns = stored.unknowns() + (stored.interrupted() && stored.channel() == Channel.SMS ? 1 : 0);
        var attempt = new Attempt(UUID.randomUUID().toString(), stored.attempts() + 1, unknowns, stored, told);
        var claimed = sql.change(
                        """
                        update delivery set claimed_by = ?, claimed_until = ?, attempts = ?, unknowns = ?
                        where id = ? and next_at <= ? and (claimed_until is null or claimed_until < ?) and attempts = ?
                        """,
                        attempt.token(),
                        now.plus(CLAIM),
                        attempt.number(),
                        unknowns,
                        id,
                        now,
                        now,
                        stored.attempts())
                > 0;
        if (!claimed) {
            return Optional.empty();
        }
        if (unknowns >= MOST_UNKNOWN) {
            end(attempt, Status.UNKNOWN, "interrupted while it was sent", null, now);
            return Optional.empty();
        }
        if (!isRead) {
            end(attempt, unknowns > 0 ? Status.UNKNOWN : Status.WITHDRAWN, stored.reason(), null, now);
            return Optional.empty();
        }
        if (stored.attempts() > 0 && now.isAfter(stored.createdAt().plus(GIVE_UP))) {
            end(attempt, Status.FAILED, stored.reason(), null, now);
            return Optional.empty();
        }
        return Optional.of(attempt);
    }

    /** Writes down how an attempt ended, unless another one has begun meanwhile. */
    void close(Attempt attempt, Result result, Instant now) {
        var next = now.plus(pause(attempt.number()));
        switch (result) {
            case Result.Final ended -> end(attempt, ended.status(), ended.reason(), null, now);
            case Result.Later later -> {
                var over = next.isAfter(attempt.stored().createdAt().plus(GIVE_UP));
                var open = attempt.unknowns() > 0 ? Status.UNKNOWN : Status.WAITING;
                end(attempt, over ? Status.FAILED : open, later.reason(), over ? null : next, now);
            }
            case Result.Maybe maybe -> {
                var counted = attempt.withOneMoreUnknown();
                end(counted, Status.UNKNOWN, maybe.reason(), counted.unknowns() < MOST_UNKNOWN ? next : null, now);
            }
        }
    }

    private void end(Attempt attempt, Status status, String reason, @Nullable Instant next, Instant now) {
        sql.change(
                """
                update delivery set status = ?, reason = ?, unknowns = ?, next_at = ?, ended_at = ?, claimed_by = null,
                    claimed_until = null
                where id = ? and claimed_by = ?
                """,
                status,
                reason,
                attempt.unknowns(),
                next,
                next == null ? now : null,
                attempt.stored().id(),
                attempt.token());
    }

    private static Duration pause(int attempts) {
        var pause = FIRST_PAUSE.multipliedBy(1L << Math.min(attempts - 1, 10));
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }

    /**
     * @param token of this attempt
     * @param number counts from 1
     * @param unknowns of earlier attempts of an SMS
     */
    record Attempt(String token, int number, int unknowns, Stored stored, List<Told> told) {
        Delivery delivery() {
            return new Delivery(
                    stored.id(),
                    stored.channel(),
                    stored.address(),
                    stored.contactName(),
                    ZoneId.of(stored.zone()),
                    told);
        }

        Attempt withOneMoreUnknown() {
            return new Attempt(token, number, unknowns + 1, stored, told);
        }
    }

    /** The row, before the attempt. */
    record Stored(
            String id,
            Channel channel,
            String address,
            String contactName,
            String zone,
            String reason,
            int attempts,
            int unknowns,
            @Nullable String claimedBy,
            Instant createdAt) {
        boolean interrupted() {
            return claimedBy != null;
        }
    }
}
