package dev.changeover.notify;

import dev.changeover.database.Sql;
import dev.changeover.notify.Notice.Kind;
import dev.changeover.task.Task;
import dev.changeover.task.TaskEvent;
import dev.changeover.task.TaskLedger;
import dev.changeover.upgrade.EventKind;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells of upgrades that get no further for more than five days: between two nodes or at a held one, while old sessions
 * end, or at openings in which they could not begin. A plan whose time has not come does not wait. Each day of
 * an upgrade that stands between its nodes is told of; what has not begun, and the end of old sessions, once. Safe for
 * concurrent use.
 */
@Singleton
public final class LongWaits {
    private static final Duration LONG = Duration.ofDays(5);

    /** After these nodes are left of an upgrade that has begun, or one is held; an instant one begins as it is admitted. */
    private static final Set<EventKind> AT_WORK = EnumSet.of(
            EventKind.ADMITTED,
            EventKind.BEGUN,
            EventKind.HANDED_OVER,
            EventKind.SERVING,
            EventKind.SKIPPED,
            EventKind.HELD);

    private final Sql sql;
    private final TaskLedger ledger;
    private final UpgradeNotices notices;
    private final Clock clock;

    LongWaits(Sql sql, TaskLedger ledger, UpgradeNotices notices, Clock clock) {
        this.sql = sql;
        this.ledger = ledger;
        this.notices = notices;
        this.clock = clock;
    }

    /**
     * Looks at the ledger; call it every hour. What was told is known by the step that the wait follows and by its day, so
     * that no server has to remember, and none that is over before the next look was worth telling.
     */
    public void look() {
        var now = clock.instant();
        var latest = now.minus(LONG);
        sql.list("""
                select t.job_id from task t where t.outcome is null and t.created_at < ? and (t.kind = 'INSTANT'
                    or exists (select 1 from task_event e where e.job_id = t.job_id and e.at < ?
                        and e.kind in ('BEGUN', 'POSTPONED', 'STANDS_BACK', 'HELD')))
                """, row -> row.text("job_id"), latest, latest)
                .forEach(job -> sql.together(() -> tell(job, latest, now)));
    }

    private void tell(String jobId, Instant latest, Instant now) {
        // Locked, so that it does not end meanwhile.
        var open = sql.exists("select 1 from task where job_id = ? and outcome is null for update", jobId);
        var task = open ? ledger.task(jobId) : Optional.<Task>empty();
        task.ifPresent(it -> {
            var events = ledger.events(jobId, 0);
            var since = since(events, it.kind() == Task.Kind.INSTANT);
            if (since != null && since.at().isBefore(latest)) {
                notices.tell(
                        it,
                        "job:%s:%d:waits%s".formatted(jobId, since.number(), day(since, now)),
                        Kind.WAITING,
                        "no step further since %s; the last word: %s"
                                .formatted(since.at(), events.getLast().text()),
                        now);
            }
        });
    }

    private static String day(TaskEvent since, Instant now) {
        var days = Duration.between(since.at(), now).toDays();
        return AT_WORK.contains(EventKind.of(since)) && days > LONG.toDays() ? ":" + days : "";
    }

    /** The event after which it got no further; null while its time has not come. */
    private static @Nullable TaskEvent since(List<TaskEvent> events, boolean instant) {
        var begun = instant;
        TaskEvent since = null;
        for (var event : events) {
            switch (EventKind.of(event)) {
                case BEGUN -> {
                    begun = true;
                    since = event;
                }
                case ADMITTED, RESCHEDULED -> since = begun ? event : null;
                case POSTPONED, STANDS_BACK, HELD -> since = since == null ? event : since;
                case HANDED_OVER, SERVING, SKIPPED, ALL_SERVE, NOT_ALL_SERVE, RETIRED, VERIFIED -> since = event;
                case REFUSED,
                        WAITING,
                        STAGING,
                        STAGED,
                        RETARGETED,
                        HANDING_OVER,
                        RETIRING,
                        VERIFYING,
                        ENDED,
                        CANCELLED,
                        RELEASED,
                        RETRY,
                        SKIP,
                        PAUSED,
                        RESUMED,
                        STARTED_NOW,
                        CANCELLING,
                        CLOSING_ORDERED,
                        CLOSED,
                        NOT_CLOSED,
                        STOPPING,
                        CANCEL_IGNORED,
                        ENDED_FROM_OUTSIDE -> {}
            }
        }
        return since;
    }
}
