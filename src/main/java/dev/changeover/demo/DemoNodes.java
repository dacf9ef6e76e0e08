package dev.changeover.demo;

import static java.util.stream.Collectors.joining;

import dev.changeover.haproxy.Generation;
import dev.changeover.haproxy.RunDirectory;
import dev.changeover.host.Loopback;
import dev.changeover.inventory.KernelVersion;
import dev.changeover.node.KernelToRun;
import dev.changeover.node.NodeActivities;
import dev.changeover.node.NodeState;
import dev.changeover.node.agent.ProxyNode;
import dev.changeover.node.agent.Watchdog;
import dev.changeover.node.haproxy.HaproxyDriver;
import dev.changeover.node.order.CheckedOrders;
import dev.changeover.node.order.Enrolment;
import dev.changeover.node.sandbox.SandboxDriver;
import dev.changeover.node.site.AgentConfiguration;
import dev.changeover.node.site.AgentConfiguration.Driver;
import dev.changeover.node.site.BootPointer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Nodes on this host, serving the older of two kernels, each with its agent in this process.
 *
 * @param words what the nodes run, and why, in one line for people
 */
record DemoNodes(Driver driver, String words, KernelToRun older, KernelToRun newer, List<DemoNode> nodes)
        implements AutoCloseable {
    /** Those of the one proxy that most of the demonstration needs. */
    static final List<String> IDS = List.of("node-1", "node-2", "node-3");

    /** One node: where clients connect, and its agent. */
    record DemoNode(
            String id,
            InetSocketAddress address,
            ProxyNode agent,
            CheckedOrders.Site site,
            Watchdog watchdog,
            Runnable end) {
        String queue() {
            return "node:" + id;
        }

        /** The agent, which from now on carries out what the maker of the token signs, and nothing else. */
        NodeActivities enrolled(String token) throws IOException {
            Enrolment.accept(token, id, site.runDir(), Instant.now());
            return CheckedOrders.before(agent, site, refusal -> {});
        }

        NodeState look() {
            return agent.status();
        }
    }

    /** Real HAProxy where two versions are to be had, else relays in this process. */
    static DemoNodes ofThisHost(Path directory, Database database, List<String> ids) throws IOException {
        return switch (HaproxyKernels.ofThisHost().find()) {
            case HaproxyKernels.Available kernels -> ofHaproxy(directory, database, kernels, ids);
            case HaproxyKernels.Unavailable none ->
                ofSandbox(directory.resolve("sandbox"), database, none.reason(), ids);
        };
    }

    static DemoNodes ofHaproxy(Path directory, Database database, HaproxyKernels.Available kernels, List<String> ids)
            throws IOException {
        var older = kernels.older().toRun();
        var newer = kernels.newer().toRun();
        var words = "HAProxy %s and %s".formatted(older.reportedVersion(), newer.reportedVersion());
        return new DemoNodes(Driver.haproxy, words, older, newer, new ArrayList<>()).started(directory, database, ids);
    }

    /** @param why there is no HAProxy */
    static DemoNodes ofSandbox(Path directory, Database database, String why, List<String> ids) throws IOException {
        Files.createDirectories(directory);
        var older = SandboxDriver.pack(
                directory.resolve("2.24.12.000.kernel"), KernelVersion.of("2.24.12.000"), "sandbox-2.24.12");
        var newer = SandboxDriver.pack(
                directory.resolve("2.25.06.000.kernel"), KernelVersion.of("2.25.06.000"), "sandbox-2.25.06");
        var words = "sandbox relays, because " + why;
        return new DemoNodes(Driver.sandbox, words, older, newer, new ArrayList<>()).started(directory, database, ids);
    }

    private DemoNodes started(Path directory, Database database, List<String> ids) throws IOException {
        try {
            for (var id : ids) start(id, Files.createDirectories(directory.resolve(id)), database);
            return this;
        } catch (IOException | RuntimeException failure) {
            close();
            throw failure;
        }
    }

    private void start(String id, Path directory, Database database) throws IOException {
        var port = Loopback.freePort();
        var user = Database.CHECK.user();
        var isReal = driver == Driver.haproxy;
        var file = Files.writeString(
                directory.resolve(isReal ? "haproxy.cfg" : "sandbox.properties"),
                isReal
                        ? SampleConfiguration.of(port, database.address())
                        : SandboxDriver.configuration(port, database.address()));
        var configuration = AgentConfiguration.of(id, directory, driver, List.of(file), user, older);
        var run = configuration.runDir();
        var engine = isReal ? new HaproxyDriver(run, file, user) : new SandboxDriver(file, user);
        var agent = new ProxyNode(configuration, engine);
        var watchdog = new Watchdog(agent, () -> {});
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        Runnable end = engine instanceof SandboxDriver sandbox ? sandbox::close : () -> endHaproxy(run);
        var site = new CheckedOrders.Site(id, run, configuration.orders(), new BootPointer(run)::current);
        nodes.add(new DemoNode(id, address, agent, site, watchdog, end));
        watchdog.start();
        awaitServing(agent);
    }

    private static void awaitServing(ProxyNode agent) throws IOException {
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (agent.status().serving().isEmpty()) {
            if (System.nanoTime() > deadline) {
                throw new IOException("%s did not come up: %s"
                        .formatted(
                                agent.nodeId(),
                                agent.status().problems().stream()
                                        .map(NodeState.Problem::text)
                                        .collect(joining("; "))));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        }
    }

    /** The catalogue's key. */
    String engine() {
        return driver.name();
    }

    List<InetSocketAddress> addresses() {
        return nodes.stream().map(DemoNode::address).toList();
    }

    /** Ends everything. Nobody's sessions are spared here: the demonstration is over. */
    @Override
    public void close() {
        endAll(Stream.<Runnable>concat(
                        nodes.stream().map(node -> node.watchdog()::close),
                        nodes.stream().map(DemoNode::end))
                .toList());
    }

    /** Each of them, though one before it fails; that failure is thrown after the last. */
    static void endAll(List<Runnable> ends) {
        if (ends.isEmpty()) return;
        try {
            ends.getFirst().run();
        } finally {
            endAll(ends.subList(1, ends.size()));
        }
    }

    private static void endHaproxy(Path run) {
        try {
            new RunDirectory(run).generations().forEach(DemoNodes::end);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static void end(Generation generation) {
        if (generation instanceof Generation.Live live) {
            ProcessHandle.of(live.master()).ifPresent(master -> {
                master.destroy();
                master.onExit().completeOnTimeout(master, 5, TimeUnit.SECONDS).join();
            });
        }
    }
}
