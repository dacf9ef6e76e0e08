package dev.changeover.api.fleet;

import static dev.changeover.audit.AuditEntry.Subject.Kind.INSTANCE;
import static dev.changeover.audit.AuditEntry.Subject.Kind.PROJECT;
import static dev.changeover.audit.AuditEntry.Subject.Kind.PROXY;
import static io.swagger.v3.oas.annotations.media.Schema.RequiredMode.REQUIRED;

import dev.changeover.api.Parameters;
import dev.changeover.api.Times;
import dev.changeover.api.audit.Change;
import dev.changeover.inventory.Instance;
import dev.changeover.inventory.Inventory;
import dev.changeover.inventory.Inventory.Fleet;
import dev.changeover.inventory.Kernel;
import dev.changeover.inventory.KernelVersion;
import dev.changeover.inventory.Node;
import dev.changeover.inventory.Project;
import dev.changeover.inventory.Proxy;
import dev.changeover.task.TaskPage;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The inventory as callers see it. */
final class FleetAnswers {
    private FleetAnswers() {}

    /** Projects, and how many there are in all. */
    record Projects(List<Project> projects, int totalCount) {}

    /** Instances of a project, and how many it has in all. */
    record Instances(List<InstanceInfo> instances, int totalCount) {
        /** @param open upgrades by their proxies, newest first */
        static Instances of(
                Inventory.InstancePage page,
                Instant now,
                Function<String, List<Kernel>> catalogue,
                Map<String, List<TaskPage.Line>> open) {
            return new Instances(
                    page.entries().stream()
                            .map(entry ->
                                    InstanceInfo.of(entry.instance(), entry.proxies(), now, catalogue, open, List.of()))
                            .toList(),
                    page.total());
        }
    }

    /**
     * What a proxy could run.
     *
     * @param latestVersion null where the catalogue has no target, or an older one only
     * @param lifecycle of the version that the proxy runs; null where the catalogue does not have it
     */
    record Newest(
            String proxyId,
            @Nullable String latestVersion,
            @Nullable String lifecycle) {
        static Newest of(Proxy proxy, List<Kernel> catalogue) {
            return new Newest(
                    proxy.id(),
                    Kernel.offered(catalogue, proxy.version())
                            .map(KernelVersion::toString)
                            .orElse(null),
                    catalogue.stream()
                            .filter(kernel -> kernel.version().equals(proxy.version()))
                            .map(kernel -> kernel.lifecycle().name())
                            .findFirst()
                            .orElse(null));
        }
    }

    /**
     * Where a proxy stands for an operator.
     *
     * @param state that of its upgrade that has not ended altogether, of several the one that is held, else the newest;
     *     without one that of its nodes: NORMAL, UNSEEN, ABNORMAL or CRASH_LOOP
     * @param reason empty where there is none
     * @param jobId null without such an upgrade
     */
    record ProxyState(
            String proxyId,
            String state,
            String reason,
            @Nullable String jobId) {
        static ProxyState of(Proxy proxy, List<TaskPage.Line> open) {
            return open.stream()
                    .filter(line -> line.state().equals("HELD"))
                    .findFirst()
                    .or(() -> open.stream().findFirst())
                    .map(line -> new ProxyState(proxy.id(), line.state(), line.stateReason(), line.jobId()))
                    .orElseGet(() -> ofNodes(proxy));
        }

        private static ProxyState ofNodes(Proxy proxy) {
            var worst = proxy.nodes().stream()
                    .map(Node::status)
                    .max(Comparator.naturalOrder())
                    .orElse(Node.Status.NORMAL);
            var those = proxy.nodes().stream()
                    .filter(node -> node.status() == worst && worst != Node.Status.NORMAL)
                    .map(Node::name)
                    .collect(Collectors.joining(", "));
            return new ProxyState(proxy.id(), worst.name(), those, null);
        }
    }

