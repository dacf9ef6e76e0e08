package dev.changeover.bench;

import static org.awaitility.Awaitility.await;

import dev.changeover.demo.HaproxyKernels.Kernel;
import dev.changeover.haproxy.Generation;
import dev.changeover.haproxy.RunDirectory;
import dev.changeover.node.HandOver;
import dev.changeover.node.HandOverOrder;
import dev.changeover.node.KernelToRun;
import dev.changeover.node.NodeActivities;
import dev.changeover.node.NodeOrder;
import dev.changeover.node.StageOrder;
import dev.changeover.node.agent.ProxyNode;
import dev.changeover.node.agent.Watchdog;
import dev.changeover.node.haproxy.HaproxyDriver;
import dev.changeover.node.site.AgentConfiguration;
import io.temporal.activity.ActivityOptions;
import io.temporal.testing.TestActivityEnvironment;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A HAProxy that our agent looks after, watchdog included, and that is handed over as an upgrade does it. */
final class AgentNode implements AutoCloseable {
    private static final NodeOrder ORDER = new NodeOrder("n1", null);

    private final BenchHost host;
    private final ProxyNode agent;
    private final Watchdog watchdog;
    private final TestActivityEnvironment activities = TestActivityEnvironment.newInstance();
    private final NodeActivities orders;

    AgentNode(Path parent, Kernel first) throws IOException {
        this(parent, first, 1);
    }

    AgentNode(Path parent, Kernel first, int backends) throws IOException {
        host = BenchHost.create(parent, "a", "", backends);
        var configuration = configuration(host, first.toRun());
        agent = new ProxyNode(
                configuration, new HaproxyDriver(configuration.runDir(), host.configuration(), BenchHost.CHECK_USER));
        watchdog = new Watchdog(agent, () -> {});
        watchdog.start();
        activities.registerActivitiesImplementations(agent);
        orders = activities.newActivityStub(
                NodeActivities.class,
                ActivityOptions.newBuilder()
                        .setScheduleToCloseTimeout(Duration.ofMinutes(1))
                        .build());
        await().atMost(Duration.ofSeconds(30))
                .until(() -> agent.status().serving().isPresent());
    }

    static AgentConfiguration configuration(BenchHost host, @Nullable KernelToRun first) {
        return AgentConfiguration.of(
                ORDER.nodeId(),
                host.directory(),
                AgentConfiguration.Driver.haproxy,
                List.of(host.configuration()),
                BenchHost.CHECK_USER,
                first);
    }

    InetSocketAddress address() {
        return host.address();
    }

    /** An upgrade fetches the kernel long before the handover. */
    void stage(Kernel kernel) {
        orders.stage(new StageOrder(ORDER, kernel.toRun()));
    }

    /** Milliseconds by part. */
    Map<String, Long> handOver(Kernel kernel) {
        var handOver = orders.handOver(new HandOverOrder(ORDER, kernel.toRun()));
        if (!handOver.changed()) {
            throw new AssertionError(kernel.version() + " served already: nothing was measured");
        }
        var parts = new LinkedHashMap<String, Long>();
        for (HandOver.Part part : handOver.parts()) {
            parts.put(part.name(), part.millis());
        }
        return parts;
    }

    @Override
    public void close() throws IOException {
        watchdog.close();
        activities.close();
        end(host.directory().resolve("run"));
    }

    /** Ends every generation of a run directory, sessions and all. */
    static void end(Path run) throws IOException {
        for (var generation : new RunDirectory(run).generations()) {
            if (generation instanceof Generation.Live live) {
                end(live.master());
            }
        }
    }

    /** Ends a master and waits for it. A child of others may stay as a zombie, which is an end too. */
    static void end(long master) {
        ProcessHandle.of(master).ifPresent(ProcessHandle::destroy);
        // onExit() looks only now and then at what is not its child: clients would pay for that.
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(2))
                .until(() -> !RunDirectory.isRunning(master));
    }
}
