package dev.changeover.campaign;

import dev.changeover.campaign.Member.State;
import dev.changeover.database.Columns;
import dev.changeover.database.Sql;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Campaigns and their members in the database. */
@Singleton
public final class CampaignStore {
    private static final Columns<Campaign> CAMPAIGN = Columns.of(Campaign.class);
    static final Columns<Member> MEMBER = Columns.of(Member.class);
    private static final String UNBEGUN = "state in ('DELIVERED', 'HELD') and begun_at is null";
    private static final String NO_TASK = "state in ('PLANNED', 'INQUIRING', 'NEEDS_OPERATOR', 'OWN')";
    private static final String UNDELIVERED = "state in ('PLANNED', 'INQUIRING', 'NEEDS_OPERATOR')";

    private final Sql sql;

    CampaignStore(Sql sql) {
        this.sql = sql;
    }

    public Optional<Campaign> campaign(String id) {
        return sql.first("select * from campaign where id = ?", CAMPAIGN::read, id);
    }

    public Optional<Campaign> openFor(String what) {
        return sql.first("select * from campaign where open_for = ?", CAMPAIGN::read, what);
    }

    /** Newest first. */
    public List<Campaign> campaigns(int offset, int limit) {
        return sql.list(
                "select * from campaign order by created_at desc, id limit ? offset ?", CAMPAIGN::read, limit, offset);
    }

    public int campaigns() {
        return sql.count("select count(*) from campaign");
    }

    /** Those whose workflow has something to do: where one was halted, something may be still to be withdrawn. */
    public List<Campaign> atWork() {
        return sql.list(
                "select * from campaign c where open_for is not null and state <> ? or state = ? and exists (select 1"
                        + " from campaign_member where campaign_id = c.id and (" + UNBEGUN + " or " + NO_TASK + "))",
                CAMPAIGN::read,
                Campaign.State.PLANNED,
                Campaign.State.HALTED);
    }

    /**
     * Adds a campaign with its members, or replaces both.
     *
     * @return false if another one is open for its version; then nothing was changed
     */
    public boolean put(Plan plan) {
        return put(plan, plan.campaign().id());
    }

    /** In the place of another one, if nobody has started that. */
    public boolean put(Plan plan, String replaced) {
        var campaign = plan.campaign();
        return sql.together(() -> {
            sql.change("delete from campaign where id = ? and state = ?", replaced, Campaign.State.PLANNED);
            var added = CAMPAIGN.add(sql, "campaign", campaign);
            if (added) {
                MEMBER.addAll(sql, "campaign_member", plan.members());
                sql.changeAll(
                        "insert into campaign_wave (campaign_id, stage, members, tolerated) values (?, ?, ?, ?)",
                        plan.waves(),
                        wave -> new Object[] {
                            campaign.id(),
                            wave.stage(),
                            wave.members(),
                            campaign.plan().tolerated(wave.members())
                        });
            }
            return added;
        });
    }

    /** Adds members to the last wave of a campaign that is at work; gives those back that it had not. */
    public List<Member> join(Campaign campaign, WaveCounts.Size wave, List<Member> late) {
        var there = Set.copyOf(MEMBER.addAll(sql, "campaign_member", late));
        var added = late.stream().filter(member -> !there.contains(member)).toList();
        var many = wave.members() + added.size();
        sql.change(
                "update campaign_wave set members = ?, tolerated = ? where campaign_id = ? and stage = ?",
                many,
                campaign.plan().tolerated(many),
                campaign.id(),
                wave.stage());
        return added;
    }

    /** When the last of its members ended so far. */
    public Optional<Instant> lastEnd(String campaignId) {
        return sql.first(
                "select ended_at from campaign_member where campaign_id = ? and ended_at is not null"
                        + " order by ended_at desc limit 1",
                row -> row.instant("ended_at"),
                campaignId);
    }

    /** When an earlier campaign last upgraded a proxy by force. */
    public Optional<Instant> forcedBefore(Member member) {
        return sql.first(
                "select begun_at from campaign_member where proxy_id = ? and campaign_id <> ? and begun_at is not null"
                        + " order by begun_at desc limit 1",
                row -> row.instant("begun_at"),
                member.proxyId(),
                member.campaignId());
    }

    /** Runs in one transaction with the campaign's row locked; nothing where there is no such campaign. */
    public void withLocked(String id, Consumer<Campaign> work) {
        sql.together(() -> sql.first("select * from campaign where id = ? for update", CAMPAIGN::read, id)
                .ifPresent(work));
    }

    public void write(Campaign campaign) {
        CAMPAIGN.change(sql, "campaign", campaign, "id");
    }

