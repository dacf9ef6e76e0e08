package dev.changeover.notify;

import dev.changeover.database.Sql;
import jakarta.inject.Singleton;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The door for what contacts must be told: an outbox in the database. Safe for concurrent use.
 *
 * <p>A campaign tells what it plans and gives up: {@code PLANNED}, {@code CANCELLED}, {@code NEEDS_OPERATOR}. The events
 * of an upgrade come from the ledger by themselves, and so does that it is {@code WAITING}, those of a campaign's in the
 * thread of its member. Reminders before the planned time are added later; each is left out once something newer of the
 * same thread was told, or that another upgrade of the proxy serves.
 */
@Singleton
public final class Notices {
    private static final String TELL = """
            insert into notice (notice_key, thread, kind, level, project_id, instance_id, proxy_id, job_id,
                campaign_id, member_id, source_version, target_version, planned_at, latest_at, reason, at, due_at,
                state)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'NEW') on conflict do nothing
            """;

    private final Sql sql;

    Notices(Sql sql) {
        this.sql = sql;
    }

    /**
     * Writes a notice; call it within {@link Sql#together}, with the rows that it tells of: then none is lost, and none
     * is told of something that was undone. Repeating it with the same key is harmless.
     */
    public void tell(Notice notice) {
        tellAll(List.of(notice));
    }

    /** The same for many. */
    public void tellAll(List<Notice> notices) {
        sql.changeAll(TELL, notices, notice -> values(notice, thread(notice)));
    }

    private static String thread(Notice notice) {
        var member = notice.memberId();
        var job = notice.jobId();
        return member != null ? "member:" + member : job != null ? "job:" + job : "proxy:" + notice.proxyId();
    }

    /** Whether this is what the contacts of a campaign's member were told last, reminders aside. */
    public boolean isNewest(String memberId, Notice.Kind kind, String reason) {
        return sql.first(
                        "select kind, reason from notice where thread = ? and reminder_of is null"
                                + " order by id desc limit 1",
                        row -> row.constant(Notice.Kind.class, "kind") == kind
                                && row.text("reason").equals(reason),
                        "member:" + memberId)
                .orElse(false);
    }

    void tell(Notice notice, String thread) {
        sql.change(TELL, values(notice, thread));
    }

    private static @Nullable Object[] values(Notice notice, String thread) {
        return new @Nullable Object[] {
            notice.key(),
            thread,
            notice.kind(),
            notice.level(),
            notice.projectId(),
            notice.instanceId(),
            notice.proxyId(),
            notice.jobId(),
            notice.campaignId(),
            notice.memberId(),
            notice.source(),
            notice.target(),
            notice.plannedAt(),
            notice.latestAt(),
            notice.reason(),
            notice.at(),
            notice.at()
        };
    }
}
