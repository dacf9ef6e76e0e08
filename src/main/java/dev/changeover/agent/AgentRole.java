package dev.changeover.agent;

import dev.changeover.host.DataDirectory;
import dev.changeover.host.PrivateFile;
import dev.changeover.node.AgentReturn;
import dev.changeover.node.agent.ProxyNode;
import dev.changeover.node.agent.Watchdog;
import dev.changeover.node.haproxy.BackendProof;
import dev.changeover.node.haproxy.HaproxyDriver;
import dev.changeover.node.order.CheckedOrders;
import dev.changeover.node.sandbox.SandboxDriver;
import dev.changeover.node.sandbox.SandboxStatus;
import dev.changeover.node.site.AgentConfiguration;
import dev.changeover.node.site.AgentConfiguration.Driver;
import dev.changeover.node.site.BootPointer;
import dev.changeover.telemetry.JsonLines;
import dev.changeover.telemetry.Tracing;
import dev.changeover.temporal.Namespace;
import dev.changeover.temporal.TemporalConfigurationException;
import dev.changeover.temporal.TemporalConnection;
import dev.changeover.temporal.TemporalSettings;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A process that looks after one node, and takes orders for it as soon as it knows a Temporal. */
final class AgentRole {
    private static final Logger LOG = LoggerFactory.getLogger(AgentRole.class);

    private AgentRole() {}

    /** The node of this host, with the engine that its configuration names. */
    static ProxyNode node(AgentConfiguration configuration) throws IOException {
        var user = configuration.checkUser();
        return new ProxyNode(
                configuration,
                switch (configuration.driver()) {
                    case haproxy ->
                        new HaproxyDriver(
                                configuration.runDir(),
                                configuration.operatorFiles(),
                                new BackendProof(user, configuration::checkPassword, configuration.backends()));
                    case sandbox -> new SandboxDriver(configuration.operatorFile(), user);
                });
    }

    /**
     * Returns when the process is told to end; HAProxy goes on, a sandbox ends with it.
     *
     * @throws IOException if the directories of the configuration cannot be used
     */
    static void run(AgentConfiguration configuration) throws IOException, InterruptedException {
        JsonLines.areOf(configuration.nodeId());
        PrivateFile.setPipesAside(configuration.runDir());
        var node = node(configuration);
        var end = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(end::countDown, "end of the agent"));
        // The node comes first: it is looked after even if no Temporal is ever found.
        try (var shown = shown(configuration, node);
                var findings = new NodeStateReporter();
                var watchdog = new Watchdog(node, () -> findings.changed(node::status))) {
            watchdog.start();
            var connection = connect(configuration, end);
            if (connection.isPresent()) {
                work(connection.get(), findings, configuration, node, end);
            }
        }
    }

    private static @Nullable SandboxStatus shown(AgentConfiguration configuration, ProxyNode node) throws IOException {
        return configuration.driver() == Driver.sandbox
                ? SandboxStatus.show(configuration.runDir(), node::status)
                : null;
    }

    private static void work(
            TemporalConnection temporal,
            NodeStateReporter findings,
            AgentConfiguration configuration,
            ProxyNode node,
            CountDownLatch end)
            throws IOException, InterruptedException {
        try (temporal) {
            var orders = CheckedOrders.before(node, site(configuration), findings::refused);
            var process = AgentReturn.of(configuration.nodeId());
            findings.sendTo(temporal, process, orders::key);
            var worker = AgentWorker.start(temporal, process, orders);
            LOG.info("node {} takes orders. {}", process.nodeId(), temporal.description());
            end.await();
            worker.close();
        }
    }

    private static CheckedOrders.Site site(AgentConfiguration configuration) {
        return new CheckedOrders.Site(
                configuration.nodeId(),
                configuration.runDir(),
                configuration.orders(),
                new BootPointer(configuration.runDir())::current);
    }

    /** Empty: told to end before a Temporal was known. */
    private static Optional<TemporalConnection> connect(AgentConfiguration configuration, CountDownLatch end)
            throws InterruptedException {
        var known = "";
        do {
            try {
                var settings = TemporalSettings.forAgent(configuration.temporalProfile(), DataDirectory.ofThisUser())
                        .encryptedBy(configuration.payloadKeys());
                return Optional.of(TemporalConnection.open(
                        settings, null, Namespace.Admission.ANY, Tracing.of(System.getenv(), "agent")));
            } catch (TemporalConfigurationException notYet) {
                var reason = String.valueOf(notYet.getMessage());
                if (!reason.equals(known)) {
                    LOG.warn("node {} is looked after, but takes no orders yet: {}", configuration.nodeId(), reason);
                }
                known = reason;
            }
        } while (!end.await(2, TimeUnit.SECONDS));
        return Optional.empty();
    }
}
