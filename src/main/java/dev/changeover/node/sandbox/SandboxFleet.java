package dev.changeover.node.sandbox;

import dev.changeover.host.Sha256;
import dev.changeover.inventory.KernelVersion;
import dev.changeover.node.CloseOrder;
import dev.changeover.node.Closed;
import dev.changeover.node.HandOver;
import dev.changeover.node.HandOverOrder;
import dev.changeover.node.KernelToRun;
import dev.changeover.node.NodeActivities;
import dev.changeover.node.NodeFault;
import dev.changeover.node.NodeOrder;
import dev.changeover.node.NodeState;
import dev.changeover.node.RetireOrder;
import dev.changeover.node.Retirement;
import dev.changeover.node.StageOrder;
import dev.changeover.node.VerifyOrder;
import dev.changeover.node.agent.Breakpoint;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Many sandbox nodes in one process, behind one task queue: every order goes to the node that it names. Listens on the
 * loopback address only. Safe for use by many threads.
 */
public final class SandboxFleet implements NodeActivities, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SandboxFleet.class);

    private final Path home;
    private final Map<String, Member> members = new ConcurrentHashMap<>();
    private final ScheduledExecutorService supervisor = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("sandbox-supervisor").factory());

    /** A fleet that keeps each node's files in a directory of the node's name below {@code home}. */
    public SandboxFleet(Path home) {
        this.home = home;
        supervisor.scheduleWithFixedDelay(this::supervise, 1, 1, TimeUnit.SECONDS);
    }

    private record Member(SandboxNode node, SandboxHost host) {}

    /**
     * Adds a node and starts it: with the kernel it last ran if it has run before, else with the initial one.
     *
     * @param listenPort on the loopback address
     * @return where clients connect
     * @throws ApplicationFailure a {@link NodeFault}, if it cannot be started
     */
    public InetSocketAddress add(
            String nodeId, int listenPort, InetSocketAddress database, String checkUser, KernelToRun initial)
            throws IOException {
        var files = new SandboxFiles(Files.createDirectories(home.resolve(nodeId)));
        Files.writeString(files.configuration(), SandboxConfiguration.textOf(listenPort, database, checkUser));
        var host = new SandboxHost(InstantSource.system());
        var kernels = new SandboxKernels(files.kernels(), files.home().toFile()::getUsableSpace);
        var node = new SandboxNode(nodeId, files, host, kernels, Breakpoint.NONE);
        var boot = files.boot();
        if (boot.isEmpty()) {
            kernels.stage(initial, Breakpoint.NONE);
        }
        node.boot(boot.orElse(initial.version()));
        members.put(nodeId, new Member(node, host));
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), listenPort);
    }

    /** Writes a package that sandbox nodes can stage. */
    public static KernelToRun pack(Path file, KernelVersion version, String reportedVersion) throws IOException {
        return pack(file, version, reportedVersion, "");
    }

    static KernelToRun pack(Path file, KernelVersion version, String reportedVersion, String more) throws IOException {
        Files.writeString(file, "reported_version = %s%n%s".formatted(reportedVersion, more));
        var source = new KernelToRun.Source(
                System.getProperty("os.arch"), file.toUri().toString(), Sha256.of(file));
        return new KernelToRun(version, reportedVersion, List.of(source));
    }

    @Override
    public NodeState inspect(NodeOrder order) {
        return member(order).inspect(order);
    }

    @Override
    public NodeState stage(StageOrder order) {
        return member(order.node()).stage(order);
    }

    @Override
    public HandOver handOver(HandOverOrder order) {
        return member(order.node()).handOver(order);
    }

    @Override
    public NodeState verify(VerifyOrder order) {
        return member(order.node()).verify(order);
    }

    @Override
    public Retirement retire(RetireOrder order) {
        return member(order.node()).retire(order);
    }

    @Override
    public Closed closeSessions(CloseOrder order) {
        return member(order.node()).closeSessions(order);
    }

    /** Ends every node with all its sessions. */
    @Override
    public void close() {
        supervisor.shutdownNow();
        members.values().forEach(member -> member.host().close());
    }

    private SandboxNode member(NodeOrder order) {
        var member = members.get(order.nodeId());
        if (member == null) {
            throw NodeFault.WRONG_HOST.because("this sandbox fleet has no node " + order.nodeId());
        }
        return member.node();
    }

    private void supervise() {
        members.forEach((nodeId, member) -> {
            try {
                member.node().supervise();
            } catch (ApplicationFailure | UncheckedIOException notNow) {
                // what escapes here would end the supervision of every node
                LOG.warn("node {} could not be started: {}", nodeId, notNow.getMessage());
            }
        });
    }
}
