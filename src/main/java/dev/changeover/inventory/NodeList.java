package dev.changeover.inventory;

import dev.changeover.database.Columns;
import dev.changeover.database.Sql;
import dev.changeover.inventory.Inventory.NodeEntry;
import dev.changeover.inventory.Inventory.NodePage;

/** The nodes of all projects. */
final class NodeList {
    private static final Columns<Node> NODE = Columns.of(Node.class);

    private NodeList() {}

    static NodePage page(Sql sql, int offset, int limit) {
        var total = sql.first("select count(*) as total from node", row -> row.number("total"))
                .orElse(0);
        var entries = sql.list(
                """
                select i.project_id, i.id as instance_id, i.name as instance_name, p.name as proxy_name, n.*
                from node n join proxy p on p.id = n.proxy_id join instance i on i.id = p.instance_id
                order by n.id limit ? offset ?
                """,
                row -> new NodeEntry(
                        row.text("project_id"),
                        row.text("instance_id"),
                        row.text("instance_name"),
                        row.text("proxy_name"),
                        NODE.read(row)),
                limit,
                offset);
        return new NodePage(total, entries);
    }
}
