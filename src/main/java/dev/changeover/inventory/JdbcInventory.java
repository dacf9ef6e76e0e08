package dev.changeover.inventory;

import dev.changeover.contact.Contacts;
import dev.changeover.database.Columns;
import dev.changeover.database.Sql;
import dev.changeover.window.MaintenanceWindow;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The inventory in the database, with {@link JdbcFleet} for registration and {@link JdbcCatalogue} for kernels. */
@Singleton
record JdbcInventory(Sql sql, JdbcCatalogue catalogue, Contacts contacts) implements Inventory {
    static final Columns<Project> PROJECT = Columns.of(Project.class);
    static final Columns<Instance> INSTANCE = Columns.of(Instance.class, Map.of("window", "maintenance_window"));
    private static final String PROXIES = """
            select p.instance_id, p.name as proxy_name, p.address, p.port, p.mode, p.engine,
                p.status as proxy_status, n.*
            from proxy p join node n on n.proxy_id = p.id
            """;
    private static final String IN_ORDER = " order by p.id, n.position";

    @Override
    public List<Project> projects() {
        return sql.list("select * from project order by region, id", PROJECT::read);
    }

    @Override
    public Optional<Project> project(String projectId) {
        return sql.first("select * from project where id = ?", PROJECT::read, projectId);
    }

    @Override
    public NodePage nodes(int offset, int limit) {
        return NodeList.page(sql, offset, limit);
    }

    @Override
    public List<NodeEntry> nodesOf(String instanceId) {
        return NodeList.of(sql, instanceId);
    }

    @Override
    public InstancePage instances(Instance.Query query) {
        var from = query.from();
        var total = sql.count("select count(*)" + from.sql(), from.values().toArray());
        var values = new ArrayList<>(from.values());
        values.addAll(List.of(query.limit(), query.offset()));
        var instances =
                sql.list("select *" + from.sql() + " order by id limit ? offset ?", INSTANCE::read, values.toArray());
        var proxies = proxiesOf(instances.stream().map(Instance::id).toList());
        return new InstancePage(
                total,
                instances.stream()
                        .map(instance -> new InstanceEntry(instance, proxies.getOrDefault(instance.id(), List.of())))
                        .toList());
    }

    private Map<String, List<Proxy>> proxiesOf(List<String> instanceIds) {
        if (instanceIds.isEmpty()) {
            return Map.of();
        }
        var proxies = sql.list(
                PROXIES + " where p.instance_id in " + Sql.places(instanceIds) + IN_ORDER,
                NodeList::itsProxy,
                instanceIds.toArray());
        return merged(proxies).stream().collect(Collectors.groupingBy(Proxy::instanceId));
    }

    @Override
    public Optional<Instance> instance(String instanceId) {
        return sql.first("select * from instance where id = ?", INSTANCE::read, instanceId);
    }

    @Override
    public List<Instance> instances(List<String> instanceIds) {
        if (instanceIds.isEmpty()) {
            return List.of();
        }
        return sql.list(
                "select * from instance where id in " + Sql.places(instanceIds) + " order by id",
                INSTANCE::read,
                instanceIds.toArray());
    }

    @Override
    public List<Proxy> proxiesOf(String instanceId) {
        return merged(sql.list(PROXIES + " where p.instance_id = ?" + IN_ORDER, NodeList::itsProxy, instanceId));
    }

    @Override
    public Optional<Node> node(String nodeId) {
        return sql.first("select * from node where id = ?", NodeList.NODE::read, nodeId);
    }

    @Override
    public Optional<Proxy> proxy(String proxyId) {
        return merged(sql.list(PROXIES + " where p.id = ?" + IN_ORDER, NodeList::itsProxy, proxyId)).stream()
                .findFirst();
    }

