package dev.changeover.metrics;

import static dev.changeover.metrics.Gauges.word;

import dev.changeover.campaign.Campaign;
import dev.changeover.campaign.Member;
import dev.changeover.contact.Channel;
import dev.changeover.database.Select;
import dev.changeover.inventory.Node;
import dev.changeover.notify.Delivery;
import dev.changeover.upgrade.Phase;
import io.prometheus.metrics.model.snapshots.Labels;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What the database says of all upgrades, nodes, campaigns and messages. The number of statements does not grow with
 * what there is, and only what waits for an operator is named, the longest waiting first.
 */
record LedgerFigures(Gauges gauges, Instant now) {
    /** So many held upgrades and silent agents are named, at most. */
    static final int NAMED = 20;

    private static final Duration LATELY = Duration.ofDays(1);
    private static final Duration A_MINUTE = Duration.ofMinutes(1);

    /** @throws io.micronaut.data.exceptions.DataAccessException if the database cannot be read */
    static void read(Gauges gauges, Instant now) {
        var figures = new LedgerFigures(gauges, now);
        figures.upgrades();
        figures.nodes();
        figures.campaigns();
        figures.messages();
    }

    private void upgrades() {
        var phases =
                Stream.of(Phase.values()).filter(phase -> phase != Phase.ENDED).toList();
        gauges.each(
                "changeover_upgrades",
                "Upgrades that have not ended.",
                "phase",
                phases,
                select("select phase as kind, count(*) as many from task where outcome is null group by phase"),
                Labels.EMPTY);
        gauges.each(
                "changeover_upgrades_held",
                "Upgrades that wait for an operator.",
                "phase",
                phases,
                select("""
                select phase as kind, count(*) as many from task where outcome is null and held_since is not null
                group by phase
                """),
                Labels.EMPTY);
        gauges.named(
                "changeover_upgrade_held_seconds",
                "How long an upgrade has waited for an operator; the longest waiting are named.",
                select("""
                        select proxy_id as proxy, job_id as upgrade, held_since as since from task
                        where outcome is null and held_since is not null order by held_since limit ?
                        """, NAMED),
                "proxy",
                "upgrade");
        gauges.oldest(
                "changeover_upgrade_late_seconds",
                "Since when the opening is open of the upgrade that has waited the longest to begin in its own.",
                select("""
                        select min(planned_start) as since from task
                        where outcome is null and status = 'PENDING' and planned_start <= ?
                        """, now));
        gauges.oldest(
                "changeover_retirement_age_seconds",
                "Since when the upgrade waits that has waited the longest for old sessions to end.",
                select("select min(ended_at) as since from task where outcome is null and phase = 'RETIRING'"));
    }

    private void nodes() {
        gauges.each(
                "changeover_nodes",
                "Nodes, by what was last seen.",
                "status",
                List.of(Node.Status.values()),
                select("""
                select seen as kind, count(*) as many from (
                    select case when observed_at is null and status = 'NORMAL' then 'UNSEEN' else status end as seen
                    from node) as n
                group by seen
                """),
                Labels.EMPTY);
        gauges.columns(
                "changeover_sessions",
                "Sessions, as last seen; old ones may be closed when they retire.",
                select("""
                select sum(sessions - retiring_sessions - old_sessions) as young, sum(old_sessions) as old,
                    sum(retiring_sessions - old_retiring_sessions) as retiring, sum(old_retiring_sessions) as old_retiring
                from node
                """),
                Map.of(
                        "young", Labels.of("generation", "serving", "age", "young"),
                        "old", Labels.of("generation", "serving", "age", "old"),
                        "retiring", Labels.of("generation", "retiring", "age", "young"),
                        "old_retiring", Labels.of("generation", "retiring", "age", "old")));
        gauges.count(
                "changeover_agents_silent",
                "Nodes whose agent was heard of before, and takes no orders now.",
                select("select count(*) as many from node where silent_since is not null and observed_at is not null"));
        gauges.named(
                "changeover_agent_silent_seconds",
                "How long an agent has taken no orders; the longest silent are named.",
                select("""
                        select id as node, proxy_id as proxy, silent_since as since from node
                        where silent_since is not null and observed_at is not null order by silent_since limit ?
                        """, NAMED),
                "node",
                "proxy");
    }

    private void campaigns() {
        gauges.each(
                "changeover_campaigns",
                "Campaigns; of those that are over the ones of the last 24 hours.",
                "state",
                List.of(Campaign.State.values()),
                select("""
                        select state as kind, count(*) as many from campaign where ended_at is null or ended_at > ?
                        group by state
                        """, now.minus(LATELY)),
                Labels.EMPTY);
        gauges.each(
                "changeover_campaign_members",
                "Proxies of the campaigns that were started and are not over.",
                "state",
                List.of(Member.State.values()),
                select("""
                        select m.state as kind, count(*) as many
                        from campaign_member m join campaign c on c.id = m.campaign_id
                        where c.ended_at is null and c.started_at is not null group by m.state
                        """),
                Labels.EMPTY);
        gauges.count(
                "changeover_campaign_upgrades_running",
                "Campaigns' upgrades that have leave to change something, of their budget at_once.",
                select("""
                        select count(*) as many from campaign_member
                        where state in ('RUNNING', 'HELD') and begun_at is not null
                        """));
        gauges.count(
                "changeover_campaign_upgrades_begun",
                "Campaigns' upgrades that got leave within the last minute, of their budget per_minute.",
                select("select count(*) as many from campaign_member where begun_at > ?", now.minus(A_MINUTE)));
    }

    private void messages() {
        var results = Stream.of(Delivery.Status.values())
                .filter(status -> status != Delivery.Status.WAITING)
                .toList();
        for (var channel : Channel.values()) {
            gauges.each(
                    "changeover_deliveries",
                    "Messages to contacts that were done with in the last 24 hours.",
                    "result",
                    results,
                    select("""
                            select status as kind, count(*) as many from delivery
                            where ended_at > ? and channel = ? group by status
                            """, now.minus(LATELY), channel),
                    Labels.of("channel", word(channel)));
        }
        gauges.oldest(
                "changeover_delivery_age_seconds",
                "Since when the message waits that has waited the longest to be sent.",
                select("select min(created_at) as since from delivery where next_at <= ?", now));
        gauges.count(
                "changeover_notices_untold",
                "Notices of the last 24 hours that nobody could be told of, for want of contacts.",
                select("select count(*) as many from notice where state = 'NOBODY' and due_at > ?", now.minus(LATELY)));
    }

    private static Select select(String sql, Object... values) {
        return new Select(sql, List.of(values));
    }
}