    /** By wave and position. */
    public List<Member> members(
            String campaignId, @Nullable State state, @Nullable Integer stage, int offset, int limit) {
        var values = new ArrayList<Object>(List.of(campaignId));
        var where = "";
        if (state != null) {
            where += " and state = ?";
            values.add(state);
        }
        if (stage != null) {
            where += " and stage = ?";
            values.add(stage);
        }
        values.addAll(List.of(limit, offset));
        return inOrder("campaign_id = ?" + where, " limit ? offset ?", values.toArray());
    }

    private List<Member> inOrder(String condition, String limit, Object... values) {
        return sql.list(
                "select * from campaign_member where " + condition + " order by stage, position" + limit,
                MEMBER::read,
                values);
    }

    public Optional<Member> member(String id) {
        return sql.first("select * from campaign_member where id = ?", MEMBER::read, id);
    }

    public Optional<Member> memberOf(String jobId) {
        return sql.first("select * from campaign_member where job_id = ?", MEMBER::read, jobId);
    }

    /** The same, locked; in a transaction. */
    public Optional<Member> locked(String id) {
        return sql.first("select * from campaign_member where id = ? for update", MEMBER::read, id);
    }

    /**
     * The next members of waves that have begun that want a task: those that are planned, and those whose owners have let
     * the deadline pass, also with an upgrade of their own that waits; last those that need an operator.
     *
     * @param lookedBefore of those that need an operator, only the ones that were looked at before this, by their attempt;
     *     of those whose owner's own upgrade waits still, the ones before the first
     */
    public List<Member> toDeliver(Campaign campaign, Instant now, List<Instant> lookedBefore, int limit) {
        var values = new ArrayList<Object>(List.of(campaign.id(), campaign.stage()));
        values.addAll(lookedBefore);
        values.addAll(List.of(campaign.deadline(), now, lookedBefore.getFirst(), limit));
        var byAttempt = IntStream.range(1, lookedBefore.size())
                .mapToObj(" when attempt <= %d then cast(? as timestamp with time zone)"::formatted)
                .collect(Collectors.joining());
        return sql.list("""
                select * from campaign_member where campaign_id = ? and stage <= ? and (state = 'PLANNED'
                    or state = 'NEEDS_OPERATOR' and updated_at < case%s else cast(? as timestamp with time zone) end
                    or cast(? as timestamp with time zone) <= ? and (state = 'INQUIRING' or state = 'OWN' and updated_at < ? and job_id in
                        (select job_id from task where outcome is null and (status = 'PENDING' or state = 'PAUSED'))))
                order by case when state = 'NEEDS_OPERATOR' then 1 else 0 end, stage, position limit ?
                """.formatted(byAttempt), MEMBER::read, values.toArray());
    }

    public void write(Member member) {
        MEMBER.change(sql, "campaign_member", member, "id");
    }

    /** Whether anything of a campaign that was halted is still to be withdrawn. */
    public boolean hasToWithdraw(String campaignId) {
        return sql.exists(
                "select 1 from campaign_member where campaign_id = ? and (" + UNBEGUN + " or " + NO_TASK + ") limit 1",
                campaignId);
    }

    /** Those of a campaign that has ended whose tasks have not begun. */
    public List<Member> toWithdraw(String campaignId, int limit) {
        return inOrder("campaign_id = ? and " + UNBEGUN, " limit ?", campaignId, limit);
    }

    /** What {@link #cancelUndelivered} cancels, locked until the transaction ends, so that it stays all of it. */
    public List<Member> undelivered(String campaignId) {
        return inOrder("campaign_id = ? and " + UNDELIVERED, " for update", campaignId);
    }

    /** Those of some proxies, of campaigns at work. */
    public List<Member> undelivered(List<String> proxyIds) {
        return proxyIds.isEmpty()
                ? List.of()
                : sql.list(
                        "select m.* from campaign_member m join campaign c on c.id = m.campaign_id where m.proxy_id in "
                                + Sql.places(proxyIds) + " and m." + UNDELIVERED
                                + " and c.started_at is not null and c.open_for is not null order by c.id, m.id",
                        MEMBER::read,
                        proxyIds.toArray());
    }

    /** Those that have leave to change something, of all campaigns. */
    public List<Member> running() {
        return sql.list(
                "select * from campaign_member where state in ('RUNNING', 'HELD') and begun_at is not null",
                MEMBER::read);
    }

    /** Everything that has no task yet is cancelled; an owner's own one goes on without the campaign. */
    public void cancelUndelivered(String campaignId, String why, Instant now) {
        sql.change(
                "update campaign_member set job_id = case when state = 'OWN' then null else job_id end,"
                        + " state = 'CANCELLED', reason = ?, ended_at = ?, updated_at = ?"
                        + " where campaign_id = ? and " + NO_TASK,
                Member.fitting(why),
                now,
                now,
                campaignId);
    }
}
