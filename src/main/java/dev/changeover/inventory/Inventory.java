package dev.changeover.inventory;

import dev.changeover.contact.Contact;
import dev.changeover.window.MaintenanceWindow;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The door to what exists. Safe for concurrent use; every write is one transaction. */
public interface Inventory {

    List<Project> projects();

    Optional<Project> project(String projectId);

    /** Nodes of all projects: those with problems first, then those that nobody has seen; by their ids. */
    NodePage nodes(int offset, int limit);

    /** Nodes of an instance, by their ids. */
    List<NodeEntry> nodesOf(String instanceId);

    /** Those that are sought with their proxies, by id: so many after those that are left out. */
    InstancePage instances(Instance.Query query);

    Optional<Instance> instance(String instanceId);

    /** Those of the ids that exist, by id. */
    List<Instance> instances(List<String> instanceIds);

    List<Proxy> proxiesOf(String instanceId);

    Optional<Proxy> proxy(String proxyId);

    Optional<Node> node(String nodeId);

    /** The catalogue of an engine, newest first. */
    List<Kernel> kernels(String engine);

    /** The same as it was registered: an ACTIVE version whose date has passed is still ACTIVE there. */
    List<Kernel> registered(String engine);

    /** Proxies with a node that runs a version, by id: so many after those that are left out. */
    ProxiesOn proxiesOn(String engine, KernelVersion version, int offset, int limit);

    /** How a version is written in the rows of nodes: each has the spelling that its fleet or catalogue had. */
    List<String> spellings(String engine, KernelVersion version);

    /** Sets a proxy's status. Repeating it is harmless. */
    void mark(String proxyId, Proxy.Status status);

    /** Takes the mark of an upgrade away, and no other: a proxy that is ABNORMAL stays so. Repeating it is harmless. */
    void unmark(String proxyId);

    /** The names of a proxy and its instance; empty where there is no such proxy. */
    Optional<Names> names(String proxyId);

    /** Sets an instance's window. Repeating it is harmless; what is planned stays as it is (REQUIREMENTS M4). */
    void setWindow(String instanceId, MaintenanceWindow window);

    /**
     * Writes what was seen on a node. The first machine id is pinned: an observation from another host changes nothing,
     * and neither does one that is older than the row's, or of a node that is not registered. A row from the future, as
     * an agent's clock once wrote it, is no obstacle.
     *
     * @return whether it was written
     */
    boolean observed(Observation observation);

    /** Writes down by which key of the control plane a node's agent says it goes; nothing of a node that is not registered. */
    void goesBy(String nodeId, String key);

    /** Nodes whose agents did not say that they go by this key, by id; so many of them are named. */
    OtherKeys otherKeys(String key, int limit);

    /** Proxies of which an agent has said that it goes by another key than this one: so many at most, whichever they are. */
    List<String> proxiesByAnotherKey(String key, int most);

    /** @param total how many there are beside those that are named, too */
    record OtherKeys(int total, List<OtherKey> nodes) {
        public OtherKeys {
            nodes = List.copyOf(nodes);
        }
    }

    /** @param key null if its agent never said one */
    record OtherKey(String nodeId, String proxyId, @Nullable String key) {}

    /**
     * A kernel runs on a node. Where the catalogue knows neither its version nor its reported version, it gets an entry
     * without packages: nothing is upgraded to it, only from it. So it is with what was adopted from a distribution.
     */
    void runs(String nodeId, KernelVersion version, String reportedVersion);

    /**
     * Adds or replaces everything in the fleet, or nothing at all. Facts already observed of a node, a proxy's status,
     * and an instance's window or status that the fleet does not name, are kept; nodes that a proxy no longer has are
     * removed, nothing else is.
     *
     * @param met gets those of its instances that are there, without any its proxies; what it throws undoes everything
     * @throws Contradiction if a contact's webhook is where none may be, or if something belongs to another project,
     *     instance or proxy than the fleet says, or to one that does not exist
     * @throws ProxyBusy if a proxy is being upgraded and the fleet would change it (REQUIREMENTS P2)
     */
    void register(Fleet fleet, Consumer<List<String>> met);

    /** The same, whatever is there. */
    default void register(Fleet fleet) {
        register(fleet, met -> {});
    }

    /**
     * Adds or replaces catalogue entries with their packages, or nothing at all.
     *
     * @throws Contradiction if a reported version belongs to another catalogue entry
     */
    void register(List<Kernel> kernels);