    @Override
    public List<String> spellings(String engine, KernelVersion version) {
        return sql
                .list(
                        "select distinct n.version from node n join proxy p on p.id = n.proxy_id where p.engine = ?",
                        row -> row.text("version"),
                        engine)
                .stream()
                .filter(spelling -> KernelVersion.of(spelling).equals(version))
                .toList();
    }

    @Override
    public ProxiesOn proxiesOn(String engine, KernelVersion version, int offset, int limit) {
        var spellings = spellings(engine, version);
        if (spellings.isEmpty()) {
            return new ProxiesOn(0, List.of());
        }
        var those = " from proxy p join instance i on i.id = p.instance_id where p.engine = ? and exists"
                + " (select 1 from node n where n.proxy_id = p.id and n.version in %s)"
                        .formatted(Sql.places(spellings));
        var values = new ArrayList<Object>(List.of(engine));
        values.addAll(spellings);
        var total = sql.count("select count(*)" + those, values.toArray());
        values.addAll(List.of(limit, offset));
        return new ProxiesOn(
                total,
                sql.list(
                        "select i.project_id, p.instance_id, p.id, p.name" + those + " order by p.id limit ? offset ?",
                        row -> new ProxyOn(
                                row.text("project_id"), row.text("instance_id"), row.text("id"), row.text("name")),
                        values.toArray()));
    }

    @Override
    public List<Kernel> kernels(String engine) {
        return catalogue.kernels(engine);
    }

    @Override
    public List<Kernel> registered(String engine) {
        return catalogue.registered(engine);
    }

    @Override
    public void mark(String proxyId, Proxy.Status status) {
        // A row that is not written needs no place in the database's log.
        sql.change("update proxy set status = ? where id = ? and status <> ?", status, proxyId, status);
    }

    @Override
    public void unmark(String proxyId) {
        sql.change(
                "update proxy set status = ? where id = ? and status = ?",
                Proxy.Status.NORMAL,
                proxyId,
                Proxy.Status.UPGRADING);
    }

    @Override
    public Optional<Names> names(String proxyId) {
        return sql.first("""
                select i.name as instance_name, p.name as proxy_name
                from proxy p join instance i on i.id = p.instance_id where p.id = ?
                """, row -> new Names(row.text("instance_name"), row.text("proxy_name")), proxyId);
    }

    @Override
    public void setWindow(String instanceId, MaintenanceWindow window) {
        sql.change("update instance set maintenance_window = ? where id = ?", window, instanceId);
    }

    @Override
    public boolean observed(Observation seen) {
        return NodeList.observed(sql, seen);
    }

    @Override
    public void goesBy(String nodeId, String key) {
        sql.change("update node set order_key = ? where id = ?", key, nodeId);
    }

    @Override
    public OtherKeys otherKeys(String key, int limit) {
        return NodeList.otherKeys(sql, key, limit);
    }

    @Override
    public List<String> proxiesByAnotherKey(String key, int most) {
        return NodeList.proxiesByAnotherKey(sql, key, most);
    }

    @Override
    public void runs(String nodeId, KernelVersion version, String reportedVersion) {
        catalogue.putSource(nodeId, version, reportedVersion);
    }

    @Override
    public void register(Fleet fleet, Consumer<List<String>> met) {
        sql.together(() -> new JdbcFleet(sql, this, contacts, met).put(fleet));
    }

    @Override
    public void register(List<Kernel> kernels) {
        register(() -> kernels);
    }

    @Override
    public List<Kernel> register(Supplier<List<Kernel>> making) {
        return sql.together(() -> {
            catalogue.hold();
            var kernels = making.get();
            kernels.forEach(catalogue::put);
            return kernels;
        });
    }

    private static List<Proxy> merged(List<Proxy> rows) {
        return rows.stream()
                .collect(Collectors.groupingBy(Proxy::id, LinkedHashMap::new, Collectors.toList()))
                .values()
                .stream()
                .map(ofOne -> ofOne.getFirst()
                        .with(ofOne.stream().map(row -> row.nodes().getFirst()).toList()))
                .toList();
    }
}
