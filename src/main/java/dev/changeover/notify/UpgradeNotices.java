package dev.changeover.notify;

import dev.changeover.database.Columns;
import dev.changeover.database.Sql;
import dev.changeover.inventory.KernelVersion;
import dev.changeover.notify.Notice.Kind;
import dev.changeover.notify.Notice.Level;
import dev.changeover.task.Task;
import dev.changeover.task.TaskEvent;
import dev.changeover.task.TaskListener;
import dev.changeover.upgrade.EventKind;
import dev.changeover.upgrade.Outcome;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The ledger's events as notices: those that are {@linkplain EventKind#worthTelling worth telling} and news to an owner. */
@Singleton
record UpgradeNotices(Sql sql, Notices notices) implements TaskListener {
    private static final Columns<Thread> THREAD = Columns.of(Thread.class, Map.of("name", "thread", "newest", "kind"));

    @Override
    public void recorded(Task task, TaskEvent event) {
        kind(task, EventKind.of(event)).ifPresent(kind -> {
            // A request that is refused before anything was told of it has its answer already.
            if (EventKind.of(event) != EventKind.REFUSED || isKnown(task)) {
                tell(task, "job:%s:%d".formatted(task.jobId(), event.number()), kind, event.text(), event.at());
            }
        });
    }

    void tell(Task task, String key, Kind kind, String reason, Instant at) {
        var thread = thread(task);
        notices.tell(
                new Notice(
                        key,
                        kind,
                        thread.level(),
                        task.projectId(),
                        task.instanceId(),
                        task.proxyId(),
                        task.jobId(),
                        thread.campaignId(),
                        thread.memberId(),
                        KernelVersion.of(task.sourceVersion()),
                        KernelVersion.of(task.targetVersion()),
                        task.plannedStart(),
                        thread.latestAt(),
                        reason,
                        at),
                thread.name());
    }

    private Optional<Kind> kind(Task task, EventKind event) {
        if (!event.worthTelling()) return Optional.empty();
        return Optional.ofNullable(
                switch (event) {
                    case ADMITTED -> task.kind() == Task.Kind.INSTANT ? Kind.STARTED : plan(task);
                    case BEGUN -> Kind.STARTED;
                    case RESCHEDULED, POSTPONED -> Kind.RESCHEDULED;
                    case ALL_SERVE -> Kind.SERVING;
                    case HELD -> Kind.HELD;
                    case NOT_ALL_SERVE -> Kind.MIXED;
                    case ENDED -> Outcome.DONE.name().equals(task.outcome()) ? Kind.DONE : Kind.MIXED;
                    case CANCELLED -> Kind.CANCELLED;
                    // The campaign tells that it needs an operator, and makes another task.
                    case REFUSED -> campaignsKey(task).isPresent() ? null : Kind.CANCELLED;
                    case ENDED_FROM_OUTSIDE ->
                        Outcome.CANCELLED.name().equals(task.outcome()) ? Kind.CANCELLED : Kind.NEEDS_OPERATOR;
                    // Another event that follows says it, or somebody who reads the report.
                    case RETARGETED, RELEASED, SKIPPED, STARTED_NOW, CLOSED -> null;
                    case WAITING,
                            STAGING,
                            STAGED,
                            STANDS_BACK,
                            HANDING_OVER,
                            HANDED_OVER,
                            SERVING,
                            RETIRING,
                            RETIRED,
                            VERIFYING,
                            VERIFIED,
                            RETRY,
                            SKIP,
                            PAUSED,
                            RESUMED,
                            CANCELLING,
                            CLOSING_ORDERED,
                            NOT_CLOSED,
                            STOPPING,
                            CANCEL_IGNORED -> null;
                });
    }

    /** An owner's own plan is news; that of a campaign's task only where what was told does not stand. */
    private @Nullable Kind plan(Task task) {
        var thread = thread(task);
        var told = newest("kind in ('PLANNED', 'RESCHEDULED') and thread = ?", thread.name());
        if (told.isPresent() && !Objects.equals(told.get().plannedAt(), task.plannedStart())) return Kind.RESCHEDULED;
        // That a task is refused again and again is none.
        var newest = isRepeated(task)
                ? newest("kind <> 'NEEDS_OPERATOR' and thread = ?", thread.name())
                : Optional.of(thread);
        return newest.map(Thread::newest).filter(Kind::isPlan).isPresent() ? null : Kind.PLANNED;
    }

    private static boolean isRepeated(Task task) {
        return campaignsKey(task).filter(key -> !key.endsWith(":1")).isPresent();
    }

    /** The key of a task that a campaign made; nobody else has such a key. */
    private static Optional<String> campaignsKey(Task task) {
        return Optional.ofNullable(task.key()).filter(key -> key.startsWith("campaign:"));
    }

    /** The job's own, else that of its campaign's member, else a new one. */
    private Thread thread(Task task) {
        return newest("job_id = ?", task.jobId())
                .or(() -> campaignsKey(task)
                        .flatMap(key -> newest(
                                "proxy_id = ? and ? like concat('campaign:', campaign_id, ':%')", task.proxyId(), key)))
                .orElseGet(() -> new Thread("job:" + task.jobId(), Level.INFO, null, null, null, null, null));
    }

    private Optional<Thread> newest(String condition, Object... values) {
        return sql.first(
                "select thread, level, campaign_id, member_id, latest_at, kind, planned_at from notice"
                        + " where reminder_of is null and " + condition + " order by id desc limit 1",
                THREAD::read,
                values);
    }

    private boolean isKnown(Task task) {
        return sql.exists("select 1 from notice where job_id = ?", task.jobId());
    }

    /** What the notices of one upgrade have in common, and what the newest says; null where there is none yet. */
    private record Thread(
            String name,
            Level level,
            @Nullable String campaignId,
            @Nullable String memberId,
            @Nullable Instant latestAt,
            @Nullable Kind newest,
            @Nullable Instant plannedAt) {}
}
