package dev.changeover.notify;

import dev.changeover.contact.Channel;
import dev.changeover.database.Row;
import dev.changeover.database.Sql;
import dev.changeover.notify.Delivery.Status;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Shows what was told to whom. */
@Singleton
public final class NoticeList {
    private static final String UNDELIVERED = "('BOUNCED', 'REFUSED', 'FAILED', 'OFF')";

    private final Sql sql;

    NoticeList(Sql sql) {
        this.sql = sql;
    }

    /**
     * Some notices of a project, the newest first.
     *
     * @param instanceId null for all
     * @param jobId null for all
     */
    public Page page(String projectId, @Nullable String instanceId, @Nullable String jobId, int offset, int limit) {
        var those = " from notice where project_id = ?" + (instanceId == null ? "" : " and instance_id = ?")
                + (jobId == null ? "" : " and job_id = ?");
        var values = new ArrayList<Object>(List.of(projectId));
        if (instanceId != null) values.add(instanceId);
        if (jobId != null) values.add(jobId);
        return page(those, values, offset, limit);
    }

    /**
     * Some notices of a campaign, of whatever project, the newest first.
     *
     * @param onlyUnreached only those with nobody to tell, or with a delivery that {@link #unreached} counts
     */
    public Page ofCampaign(String campaignId, boolean onlyUnreached, int offset, int limit) {
        var those = " from notice n where n.campaign_id = ?";
        if (onlyUnreached) {
            those += """
                     and (n.state in ('NOBODY', 'UNREADABLE') or exists
                        (select 1 from notice_recipient r join delivery d on d.id = r.delivery_id
                        where r.notice_id = n.id and d.status in %s))
                    """.formatted(UNDELIVERED);
        }
        return page(those, new ArrayList<>(List.of(campaignId)), offset, limit);
    }

    private Page page(String those, List<Object> values, int offset, int limit) {
        var total = sql.count("select count(*)" + those, values.toArray());
        values.addAll(List.of(limit, offset));
        var lines = sql
                .list("select *" + those + " order by id desc limit ? offset ?", NoticeLine::of, values.toArray())
                .stream()
                .flatMap(Optional::stream)
                .toList();
        return new Page(total, withDeliveries(lines));
    }

    private List<NoticeLine> withDeliveries(List<NoticeLine> lines) {
        if (lines.isEmpty()) {
            return lines;
        }
        var found = new HashMap<Integer, List<DeliveryLine>>();
        sql.list(
                """
                select r.notice_id, r.channel, r.address, d.id, d.status, d.attempts, d.reason, d.ended_at
                from notice_recipient r left join delivery d on d.id = r.delivery_id
                where r.notice_id in %s order by r.channel, r.address
                """.formatted(Sql.places(lines)),
                row -> found.computeIfAbsent(row.number("notice_id"), any -> new ArrayList<>())
                        .add(DeliveryLine.of(row)),
                lines.stream().map(line -> line.told().id()).toArray());
        return lines.stream()
                .map(line -> line.with(found.getOrDefault(line.told().id(), List.of())))
                .toList();
    }

    /**
     * How many members of a campaign nobody could be told of.
     *
     * @return with nobody to tell or a notice that cannot be read, and with a delivery that was bounced or refused, given up, or switched off
     */
    public Unreached unreached(String campaignId) {
        return new Unreached(
                sql.count(
                        "select count(distinct member_id) from notice where campaign_id = ?"
                                + " and state in ('NOBODY', 'UNREADABLE')",
                        campaignId),
                sql.count("""
                        select count(distinct n.member_id)
                        from notice n join notice_recipient r on r.notice_id = n.id
                            join delivery d on d.id = r.delivery_id
                        where n.campaign_id = ? and d.status in %s
                        """.formatted(UNDELIVERED), campaignId));
    }

    /** Members of a campaign: with nobody to tell, and with somebody whom a notice did not reach. */
    public record Unreached(int nobody, int undelivered) {}

    /** Some notices without those that cannot be read, and how many there are in all, with those. */
    public record Page(int total, List<NoticeLine> notices) {}

    public record NoticeLine(Told told, Instant dueAt, String state, List<DeliveryLine> deliveries) {
        static Optional<NoticeLine> of(Row row) {
            return Outbox.read(row)
                    .map(told -> new NoticeLine(told, row.instant("due_at"), row.text("state"), List.of()));
        }

        NoticeLine with(List<DeliveryLine> all) {
            return new NoticeLine(told, dueAt, state, all);
        }
    }

    /**
     * What became of it at one address.
     *
     * @param id null while no message is made of it yet
     */
    public record DeliveryLine(
            Channel channel,
            String address,
            @Nullable String id,
            Status status,
            int attempts,
            String reason,
            @Nullable Instant endedAt) {
        static DeliveryLine of(Row row) {
            var id = row.textOrNull("id");
            return new DeliveryLine(
                    row.constant(Channel.class, "channel"),
                    row.text("address"),
                    id,
                    id == null ? Status.WAITING : row.constant(Status.class, "status"),
                    id == null ? 0 : row.number("attempts"),
                    id == null ? "" : row.text("reason"),
                    row.instantOrNull("ended_at"));
        }
    }
}
