package dev.changeover.upgrade.workflow;

import dev.changeover.inventory.Instance;
import dev.changeover.inventory.Inventory;
import dev.changeover.inventory.Kernel;
import dev.changeover.inventory.KernelVersion;
import dev.changeover.inventory.Node;
import dev.changeover.inventory.NodeFacts;
import dev.changeover.inventory.Project;
import dev.changeover.inventory.Proxy;
import dev.changeover.window.MaintenanceWindow;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** An inventory without a database, for tests of what is decided on it. */
public final class MemoryInventory implements Inventory {
    private final Map<String, Project> projects = new ConcurrentSkipListMap<>();
    private final Map<String, Instance> instances = new ConcurrentSkipListMap<>();
    private final Map<String, Proxy> proxies = new ConcurrentSkipListMap<>();
    private final Map<String, Kernel> kernels = new ConcurrentSkipListMap<>();
    private final Map<String, String> orderKeys = new ConcurrentSkipListMap<>();

    @Override
    public void goesBy(String nodeId, String key) {
        orderKeys.put(nodeId, key);
    }

    @Override
    public OtherKeys otherKeys(String key, int limit) {
        var others = proxies.values().stream()
                .flatMap(proxy -> proxy.nodes().stream())
                .filter(node -> !key.equals(orderKeys.get(node.id())))
                .map(node -> new OtherKey(node.id(), node.proxyId(), orderKeys.get(node.id())))
                .toList();
        return new OtherKeys(others.size(), others.stream().limit(limit).toList());
    }

    @Override
    public List<String> proxiesByAnotherKey(String key, int most) {
        return otherKeys(key, Integer.MAX_VALUE).nodes().stream()
                .filter(node -> node.key() != null)
                .map(OtherKey::proxyId)
                .distinct()
                .limit(most)
                .toList();
    }

    @Override
    public List<Project> projects() {
        return List.copyOf(projects.values());
    }

    @Override
    public Optional<Project> project(String projectId) {
        return Optional.ofNullable(projects.get(projectId));
    }

    @Override
    public NodePage nodes(int offset, int limit) {
        var all = proxies.values().stream()
                .flatMap(proxy -> {
                    var instance = instance(proxy.instanceId()).orElseThrow();
                    return proxy.nodes().stream()
                            .map(node -> new NodeEntry(
                                    instance.projectId(),
                                    instance.id(),
                                    instance.name(),
                                    proxy.name(),
                                    node,
                                    NodeFacts.NONE));
                })
                .sorted(Comparator.comparing(entry -> entry.node().id()))
                .toList();
        return new NodePage(all.size(), all.stream().skip(offset).limit(limit).toList());
    }

    @Override
    public List<NodeEntry> nodesOf(String instanceId) {
        return nodes(0, Integer.MAX_VALUE).entries().stream()
                .filter(entry -> entry.instanceId().equals(instanceId))
                .toList();
    }

    @Override
    public InstancePage instances(Instance.Query query) {
        var all = instances.values().stream()
                .filter(instance -> instance.projectId().equals(query.projectId()))
                .filter(instance -> query.id() == null || query.id().equals(instance.id()))
                .filter(instance -> query.name() == null || query.name().equals(instance.name()))
                .map(instance -> new InstanceEntry(instance, proxiesOf(instance.id())))
                .toList();
        return new InstancePage(
                all.size(),
                all.stream().skip(query.offset()).limit(query.limit()).toList());
    }

    @Override
    public Optional<Instance> instance(String instanceId) {
        return Optional.ofNullable(instances.get(instanceId));
    }

    @Override
    public List<Instance> instances(List<String> instanceIds) {
        return instances.values().stream()
                .filter(instance -> instanceIds.contains(instance.id()))
                .toList();
    }

    @Override
    public List<Proxy> proxiesOf(String instanceId) {
        return proxies.values().stream()
                .filter(proxy -> proxy.instanceId().equals(instanceId))
                .toList();
    }

    @Override
    public Optional<Proxy> proxy(String proxyId) {
        return Optional.ofNullable(proxies.get(proxyId));
    }

    @Override
    public Optional<Node> node(String nodeId) {
        return proxies.values().stream()
                .flatMap(proxy -> proxy.nodes().stream())
                .filter(node -> node.id().equals(nodeId))
                .findFirst();
    }

    @Override
    public List<Kernel> registered(String engine) {
        return kernels(engine);
    }

    @Override
    public List<Kernel> kernels(String engine) {
        return kernels.values().stream()
                .filter(kernel -> kernel.engine().equals(engine))
                .sorted(Comparator.comparing(Kernel::version).reversed())
                .toList();
    }

    @Override
    public void unmark(String proxyId) {
        proxies.computeIfPresent(
                proxyId, (id, p) -> p.status() == Proxy.Status.UPGRADING ? with(p, Proxy.Status.NORMAL, p.nodes()) : p);
    }

    @Override
    public Optional<Names> names(String proxyId) {
        return proxy(proxyId)
                .flatMap(proxy ->
                        instance(proxy.instanceId()).map(instance -> new Names(instance.name(), proxy.name())));
    }

    @Override
    public ProxiesOn proxiesOn(String engine, KernelVersion version, int offset, int limit) {
        throw new UnsupportedOperationException("no upgrade asks for it");
    }

    @Override
    public List<String> spellings(String engine, KernelVersion version) {
        throw new UnsupportedOperationException("no upgrade asks for it");
    }

    @Override
    public void mark(String proxyId, Proxy.Status status) {
        proxies.computeIfPresent(proxyId, (id, p) -> with(p, status, p.nodes()));
    }

    @Override
    public void setWindow(String instanceId, MaintenanceWindow window) {
        instances.computeIfPresent(
                instanceId, (id, it) -> new Instance(id, it.projectId(), it.name(), it.status(), window));
    }

    @Override
    public void runs(String nodeId, KernelVersion version, String reportedVersion) {}

    @Override
    public boolean observed(Observation seen) {
        proxies.replaceAll((id, p) -> with(
                p,
                p.status(),
                p.nodes().stream()
                        .map(node -> node.id().equals(seen.nodeId()) ? with(node, seen) : node)
                        .toList()));
        return true;
    }

    @Override
    public void register(Fleet fleet, Consumer<List<String>> met) {
        fleet.projects().forEach(project -> projects.put(project.id(), project));
        fleet.instances().forEach(instance -> instances.put(instance.id(), instance));
        fleet.proxies().forEach(proxy -> proxies.put(proxy.id(), proxy));
    }

    @Override
    public void register(List<Kernel> all) {
        all.forEach(kernel -> kernels.put(kernel.engine() + " " + kernel.version(), kernel));
    }

    @Override
    public List<Kernel> register(Supplier<List<Kernel>> making) {
        var made = making.get();
        register(made);
        return made;
    }

    private static Proxy with(Proxy p, Proxy.Status status, List<Node> nodes) {
        return new Proxy(p.id(), p.instanceId(), p.name(), p.address(), p.port(), p.mode(), p.engine(), status, nodes);
    }

    private static Node with(Node n, Observation seen) {
        var version = seen.version();
        return new Node(
                n.id(),
                n.proxyId(),
                n.name(),
                n.role(),
                n.azCode(),
                n.taskQueue(),
                version == null ? n.version() : version,
                seen.status(),
                seen.machineId(),
                seen.observedAt(),
                seen.sessions());
    }
}
