package dev.changeover.inventory;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The door to what exists. Safe for concurrent use; every write is one transaction. */
public interface Inventory {

    List<Project> projects();

    Optional<Project> project(String projectId);

    List<Instance> instances(String projectId);

    Optional<Instance> instance(String instanceId);

    /** Every proxy, by id. */
    List<Proxy> proxies();

    List<Proxy> proxiesOf(String instanceId);

    Optional<Proxy> proxy(String proxyId);

    Optional<Node> node(String nodeId);

    /** The catalogue of an engine, newest first. */
    List<Kernel> kernels(String engine);

    /** Sets a proxy's status. Repeating it is harmless. */
    void mark(String proxyId, Proxy.Status status);

    /** Writes what was seen on a node; an observation older than the row's changes nothing. */
    void observed(Observation observation);

    /** Adds or replaces everything in the fleet, or nothing at all. Facts already observed of a node are kept. */
    void register(Fleet fleet);

    /** Adds or replaces catalogue entries, or nothing at all. */
    void register(List<Kernel> kernels);

    /**
     * What was seen on a node.
     *
     * @param version null where nothing answered: the last known version stays
     */
    record Observation(
            String nodeId,
            @Nullable KernelVersion version,
            Node.Status status,
            @Nullable String machineId,
            int sessions,
            Instant observedAt) {}

    /** What a fleet file declares. */
    record Fleet(List<Project> projects, List<Instance> instances, List<Proxy> proxies) {
        public Fleet {
            projects = List.copyOf(projects);
            instances = List.copyOf(instances);
            proxies = List.copyOf(proxies);
        }
    }
}