    /**
     * An instance with its window and its proxies.
     *
     * @param nextOpening when the window opens next
     * @param newest for each proxy
     * @param states of each proxy
     * @param generations of each node that an agent has spoken of; empty in lists
     */
    record InstanceInfo(
            String id,
            String name,
            String status,
            String projectId,
            String maintenanceWindow,
            String timeZone,
            String nextOpening,
            List<ProxyList.ProxyInfo> proxies,
            List<Newest> newest,
            List<ProxyState> states,
            List<NodeAnswers.Generations> generations) {
        /**
         * @param catalogue of an engine
         * @param open upgrades by their proxies
         * @param nodes whose generations are shown
         */
        static InstanceInfo of(
                Instance instance,
                List<Proxy> proxies,
                Instant now,
                Function<String, List<Kernel>> catalogue,
                Map<String, List<TaskPage.Line>> open,
                List<Inventory.NodeEntry> nodes) {
            return new InstanceInfo(
                    instance.id(),
                    instance.name(),
                    instance.status().name(),
                    instance.projectId(),
                    instance.window().hours(),
                    instance.window().zone().getId(),
                    Times.of(instance.window().next(now).opens()),
                    proxies.stream().map(ProxyList.ProxyInfo::of).toList(),
                    proxies.stream()
                            .map(proxy -> Newest.of(proxy, catalogue.apply(proxy.engine())))
                            .toList(),
                    proxies.stream()
                            .map(proxy -> ProxyState.of(proxy, open.getOrDefault(proxy.id(), List.of())))
                            .toList(),
                    NodeAnswers.generations(nodes));
        }
    }

    /** A proxy, and where it belongs. */
    record ProxyAnywhere(String projectId, String instanceId, String instanceName, ProxyList.ProxyInfo proxy) {}

    /**
     * The audit trail's record of a fleet file: what it names, and of that what was there before and the windows it
     * sets. Of a file that is refused the same.
     */
    static void tell(Fleet fleet, Inventory inventory, Change change) {
        var projects = fleet.projects().stream().map(Project::id).toList();
        var instances = fleet.instances().stream().map(Instance::id).toList();
        var proxies = fleet.proxies().stream().map(Proxy::id).toList();
        var known = inventory.instances(instances.stream().limit(Change.MOST).toList());
        change.about(PROJECT, projects)
                .about(INSTANCE, instances)
                .about(PROXY, proxies)
                .before("instances", known.stream().map(Instance::id).toList())
                .before("windows", windows(known, fleet.windows()))
                .after("projects", projects)
                .after("instances", instances)
                .after("proxies", proxies)
                .after("windows", windows(fleet.instances(), fleet.windows()));
    }

    private static List<String> windows(List<Instance> instances, Set<String> named) {
        return instances.stream()
                .filter(instance -> named.contains(instance.id()))
                .map(instance -> instance.id() + " " + instance.window())
                .toList();
    }

    /** How much of a fleet was registered. */
    record Registered(int projects, int instances, int proxies, int nodes) {
        static Registered of(Fleet fleet) {
            var nodes = fleet.proxies().stream()
                    .mapToInt(proxy -> proxy.nodes().size())
                    .sum();
            return new Registered(
                    fleet.projects().size(),
                    fleet.instances().size(),
                    fleet.proxies().size(),
                    nodes);
        }
    }

    /**
     * Why something is removed.
     *
     * @param reason one line without control and format characters, for the record
     */
    record RemovalBody(
            @Schema(requiredMode = REQUIRED, nullable = false) @Nullable String reason) {
        String given() {
            return Parameters.reason(reason);
        }

        /** For the audit trail: what it was. */
        void tell(Change change, String name, List<Proxy> proxies) {
            var nodes = proxies.stream().flatMap(proxy -> proxy.nodes().stream());
            change.because(given())
                    .before("name", name)
                    .before("proxies", proxies.stream().map(Proxy::id).toList())
                    .before("nodes", nodes.map(Node::id).toList())
                    .announce();
        }
    }
}
