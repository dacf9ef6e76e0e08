package dev.changeover.inventory;

import static dev.changeover.inventory.JdbcInventory.INSTANCE;
import static dev.changeover.inventory.JdbcInventory.PROJECT;

import dev.changeover.contact.Contacts;
import dev.changeover.contact.WrongContact;
import dev.changeover.database.Row;
import dev.changeover.database.Sql;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Gatherers;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Writes a fleet; runs in the caller's transaction. */
record JdbcFleet(Sql sql, Inventory stored, Contacts contacts, Consumer<List<String>> met) {
    private static final int AT_ONCE = 1000;

    /** Nodes are removed everywhere before any is added, so that one may move between proxies of the fleet. */
    void put(Inventory.Fleet fleet) {
        var owners = fleet.instances().stream().map(Instance::projectId);
        locked("project", Stream.concat(fleet.projects().stream().map(Project::id), owners));
        var hosts = fleet.proxies().stream().map(Proxy::instanceId);
        locked("instance", Stream.concat(fleet.instances().stream().map(Instance::id), hosts));
        putProjects(fleet.projects());
        putInstances(fleet);
        refuseWhileUpgrading(fleet.proxies());
        var known = putProxies(fleet);
        removeNodesNotIn(known);
        putNodes(fleet.proxies());
        fleet.contacts().forEach(this::put);
        Rings.put(sql, fleet.rings());
    }

    private void put(Inventory.ContactList list) {
        try {
            contacts.replace(list.projectId(), list.instanceId(), list.contacts());
        } catch (WrongContact wrong) {
            throw new Inventory.Contradiction(String.valueOf(wrong.getMessage()));
        }
    }

    private void putProjects(List<Project> projects) {
        var known = PROJECT.addAll(sql, "project", projects);
        sql.changeAll("update project set name = ?, region = ? where id = ?", known, project ->
                new Object[] {project.name(), project.region(), project.id()});
    }

    private void putInstances(Inventory.Fleet fleet) {
        var here = fleet.projects().stream().map(Project::id).collect(Collectors.toSet());
        require("project", here, fleet.instances().stream().map(Instance::projectId));
        var known = INSTANCE.addAll(sql, "instance", fleet.instances());
        if (!fleet.instances().isEmpty()) {
            met.accept(known.stream().map(Instance::id).toList());
        }
        var foreign = sql.changeAll("update instance set name = ? where id = ? and project_id = ?", known, instance ->
                new Object[] {instance.name(), instance.id(), instance.projectId()});
        foreign.forEach(instance -> refuseMove("instance", instance.id(), "project", instance.projectId()));
        putSaid("status", Instance::status, known, fleet.statuses());
        putSaid("maintenance_window", Instance::window, known, fleet.windows());
    }

    /** What the fleet says of some instances; of the others it stays as it is. */
    private void putSaid(String column, Function<Instance, Object> value, List<Instance> known, Set<String> said) {
        sql.changeAll(
                "update instance set %s = ? where id = ?".formatted(column),
                known.stream().filter(instance -> said.contains(instance.id())).toList(),
                instance -> new Object[] {value.apply(instance), instance.id()});
    }

    private void refuseWhileUpgrading(List<Proxy> proxies) {
        var upgrading = upgrading(proxies);
        for (var proxy : proxies) {
            if (upgrading.contains(proxy.id())
                    && !stored.proxy(proxy.id()).orElseThrow().isDeclaredAs(proxy)) {
                throw new Inventory.ProxyBusy(proxy.id());
            }
        }
    }

