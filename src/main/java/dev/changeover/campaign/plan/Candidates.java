package dev.changeover.campaign.plan;

import dev.changeover.database.Row;
import dev.changeover.database.Sql;
import dev.changeover.inventory.Inventory;
import dev.changeover.inventory.KernelVersion;
import dev.changeover.inventory.Proxy;
import dev.changeover.inventory.Ring;
import dev.changeover.upgrade.Estimate;
import dev.changeover.upgrade.UpgradeSettings;
import dev.changeover.window.MaintenanceWindow;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds every proxy on a version, with all that a plan has to know of it; a page after the other. */
@Singleton
record Candidates(Sql sql, Inventory inventory, UpgradeSettings upgrades) {
    private static final int PAGE = 2000;

    /**
     * A proxy with a node on the version.
     *
     * @param unseen how many of its nodes no agent has ever answered for
     * @param told whether there is anybody to tell
     * @param perNode how long one of them takes
     * @param forcedAt when it was last upgraded by force; null if never
     */
    record Candidate(
            String projectId,
            String region,
            String instanceId,
            String instanceName,
            String proxyId,
            String proxyName,
            Proxy.Mode mode,
            MaintenanceWindow window,
            Ring ring,
            int nodes,
            int unseen,
            boolean told,
            Duration perNode,
            @Nullable Instant forcedAt) {

        Duration estimate() {
            return perNode.multipliedBy(nodes);
        }
    }

    /** @param except the campaign whose members are left out; empty for none */
    List<Candidate> on(String engine, KernelVersion version, String except) {
        var spellings = inventory.spellings(engine, version);
        if (spellings.isEmpty()) {
            return List.of();
        }
        var took = took(engine);
        var windows = new HashMap<String, MaintenanceWindow>();
        var all = new ArrayList<Candidate>();
        var last = "";
        while (true) {
            var values = new ArrayList<Object>(List.of(engine, last));
            values.addAll(spellings);
            values.addAll(List.of(except, PAGE));
            var page = sql.list(
                    """
                    select p.id, p.name, p.instance_id, p.mode, i.name as instance_name, i.project_id,
                        i.maintenance_window, r.region, g.ring,
                        (select count(*) from node n where n.proxy_id = p.id) as nodes,
                        (select count(*) from node n where n.proxy_id = p.id and n.observed_at is null) as unseen,
                        case when exists
                            (select 1 from contact c where c.project_id = i.project_id and c.instance_id = i.id)
                            or exists
                            (select 1 from contact c where c.project_id = i.project_id and c.instance_id is null)
                            then 1 else 0 end as told,
                        (select max(m.begun_at) from campaign_member m where m.proxy_id = p.id) as forced_at
                    from proxy p join instance i on i.id = p.instance_id join project r on r.id = i.project_id
                        left join instance_ring g on g.instance_id = i.id
                    where p.engine = ? and p.id > ?
                        and exists (select 1 from node n where n.proxy_id = p.id and n.version in %s)
                        and not exists (select 1 from campaign_member m where m.campaign_id = ? and m.proxy_id = p.id)
                    order by p.id limit ?
                    """.formatted(Sql.places(spellings)), row -> candidate(row, windows, took), values.toArray());
            all.addAll(page);
            if (page.size() < PAGE) {
                return all;
            }
            last = page.getLast().proxyId();
        }
    }

    private Candidate candidate(Row row, Map<String, MaintenanceWindow> windows, Map<String, Duration> took) {
        var ring = row.textOrNull("ring");
        var proxyId = row.text("id");
        return new Candidate(
                row.text("project_id"),
                row.text("region"),
                row.text("instance_id"),
                row.text("instance_name"),
                proxyId,
                row.text("name"),
                row.constant(Proxy.Mode.class, "mode"),
                windows.computeIfAbsent(row.text("maintenance_window"), MaintenanceWindow::of),
                ring == null ? Ring.NORMAL : Ring.valueOf(ring),
                row.number("nodes"),
                row.number("unseen"),
                row.number("told") == 1,
                took.getOrDefault(proxyId, Estimate.USUAL_HANDOVER).plus(upgrades.soak()),
                row.instantOrNull("forced_at"));
    }

    /** The longest handover of each proxy that had one, of as many as an upgrade's own estimate looks at. */
    private Map<String, Duration> took(String engine) {
        return sql
                .list(
                        """
                        select proxy_id, max(millis) as millis from (
                            select h.proxy_id, h.millis,
                                row_number() over (partition by h.proxy_id order by h.serves_at desc) as recent
                            from handover h join proxy p on p.id = h.proxy_id where p.engine = ?) last
                        where recent <= ? group by proxy_id
                        """,
                        row -> Map.entry(row.text("proxy_id"), Duration.ofMillis(row.number("millis"))),
                        engine,
                        Estimate.HANDOVERS)
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }
}
