package dev.changeover.api.upgrades;

import dev.changeover.inventory.Proxy;
import java.util.List;

/** The versions of all proxies of an instance, in the form of the published interface. */
record EngineVersions(List<Entry> proxyEngineVersionInfos) {

    /**
     * What one proxy runs and what it could run.
     *
     * @param risks one, of the upgrade
     */
    record Entry(
            String currentEngineVersion,
            String targetEngineVersion,
            boolean upgradeFlag,
            String proxyId,
            List<EngineRisk> risks) {
        static Entry of(Proxy proxy, ProxyVersion version) {
            var risk = version.risk();
            return new Entry(
                    version.currentVersion(),
                    version.latestVersion(),
                    version.canUpgrade(),
                    proxy.id(),
                    List.of(new EngineRisk(
                            proxy.id(),
                            proxy.engine(),
                            version.latestVersion(),
                            risk.level(),
                            risk.suggest(),
                            risk.influence(),
                            risk.guidance(),
                            risk.serviceImpactDuration(),
                            risk.upgradeDuration())));
        }
    }

    /**
     * A {@link ProxyVersion.Risk}, and of what it is one.
     *
     * @param instanceId the proxy's id
     * @param level of the version that runs, as there
     */
    record EngineRisk(
            String instanceId,
            String engineName,
            String engineVersion,
            int level,
            String suggest,
            String influence,
            String guidance,
            String serviceImpactDuration,
            String upgradeDuration) {}
}
