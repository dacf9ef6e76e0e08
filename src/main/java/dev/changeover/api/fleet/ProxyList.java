package dev.changeover.api.fleet;

import dev.changeover.api.Times;
import dev.changeover.inventory.Instance;
import dev.changeover.inventory.Node;
import dev.changeover.inventory.Proxy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The published list of an instance's proxies, with versions and sessions as our extension.
 *
 * @param maxProxyNum the number of proxies is not limited; the published interface has a number of 32 bits here
 * @param maxProxyNodeNum the most nodes a proxy can have (REQUIREMENTS P1)
 */
public record ProxyList(List<Entry> proxyQueryInfoList, int maxProxyNum, int maxProxyNodeNum) {
    private static final int MOST_NODES = 8;

    public static ProxyList of(Instance instance, List<Proxy> proxies) {
        var master = new MasterInstance(
                instance.id(), instance.name(), instance.status().name());
        return new ProxyList(
                proxies.stream()
                        .map(proxy -> new Entry(ProxyInfo.of(proxy), master, List.of()))
                        .toList(),
                Integer.MAX_VALUE,
                MOST_NODES);
    }

    /** A proxy and the instances behind it. */
    record Entry(ProxyInfo proxy, MasterInstance masterInstance, List<MasterInstance> readonlyInstances) {}

    /** A database instance. */
    record MasterInstance(String id, String name, String status) {}

    /**
     * A proxy.
     *
     * @param mode {@code Ha}, {@code Cluster} or {@code Single}
     * @param version the lowest of its nodes
     */
    record ProxyInfo(
            String poolId,
            String name,
            String status,
            String address,
            int port,
            String mode,
            String engine,
            int nodeNum,
            String version,
            List<NodeInfo> nodes) {

        public static ProxyInfo of(Proxy proxy) {
            return new ProxyInfo(
                    proxy.id(),
                    proxy.name(),
                    proxy.status().name(),
                    proxy.address(),
                    proxy.port(),
                    published(proxy.mode()),
                    proxy.engine(),
                    proxy.nodes().size(),
                    proxy.version().toString(),
                    proxy.nodes().stream().map(NodeInfo::of).toList());
        }

        private static String published(Proxy.Mode mode) {
            return switch (mode) {
                case HA -> "Ha";
                case CLUSTER -> "Cluster";
                case SINGLE -> "Single";
            };
        }
    }

    /**
     * A node, as it was last seen.
     *
     * @param role {@code master} for the primary, {@code slave} for a standby
     * @param status {@code UNSEEN} before its first inspection
     * @param observedAt null before its first inspection
     */
    record NodeInfo(
            String id,
            String name,
            String role,
            String azCode,
            String status,
            String version,
            int sessions,
            @Nullable String observedAt) {

        public static NodeInfo of(Node node) {
            return new NodeInfo(
                    node.id(),
                    node.name(),
                    published(node.role()),
                    node.azCode(),
                    node.status().name(),
                    node.version().toString(),
                    node.sessions(),
                    Times.ofNullable(node.observedAt()));
        }

        private static String published(Node.Role role) {
            return switch (role) {
                case PRIMARY -> "master";
                case STANDBY -> "slave";
            };
        }
    }
}
