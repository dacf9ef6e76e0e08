package dev.changeover.inventory;

import static dev.changeover.inventory.JdbcInventory.INSTANCE;
import static dev.changeover.inventory.JdbcInventory.PROJECT;

import dev.changeover.contact.Contacts;
import dev.changeover.contact.WrongContact;
import dev.changeover.database.Sql;
import java.util.List;

/** Writes a fleet; runs in the caller's transaction. */
final class JdbcFleet {
    private final Sql sql;
    private final Inventory stored;
    private final Contacts contacts;

    JdbcFleet(Sql sql, Inventory stored, Contacts contacts) {
        this.sql = sql;
        this.stored = stored;
        this.contacts = contacts;
    }

    /** Nodes are removed everywhere before any is added, so that one may move between proxies of the fleet. */
    void put(Inventory.Fleet fleet) {
        fleet.projects().forEach(this::put);
        fleet.instances().forEach(this::put);
        fleet.instances().stream()
                .filter(instance -> fleet.windows().contains(instance.id()))
                .forEach(instance -> stored.setWindow(instance.id(), instance.window()));
        fleet.proxies().forEach(this::refuseWhileUpgrading);
        fleet.proxies().forEach(this::put);
        fleet.proxies().forEach(this::removeNodesNotIn);
        fleet.proxies().forEach(proxy -> putNodes(proxy.nodes()));
        fleet.contacts().forEach(this::put);
    }

    private void put(Inventory.ContactList list) {
        try {
            contacts.replace(list.projectId(), list.instanceId(), list.contacts());
        } catch (WrongContact wrong) {
            throw new Inventory.Contradiction(String.valueOf(wrong.getMessage()));
        }
    }

    private void put(Project project) {
        PROJECT.add(sql, "project", project);
        PROJECT.change(sql, "project", project, "id", "name", "region");
    }

    private void put(Instance instance) {
        require("project", instance.projectId());
        INSTANCE.add(sql, "instance", instance);
        var updated = sql.change(
                "update instance set name = ?, status = ? where id = ? and project_id = ?",
                instance.name(),
                instance.status(),
                instance.id(),
                instance.projectId());
        refuseMove(updated, "instance", instance.id(), "project", instance.projectId());
    }

    private void refuseWhileUpgrading(Proxy proxy) {
        var upgrading = sql.exists(
                "select 1 from proxy where id = ? and status = ? for update", proxy.id(), Proxy.Status.UPGRADING);
        if (upgrading && !stored.proxy(proxy.id()).orElseThrow().isDeclaredAs(proxy)) {
            throw new Inventory.ProxyBusy(proxy.id());
        }
    }

    private void put(Proxy proxy) {
        require("instance", proxy.instanceId());
        sql.change(
                """
                insert into proxy (id, instance_id, name, address, port, mode, engine, status)
                values (?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing
                """,
                proxy.id(),
                proxy.instanceId(),
                proxy.name(),
                proxy.address(),
                proxy.port(),
                proxy.mode(),
                proxy.engine(),
                proxy.status());
        var updated = sql.change(
                """
                update proxy set name = ?, address = ?, port = ?, mode = ?, engine = ?
                where id = ? and instance_id = ?
                """,
                proxy.name(),
                proxy.address(),
                proxy.port(),
                proxy.mode(),
                proxy.engine(),
                proxy.id(),
                proxy.instanceId());
        refuseMove(updated, "proxy", proxy.id(), "instance", proxy.instanceId());
    }

    private void removeNodesNotIn(Proxy proxy) {
        var wanted = proxy.nodes().stream().map(Node::id).toList();
        sql.list("select id from node where proxy_id = ?", row -> row.text("id"), proxy.id()).stream()
                .filter(id -> !wanted.contains(id))
                .forEach(id -> sql.change("delete from node where id = ?", id));
    }

    private void putNodes(List<Node> nodes) {
        for (int position = 0; position < nodes.size(); position++) {
            put(nodes.get(position), position);
        }
    }

    private void put(Node node, int position) {
        sql.change(
                """
                insert into node (id, proxy_id, position, name, role, az_code, task_queue, version, status, machine_id,
                    observed_at, sessions)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing
                """,
                node.id(),
                node.proxyId(),
                position,
                node.name(),
                node.role(),
                node.azCode(),
                node.taskQueue(),
                node.version(),
                node.status(),
                node.machineId(),
                node.observedAt(),
                node.sessions());
        var updated = sql.change(
                """
                update node set position = ?, name = ?, role = ?, az_code = ?, task_queue = ?,
                    version = case when observed_at is null then ? else version end
                where id = ? and proxy_id = ?
                """,
                position,
                node.name(),
                node.role(),
                node.azCode(),
                node.taskQueue(),
                node.version(),
                node.id(),
                node.proxyId());
        refuseMove(updated, "node", node.id(), "proxy", node.proxyId());
    }

    private void require(String table, String id) {
        if (!sql.exists("select 1 from " + table + " where id = ?", id)) {
            throw new Inventory.Contradiction("%s '%s' does not exist".formatted(table, id));
        }
    }

    /** An update by id and owner that met no row has met another owner's row. */
    private static void refuseMove(int updated, String what, String id, String ownerKind, String owner) {
        if (updated == 0) {
            throw new Inventory.Contradiction(
                    "%s '%s' exists already and does not belong to %s '%s'".formatted(what, id, ownerKind, owner));
        }
    }
}
