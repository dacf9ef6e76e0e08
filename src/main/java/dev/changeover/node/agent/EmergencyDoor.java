package dev.changeover.node.agent;

import dev.changeover.node.NodeFault;
import dev.changeover.node.driver.Poll;
import dev.changeover.node.driver.ProxyConfiguration;
import dev.changeover.node.driver.ProxyDriver;
import dev.changeover.node.driver.StagedKernel;
import dev.changeover.node.site.NodeSite;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Starts a kernel, whatever serves now or keeps dying: with the operator's file as it is, or, if nothing comes up with
 * that, with what served last. The caller holds the node's lock.
 */
record EmergencyDoor(NodeSite site, StagedKernel kernel, ByHand how) {

    /** What can come of a file that was changed since. */
    private static final Set<String> OF_THE_FILE = Set.of(
            NodeFault.CONFIG_REFUSED.name(),
            NodeFault.START_FAILED.name(),
            NodeFault.SOCKETS_NOT_HANDED_OVER.name(),
            NodeFault.FOREIGN_PROXY.name());

    void open() throws IOException, InterruptedException {
        // Known before the attempt, of which something may be left.
        var last = site.driver().served().stream()
                .map(ProxyDriver.Served::configuration)
                .findFirst();
        try {
            open(site::operatorConfiguration);
        } catch (ApplicationFailure refused) {
            if (last.isEmpty() || !OF_THE_FILE.contains(refused.getType())) throw refused;
            open(last::get);
        }
    }

    private void open(Supplier<ProxyConfiguration> configuration) throws IOException, InterruptedException {
        if (site.observe(Poll.QUIETLY).serving().isEmpty()) {
            new Supervisor(site).start(kernel, configuration.get());
        } else {
            new HandOverSteps(site, Poll.QUIETLY).byHand(kernel, configuration.get(), how);
        }
    }
}