    /**
     * The same of entries made of those that there are: of two changes at once the second is made of what the first left.
     *
     * @param making runs in the transaction that writes; what it throws is thrown, and nothing is written
     * @return what it made
     */
    List<Kernel> register(Supplier<List<Kernel>> making);

    /** The new registration contradicts what is registered; the message names both. */
    final class Contradiction extends IllegalArgumentException {
        Contradiction(String message) {
            super(message);
        }
    }

    record InstanceEntry(Instance instance, List<Proxy> proxies) {}

    /**
     * All contacts of an instance or a project.
     *
     * @param instanceId null for those of the project
     */
    record ContactList(String projectId, @Nullable String instanceId, List<Contact> contacts) {
        ContactList in(String otherProjectId) {
            var moved = contacts.stream().map(contact -> contact.in(otherProjectId));
            return new ContactList(otherProjectId, instanceId, moved.toList());
        }
    }

    /** Some instances of a project, and how many it has in all. */
    record InstancePage(int total, List<InstanceEntry> entries) {}

    record NodeEntry(
            String projectId, String instanceId, String instanceName, String proxyName, Node node, NodeFacts facts) {}

    /** Some of all nodes, and how many there are in all. */
    record NodePage(int total, List<NodeEntry> entries) {}

    /** Some of the proxies on a version, and how many there are in all. */
    record ProxiesOn(int total, List<ProxyOn> proxies) {}

    record ProxyOn(String projectId, String instanceId, String proxyId, String name) {}

    record Names(String instance, String proxy) {}

    /** The proxy is being upgraded and nothing else may change it meanwhile. */
    final class ProxyBusy extends IllegalStateException {
        ProxyBusy(String proxyId) {
            super("proxy '%s' is being upgraded and cannot be changed until that is done".formatted(proxyId));
        }
    }

    /**
     * The state seen on a node.
     *
     * @param version null where nothing answered: the last known version stays
     * @param look puts those of one process of an agent in order; null leaves that to {@code observedAt}
     */
    record Observation(
            String nodeId,
            @Nullable KernelVersion version,
            Node.Status status,
            @Nullable String machineId,
            int sessions,
            Instant observedAt,
            @Nullable Look look,
            NodeFacts facts) {
        /** Whether somebody should look at the node. */
        boolean isUrgent() {
            return status != Node.Status.NORMAL || facts.haveProblem();
        }
    }

    /**
     * The content of a fleet file.
     *
     * @param statuses ids of the instances that get the fleet's status even if they exist; others keep theirs
     * @param windows ids of the instances that get the fleet's window even if they exist; others keep theirs
     * @param contacts of the projects and instances that name any, or none; others keep theirs
     * @param rings by instance, of those that name one; others keep theirs
     * @throws IllegalArgumentException if an id occurs twice, or a proxy breaks a rule of {@link Proxy#faults}
     */
    record Fleet(
            List<Project> projects,
            List<Instance> instances,
            List<Proxy> proxies,
            Set<String> statuses,
            Set<String> windows,
            List<ContactList> contacts,
            Map<String, Ring> rings) {
        /** A fleet whose instances get its statuses, and that changes nobody's window and ring and no contacts. */
        public Fleet(List<Project> projects, List<Instance> instances, List<Proxy> proxies) {
            this(projects, instances, proxies, ids(instances), Set.of(), List.of(), Map.of());
        }

        public Fleet {
            contacts = List.copyOf(contacts);
            statuses = Set.copyOf(statuses);
            windows = Set.copyOf(windows);
            rings = Map.copyOf(rings);
            projects = List.copyOf(projects);
            instances = List.copyOf(instances);
            proxies = List.copyOf(proxies);
            refuseTwice("project", projects.stream().map(Project::id));
            refuseTwice("instance", instances.stream().map(Instance::id));
            refuseTwice("proxy", proxies.stream().map(Proxy::id));
            var nodes = proxies.stream().map(Proxy::nodes).flatMap(List::stream);
            refuseTwice("node", nodes.map(Node::id));
            var faults =
                    proxies.stream().map(Proxy::faults).flatMap(List::stream).collect(Collectors.joining("; "));
            if (!faults.isEmpty()) throw new IllegalArgumentException(faults);
        }

        private static Set<String> ids(List<Instance> instances) {
            return instances.stream().map(Instance::id).collect(Collectors.toSet());
        }

        private static void refuseTwice(String what, Stream<String> ids) {
            var seen = new HashSet<String>();
            ids.filter(id -> !seen.add(id)).findFirst().ifPresent(id -> {
                throw new IllegalArgumentException("%s '%s' is declared twice".formatted(what, id));
            });
        }
    }
}
