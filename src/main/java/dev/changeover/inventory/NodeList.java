package dev.changeover.inventory;

import dev.changeover.database.Columns;
import dev.changeover.database.Row;
import dev.changeover.database.Sql;
import dev.changeover.inventory.Inventory.NodeEntry;
import dev.changeover.inventory.Inventory.NodePage;
import dev.changeover.inventory.Inventory.OtherKey;
import dev.changeover.inventory.Inventory.OtherKeys;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/** The nodes of all projects. */
final class NodeList {
    static final Columns<Node> NODE = Columns.of(Node.class);

    private static final String EVERYWHERE = """
            select i.project_id, i.id as instance_id, i.name as instance_name, p.name as proxy_name, n.*
            from %s n join proxy p on p.id = n.proxy_id join instance i on i.id = p.instance_id
            """;

    /** Only what is shown is joined: H2 would join all nodes, and sort them, for every page. */
    static final String PAGE = EVERYWHERE.formatted("(select * from node order by urgency, id limit ? offset ?)")
            + "order by n.urgency, n.id";

    private NodeList() {}

    static NodePage page(Sql sql, int offset, int limit) {
        var total = sql.count("select count(*) from node");
        var entries = sql.list(PAGE, NodeList::entry, limit, offset);
        return new NodePage(total, entries);
    }

    static List<NodeEntry> of(Sql sql, String instanceId) {
        return sql.list(EVERYWHERE.formatted("node") + "where i.id = ? order by n.id", NodeList::entry, instanceId);
    }

    private static NodeEntry entry(Row row) {
        return new NodeEntry(
                row.text("project_id"),
                row.text("instance_id"),
                row.text("instance_name"),
                row.text("proxy_name"),
                NODE.read(row),
                NodeFacts.of(row.textOrNull("facts")));
    }

    /** A proxy, with the row's node alone. */
    static Proxy itsProxy(Row row) {
        return new Proxy(
                row.text("proxy_id"),
                row.text("instance_id"),
                row.text("proxy_name"),
                row.text("address"),
                row.number("port"),
                row.constant(Proxy.Mode.class, "mode"),
                row.text("engine"),
                row.constant(Proxy.Status.class, "proxy_status"),
                List.of(NODE.read(row)));
    }

    static OtherKeys otherKeys(Sql sql, String key, int limit) {
        var others = " from node where order_key is null or order_key <> ?";
        var total = sql.count("select count(*)" + others, key);
        var named = sql.list(
                "select id, proxy_id, order_key" + others + " order by id limit ?",
                row -> new OtherKey(row.text("id"), row.text("proxy_id"), row.textOrNull("order_key")),
                key,
                limit);
        return new OtherKeys(total, named);
    }

    static List<String> proxiesByAnotherKey(Sql sql, String key, int most) {
        return sql.list(
                "select proxy_id from (select distinct proxy_id from node where order_key <> ? and silent_since is null) behind order by random() limit ?",
                row -> row.text("proxy_id"),
                key,
                most);
    }

    /**
     * Whether it is news: another process of the agent is believed by when it was heard, the same one by its own count. What
     * was asked for is news beside all that was heard before: anybody may have said that, with any count.
     */
    static boolean observed(Sql sql, Inventory.Observation seen) {
        var look = seen.look();
        var run = look == null ? null : look.run();
        var number = look == null ? null : look.number();
        var asked = look == null ? null : look.asked();
        return sql.change(
                        """
                update node set version = coalesce(?, version), status = ?, machine_id = coalesce(machine_id, ?),
                    observed_at = ?, sessions = ?, look_run = ?, look_number = ?, facts = ?,
                    urgency = ?, old_sessions = ?, retiring_sessions = ?, old_retiring_sessions = ?
                where id = ? and case when look_run = ?
                        then look_number <= ? or observed_at not between ? and current_timestamp + interval '1' minute
                        else observed_at is null or observed_at <= ? or observed_at > current_timestamp end
                    and (machine_id is null or machine_id = coalesce(?, machine_id))
                """,
                        seen.version(),
                        seen.status(),
                        seen.machineId(),
                        seen.observedAt(),
                        seen.sessions(),
                        run,
                        number,
                        seen.facts().json(),
                        seen.isUrgent() ? 0 : 2,
                        seen.facts().sum(true, NodeFacts.Generation::overAge),
                        seen.facts().sum(false, NodeFacts.Generation::sessions),
                        seen.facts().sum(false, NodeFacts.Generation::overAge),
                        seen.nodeId(),
                        run,
                        number,
                        Objects.requireNonNullElse(asked, Instant.EPOCH),
                        seen.observedAt(),
                        seen.machineId())
                > 0;
    }
}