    private Set<String> upgrading(List<Proxy> proxies) {
        return locked(
                        "proxy",
                        "id, status",
                        proxies.stream().map(Proxy::id),
                        row -> Map.entry(row.text("id"), row.constant(Proxy.Status.class, "status")))
                .stream()
                .filter(proxy -> proxy.getValue() == Proxy.Status.UPGRADING)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    private void locked(String table, Stream<String> wanted) {
        locked(table, "id", wanted, row -> row.text("id"));
    }

    /** Those that are there, by their ids: none begins to be upgraded, or is removed, before this is written. */
    private <T> List<T> locked(String table, String columns, Stream<String> wanted, Function<Row, T> reader) {
        return inParts(
                "select %s from %s where id in %%s order by id for update".formatted(columns, table),
                wanted.distinct().sorted(),
                reader);
    }

    /** @param query with a place for the list of some of the ids */
    private <T> List<T> inParts(String query, Stream<String> ids, Function<Row, T> reader) {
        return ids.gather(Gatherers.windowFixed(AT_ONCE))
                .flatMap(some -> sql.list(query.formatted(Sql.places(some)), reader, some.toArray()).stream())
                .toList();
    }

    /** Gives those back that were there. */
    private List<Proxy> putProxies(Inventory.Fleet fleet) {
        var here = fleet.instances().stream().map(Instance::id).collect(Collectors.toSet());
        require("instance", here, fleet.proxies().stream().map(Proxy::instanceId));
        var known = sql.changeAll("""
                insert into proxy (id, instance_id, name, address, port, mode, engine, status)
                values (?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing
                """, fleet.proxies(), proxy -> new Object[] {
            proxy.id(),
            proxy.instanceId(),
            proxy.name(),
            proxy.address(),
            proxy.port(),
            proxy.mode(),
            proxy.engine(),
            proxy.status()
        });
        if (fleet.instances().isEmpty()) {
            met.accept(known.stream().map(Proxy::id).toList());
        }
        var foreign = sql.changeAll("""
                update proxy set name = ?, address = ?, port = ?, mode = ?, engine = ?
                where id = ? and instance_id = ?
                """, known, proxy -> new Object[] {
            proxy.name(), proxy.address(), proxy.port(), proxy.mode(), proxy.engine(), proxy.id(), proxy.instanceId()
        });
        foreign.forEach(proxy -> refuseMove("proxy", proxy.id(), "instance", proxy.instanceId()));
        return known;
    }

    private void removeNodesNotIn(List<Proxy> known) {
        var wanted = new HashSet<String>();
        known.forEach(proxy -> proxy.nodes().forEach(node -> wanted.add(node.id() + " " + proxy.id())));
        var gone = inParts(
                        "select id, proxy_id from node where proxy_id in %s",
                        known.stream().map(Proxy::id), row -> List.of(row.text("id"), row.text("proxy_id")))
                .stream()
                .filter(node -> !wanted.contains(String.join(" ", node)))
                .map(List::getFirst)
                .toList();
        sql.changeAll("delete from node where id = ?", gone, id -> new Object[] {id});
    }

    private void putNodes(List<Proxy> proxies) {
        var nodes = new ArrayList<Placed>();
        for (var proxy : proxies) {
            for (int position = 0; position < proxy.nodes().size(); position++) {
                nodes.add(new Placed(proxy.nodes().get(position), position));
            }
        }
        var known = sql.changeAll("""
                insert into node (id, proxy_id, position, name, role, az_code, task_queue, version, status, machine_id,
                    observed_at, sessions)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing
                """, nodes, placed -> {
            var node = placed.node();
            return new @Nullable Object[] {
                node.id(),
                node.proxyId(),
                placed.position(),
                node.name(),
                node.role(),
                node.azCode(),
                node.taskQueue(),
                node.version(),
                node.status(),
                node.machineId(),
                node.observedAt(),
                node.sessions()
            };
        });
        var foreign = sql.changeAll("""
                update node set position = ?, name = ?, role = ?, az_code = ?, task_queue = ?,
                    version = case when observed_at is null then ? else version end
                where id = ? and proxy_id = ?
                """, known, placed -> {
            var node = placed.node();
            return new Object[] {
                placed.position(),
                node.name(),
                node.role(),
                node.azCode(),
                node.taskQueue(),
                node.version(),
                node.id(),
                node.proxyId()
            };
        });
        foreign.forEach(placed ->
                refuseMove("node", placed.node().id(), "proxy", placed.node().proxyId()));
    }

    /** What the fleet does not bring with it has to be there. */
    private void require(String table, Set<String> here, Stream<String> ids) {
        ids.filter(id -> !here.contains(id)).distinct().forEach(id -> {
            if (!sql.exists("select 1 from " + table + " where id = ?", id)) {
                throw new Inventory.Contradiction("%s '%s' does not exist".formatted(table, id));
            }
        });
    }

    /** An update by id and owner that met no row has met another owner's row. */
    private static void refuseMove(String what, String id, String ownerKind, String owner) {
        throw new Inventory.Contradiction(
                "%s '%s' exists already and does not belong to %s '%s'".formatted(what, id, ownerKind, owner));
    }

    private record Placed(Node node, int position) {}
}
