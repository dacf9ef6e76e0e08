package dev.changeover.api;

import dev.changeover.inventory.Instance;
import dev.changeover.inventory.Inventory.Fleet;
import dev.changeover.inventory.Project;
import dev.changeover.inventory.Proxy;
import java.util.List;

/** What the inventory holds, as callers see it. */
final class FleetAnswers {
    private FleetAnswers() {}

    /** All projects. */
    record Projects(List<Project> projects) {}

    /** The instances of a project. */
    record Instances(List<InstanceInfo> instances) {}

    /** An instance with its window and its proxies. */
    record InstanceInfo(
            String id,
            String name,
            String status,
            String projectId,
            String maintenanceWindow,
            String timeZone,
            List<ProxyList.ProxyInfo> proxies) {
        static InstanceInfo of(Instance instance, List<Proxy> proxies) {
            return new InstanceInfo(
                    instance.id(),
                    instance.name(),
                    instance.status().name(),
                    instance.projectId(),
                    instance.window().hours(),
                    instance.window().zone().getId(),
                    proxies.stream().map(ProxyList.ProxyInfo::of).toList());
        }
    }

    /** A proxy, and where it belongs. */
    record ProxyAnywhere(String projectId, String instanceId, String instanceName, ProxyList.ProxyInfo proxy) {}

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
}
