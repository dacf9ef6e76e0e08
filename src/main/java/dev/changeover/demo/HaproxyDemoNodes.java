package dev.changeover.demo;

import dev.changeover.haproxy.Generation;
import dev.changeover.haproxy.RunDirectory;
import dev.changeover.host.Loopback;
import dev.changeover.inventory.KernelVersion;
import dev.changeover.node.KernelToRun;
import dev.changeover.node.agent.AgentConfiguration;
import dev.changeover.node.agent.Watchdog;
import dev.changeover.node.haproxy.HaproxyNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Three real HAProxy nodes on this host, each with its agent in this process. */
final class HaproxyDemoNodes implements DemoNodes {
    private final String words;
    private final KernelToRun older;
    private final KernelToRun newer;
    private final List<DemoNode> nodes = new ArrayList<>();
    private final List<Running> running = new ArrayList<>();

    private record Running(RunDirectory run, HaproxyNode agent, Watchdog watchdog) {}

    private HaproxyDemoNodes(HaproxyKernels.Available kernels) {
        this.older = toRun(kernels.older());
        this.newer = toRun(kernels.newer());
        this.words = "HAProxy %s and %s".formatted(older.reportedVersion(), newer.reportedVersion());
    }

    static HaproxyDemoNodes start(Path directory, Database database, HaproxyKernels.Available kernels)
            throws IOException {
        var all = new HaproxyDemoNodes(kernels);
        try {
            for (var id : IDS) {
                all.add(id, Files.createDirectories(directory.resolve(id)), database);
            }
            return all;
        } catch (IOException | RuntimeException failure) {
            all.close();
            throw failure;
        }
    }

    private void add(String id, Path directory, Database database) throws IOException {
        int port = Loopback.freePort();
        var operatorFile = directory.resolve("haproxy.cfg");
        Files.writeString(operatorFile, SampleConfiguration.of(port, database.address()));
        var source = older.sources().getFirst();
        var agent = new HaproxyNode(new AgentConfiguration(
                id,
                directory.resolve("run"),
                directory.resolve("kernels"),
                operatorFile,
                null,
                List.of(older, newer).stream()
                        .map(kernel -> kernel.sources().getFirst().url())
                        .toList(),
                new AgentConfiguration.InitialKernel(
                        older.version(), older.reportedVersion(), source.url(), source.sha256()),
                Database.CHECK.user(),
                null,
                null,
                null));
        var watchdog = new Watchdog(agent, () -> {});
        running.add(new Running(new RunDirectory(directory.resolve("run")), agent, watchdog));
        watchdog.start();
        awaitServing(agent);
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        nodes.add(new DemoNode(id, address, agent));
    }

    private static void awaitServing(HaproxyNode agent) throws IOException {
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (agent.status().serving().isEmpty()) {
            if (System.nanoTime() > deadline) {
                throw new IOException(
                        "HAProxy did not come up: " + agent.status().problems());
            }
            Pause.millis(100);
        }
    }

    private static KernelToRun toRun(HaproxyKernels.Kernel kernel) {
        var source = new KernelToRun.Source(
                System.getProperty("os.arch"), kernel.packageFile().toUri().toString(), kernel.sha256());
        return new KernelToRun(KernelVersion.of(kernel.version()), kernel.reportedVersion(), List.of(source));
    }

    @Override
    public String engine() {
        return "haproxy";
    }

    @Override
    public String words() {
        return words;
    }

    @Override
    public KernelToRun older() {
        return older;
    }

    @Override
    public KernelToRun newer() {
        return newer;
    }

    @Override
    public List<DemoNode> nodes() {
        return List.copyOf(nodes);
    }

    /** Nobody's sessions are spared here: the demonstration is over. */
    @Override
    public void close() {
        running.forEach(node -> node.watchdog().close());
        running.forEach(node -> generations(node.run()).forEach(HaproxyDemoNodes::end));
    }

    private static List<Generation> generations(RunDirectory run) {
        try {
            return run.generations();
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
