package dev.changeover.notify;

import dev.changeover.campaign.CampaignStore;
import dev.changeover.contact.Contact;
import dev.changeover.contact.Contacts;
import dev.changeover.contact.QuietHours;
import dev.changeover.database.Columns;
import dev.changeover.database.Row;
import dev.changeover.database.Sql;
import dev.changeover.notify.Notice.Kind;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides to whom each notice goes, once it is due, and when at the earliest. A notice is taken by changing its state, so
 * that of several servers one does it; the rows it makes are written in the same transaction.
 */
@Singleton
record Outbox(Sql sql, Contacts contacts, NotifySettings settings, CampaignStore campaigns) {
    private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);

    static final Columns<Notice> NOTICE = Columns.of(
            Notice.class, Map.of("key", "notice_key", "source", "source_version", "target", "target_version"));

    private static final int AT_ONCE = 50;

    /** A reminder sooner after the last word than this part of its own time ahead is left out. */
    private static final int SOON = 10;

    private static final Duration LATER = Duration.ofMinutes(5);

    /** Contacts as they are now: one that was removed, or has another address, is none. */
    private static final String READERS = """
             from notice_recipient r join notice n on n.id = r.notice_id join contact c
                on c.project_id = n.project_id and (c.instance_id = n.instance_id or c.instance_id is null)
            where r.delivery_id = ? and ? in (c.email, c.phone, c.webhook)
            """;

    static Told told(Row row) {
        return new Told(row.number("id"), row.text("thread"), row.textOrNull("reminder_of") != null, NOTICE.read(row));
    }

    /** Empty where the row holds what no notice has; the log says why. */
    static Optional<Told> read(Row row) {
        try {
            return Optional.of(told(row));
        } catch (IllegalStateException unreadable) {
            LOG.error("notice {} cannot be read", row.number("id"), unreadable);
            return Optional.empty();
        }
    }

    /**
     * Addresses those that are due longest, in the order in which they were written, and before them what is held; false
     * if none is due. One that cannot be read is set aside, and one that cannot be addressed is put off: they hold no
     * other up.
     */
    boolean address(Instant now) {
        var due = due(now);
        due.stream().filter(one -> one.told().isEmpty()).forEach(this::setAside);
        var written = due.stream()
                .flatMap(one -> one.told().stream())
                .sorted(Comparator.comparing(Told::id))
                .toList();
        try {
            sql.together(() -> written.forEach(told -> address(told, now)));
        } catch (RuntimeException one) {
            if (Sql.mayPass(one)) throw one;
            written.forEach(told -> addressAlone(told, now));
        }
        return !due.isEmpty();
    }

    private void setAside(Due unreadable) {
        sql.change("update notice set state = 'UNREADABLE' where id = ? and state = 'NEW'", unreadable.id());
    }

    /** By an index, which begins with what is asked for: a campaign leaves hundreds of thousands that are due later. */
    private List<Due> due(Instant now) {
        return heldFirst(held -> sql.list(
                "select * from notice where state = 'NEW' and %s due_at <= ? order by due_at, id limit %d"
                        .formatted(held == 1 ? "kind = 'HELD' and" : "", AT_ONCE),
                row -> new Due(row.number("id"), read(row)),
                now));
    }

    /** Asked with 1 for what is told at any hour, and with 0 for everything else where there is none. */
    static <T> List<T> heldFirst(IntFunction<List<T>> query) {
        var held = query.apply(1);
        return held.isEmpty() ? query.apply(0) : held;
    }

    private void addressAlone(Told told, Instant now) {
        try {
            sql.together(() -> address(told, now));
        } catch (RuntimeException failed) {
            if (Sql.mayPass(failed)) throw failed;
            LOG.error("notice {} cannot be addressed; it is tried again in five minutes", told.id(), failed);
            sql.change("update notice set due_at = ? where id = ? and state = 'NEW'", now.plus(LATER), told.id());
        }
    }

    private void address(Told told, Instant now) {
        var taken = sql.change("update notice set state = 'ADDRESSED' where id = ? and state = 'NEW'", told.id()) > 0;
        if (!taken) {
            return;
        }
        if (told.reminder() && isSuperseded(told)) {
            end(told, "SUPERSEDED");
            return;
        }
        var notice = told.notice();
        var toTell = contacts.toTell(notice.projectId(), notice.instanceId());
        if (toTell.isEmpty()) {
            end(told, "NOBODY");
        }
        toTell.forEach(contact -> address(told, contact, now));
        if (notice.kind().isPlan()) {
            nextReminder(told, now);
        }
    }

    private void end(Told told, String state) {
        sql.change("update notice set state = ? where id = ?", state, told.id());
    }

    private boolean isSuperseded(Told reminder) {
        return sql.exists("""
                select 1 from notice n join notice r on r.thread = n.thread
                where r.id = ? and n.reminder_of is null and n.id > r.reminder_of
                """, reminder.id()) || sql.exists("""
                select 1 from notice n join notice r on r.proxy_id = n.proxy_id
                where r.id = ? and n.kind = 'SERVING' and n.id > r.reminder_of
                """, reminder.id());
    }

    /** Two contacts with the same address are told there once. */
    private void address(Told told, Contact contact, Instant now) {
        var collected = told.notice().at().plus(settings.collect());
        var held = told.notice().kind() == Kind.HELD;
        var soon = held || now.isAfter(collected) ? now : collected;
        var awake = contact.quiet().endAfter(soon, contact.zone());
        var earliest = awake.isAfter(soon) && told.wakes(awake, campaigns) ? soon : awake;
        contact.addresses()
                .forEach((channel, address) ->
                        sql.change("""
                        insert into notice_recipient (notice_id, channel, address, contact_id, not_before, held)
                        values (?, ?, ?, ?, ?, ?) on conflict do nothing
                        """, told.id(), channel, address, contact.id(), earliest, held ? 1 : 0));
    }

    /** Each reminder makes the next one, so that a plan that is moved leaves no more than one behind. */
    private void nextReminder(Told told, Instant now) {
        reminder(told.notice(), now).ifPresent(due -> sql.change("""
                insert into notice (notice_key, thread, kind, level, project_id, instance_id, proxy_id, job_id,
                    campaign_id, member_id, source_version, target_version, planned_at, latest_at, reason, at, due_at,
                    state, reminder_of)
                select notice_key || '!', thread, kind, level, project_id, instance_id, proxy_id, job_id,
                    campaign_id, member_id, source_version, target_version, planned_at, latest_at, reason, at, ?,
                    'NEW', coalesce(reminder_of, id)
                from notice where id = ?
                on conflict do nothing
                """, due, told.id()));
    }

    private Optional<Instant> reminder(Notice plan, Instant now) {
        var planned = plan.plannedAt();
        return planned == null
                ? Optional.empty()
                : settings.reminders().stream()
                        .sorted(Comparator.<Duration>naturalOrder().reversed())
                        .filter(ahead -> planned.minus(ahead).isAfter(now.plus(ahead.dividedBy(SOON))))
                        .findFirst()
                        .map(planned::minus);
    }

    /** No attempt can be made yet. */
    void putOff(String deliveryId, Instant now) {
        sql.change("update delivery set next_at = ? where id = ? and next_at <= ?", now.plus(LATER), deliveryId, now);
    }

    /**
     * Puts an attempt off to the end of the quiet hours in which it would be: a server, or whoever carries it, may have
     * been away when it was due.
     *
     * @return whether it was
     */
    boolean isPutOff(String deliveryId, String address, List<Told> told, int attempts, Instant now) {
        var awake = awake(deliveryId, address, told, now);
        return awake.isAfter(now)
                && sql.change(
                                "update delivery set next_at = ? where id = ? and attempts = ?",
                                awake,
                                deliveryId,
                                attempts)
                        > 0;
    }

    private Instant awake(String deliveryId, String address, List<Told> told, Instant now) {
        return sql.first(
                        "select c.zone, c.quiet" + READERS + " order by n.id, c.name, c.id limit 1",
                        row -> QuietHours.of(row.text("quiet")).endAfter(now, ZoneId.of(row.text("zone"))),
                        deliveryId,
                        address)
                .filter(awake -> awake.isAfter(now))
                .filter(awake -> told.stream().noneMatch(one -> one.wakes(awake, campaigns)))
                .orElse(now);
    }

    /** Whether a contact that is told of one of a delivery's notices still has its address. */
    boolean isRead(String deliveryId, String address) {
        return sql.exists("select 1" + READERS + " limit 1", deliveryId, address);
    }

    /** The notices of a delivery, in their order. */
    List<Told> of(String deliveryId) {
        return sql.list("""
                select n.* from notice n join notice_recipient r on r.notice_id = n.id
                where r.delivery_id = ? order by n.id
                """, Outbox::told, deliveryId);
    }

    /** @param told empty where its row cannot be read */
    private record Due(int id, Optional<Told> told) {}
}
