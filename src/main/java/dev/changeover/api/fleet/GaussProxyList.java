package dev.changeover.api.fleet;

import dev.changeover.inventory.Instance;
import dev.changeover.inventory.Node;
import dev.changeover.inventory.Proxy;
import java.util.List;

/** The list of an instance's proxies as the published interface of GaussDB has it; {@link ProxyList} is that of RDS. */
public record GaussProxyList(List<Entry> proxyList) {
    private static final String ACTIVE = "ACTIVE";
    private static final String ABNORMAL = "ABNORMAL";

    public static GaussProxyList of(Instance instance, List<Proxy> proxies) {
        var master = new MasterNode(
                instance.id(), instance.id(), status(instance.status() != Instance.Status.ABNORMAL), instance.name());
        return new GaussProxyList(proxies.stream()
                .map(proxy -> new Entry(GaussProxy.of(instance, proxy), master, List.of()))
                .toList());
    }

    private static String status(boolean good) {
        return good ? ACTIVE : ABNORMAL;
    }

    /** A proxy and the database behind it. */
    record Entry(GaussProxy proxy, MasterNode masterNode, List<MasterNode> readonlyNodes) {}

    /** The instance, which is all that is known of its nodes. */
    record MasterNode(String id, String instanceId, String status, String name) {}

    /**
     * A proxy.
     *
     * @param status {@code ACTIVE} or {@code ABNORMAL}, and so is {@code poolStatus}
     * @param version the lowest of its nodes; our extension
     */
    record GaussProxy(
            String poolId,
            String name,
            String status,
            String poolStatus,
            String address,
            int port,
            String mode,
            int nodeNum,
            List<GaussNode> nodes,
            String version) {
        private static GaussProxy of(Instance instance, Proxy proxy) {
            var rds = ProxyList.ProxyInfo.of(proxy);
            var status = GaussProxyList.status(proxy.status() != Proxy.Status.ABNORMAL);
            var frozen = instance.status() == Instance.Status.FROZEN ? 1 : 0;
            return new GaussProxy(
                    rds.poolId(),
                    rds.name(),
                    status,
                    status,
                    rds.address(),
                    rds.port(),
                    rds.mode(),
                    rds.nodeNum(),
                    proxy.nodes().stream()
                            .map(node -> GaussNode.of(node, frozen))
                            .toList(),
                    rds.version());
        }
    }

    /**
     * A node.
     *
     * @param frozenFlag 0, or 1 where the instance is frozen
     */
    record GaussNode(String id, String name, String role, String azCode, String status, int frozenFlag) {
        private static GaussNode of(Node node, int frozen) {
            var rds = ProxyList.NodeInfo.of(node);
            var status = GaussProxyList.status(node.status() == Node.Status.NORMAL);
            return new GaussNode(rds.id(), rds.name(), rds.role(), rds.azCode(), status, frozen);
        }
    }
}
