package dev.changeover.node.haproxy;

import dev.changeover.demo.MariaDb;
import dev.changeover.demo.RealParts;
import dev.changeover.haproxy.Generation;
import dev.changeover.haproxy.HaproxyHost;
import dev.changeover.haproxy.RunDirectory;
import dev.changeover.host.Loopback;
import dev.changeover.node.KernelToRun;
import dev.changeover.node.NodeActivities;
import dev.changeover.node.NodeOrder;
import dev.changeover.node.agent.ByHand;
import dev.changeover.node.agent.NodeRig;
import dev.changeover.node.agent.OwnRetirement;
import dev.changeover.node.agent.ProxyNode;
import dev.changeover.node.agent.TrustingLifeline;
import dev.changeover.node.driver.Breakpoint;
import dev.changeover.node.order.OrderRules;
import dev.changeover.node.site.AgentConfiguration;
import dev.changeover.node.site.AgentConfiguration.ProcessListAccount;
import dev.changeover.node.site.AgentVariant;
import dev.changeover.node.site.NodeSite;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A node with real HAProxy processes in front of a real MariaDB. */
final class HaproxyRig implements NodeRig {

    private final Path home;
    private final MariaDb database;
    private InetSocketAddress processes;
    private final int port = Loopback.freePort();
    private final String machineId;
    private volatile Duration ahead = Duration.ZERO;
    private long free = 1L << 40;
    private List<Path> files;
    private BackendProof proof = new BackendProof(USER, () -> "", Map.of());
    private @Nullable ProxyNode agent;

    HaproxyRig(Path directory, boolean serving) throws IOException {
        this(directory, serving, RealParts.mariaDb());
    }

    HaproxyRig(Path directory, boolean serving, MariaDb database) throws IOException {
        this.database = database;
        processes = database.address();
        home = Files.createDirectories(directory.resolve("h"));
        files = List.of(operatorFile());
        Files.createDirectories(configuration().kernelsDir());
        Files.writeString(
                operatorFile(),
                HaproxyHost.configuration(port, database.address().getPort()));
        machineId = site(Breakpoint.NONE).machineId();
        if (serving) serve();
    }

    /** Boots the older kernel with the operator's file as it is now. */
    void serve() throws IOException {
        var site = site(Breakpoint.NONE);
        site.kernels().find(kernel(Package.A).version());
        stage(site, kernel(Package.A));
        newAgent(Breakpoint.NONE, new TrustingLifeline()).boot(kernel(Package.A).version(), ByHand.CAREFULLY);
    }

    private static void stage(NodeSite site, KernelToRun kernel) throws IOException {
        try {
            site.kernels().stage(kernel, Breakpoint.NONE, () -> {});
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    AgentConfiguration configuration() throws IOException {
        var password = home.resolve("password");
        if (Files.notExists(password)) {
            Files.createDirectories(home);
            Files.writeString(password, database.watch().password());
        }
        return AgentVariant.of(
                AgentConfiguration.of(
                        "n1", home, AgentConfiguration.Driver.haproxy, List.of(operatorFile()), USER, null),
                Map.of(),
                new ProcessListAccount(
                        "127.0.0.1:" + processes.getPort(), database.watch().user(), password),
                OrderRules.DEFAULT);
    }

    /** What agents that are made from now on serve with. */
    void serveWith(List<Path> others) {
        files = others;
    }

    /** How agents that are made from now on prove backends. */
    void proveBy(BackendProof other) {
        proof = other;
    }

    /** Where agents that are made from now on read the process list. */
    void readProcessesFrom(InetSocketAddress elsewhere) {
        processes = elsewhere;
    }

    Path operatorFile() {
        return home.resolve("haproxy.cfg");
    }

    RunDirectory run() {
        return new RunDirectory(home.resolve("run"));
    }

    NodeSite site(Breakpoint breakpoint) throws IOException {
        var configuration = configuration();
        var driver = new HaproxyDriver(configuration.runDir(), files, proof, breakpoint);
        return NodeSite.of(
                configuration, driver, () -> free, () -> Instant.now().plus(ahead), breakpoint);
    }

    /** The same, with this lifeline in place of Temporal's. */
    ProxyNode newAgent(Breakpoint breakpoint, TrustingLifeline lifeline) throws IOException {
        return new ProxyNode(site(breakpoint), lifeline::in);
    }

    @Override
    public NodeOrder node() {
        return new NodeOrder("n1", machineId);
    }

    @Override
    public InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    @Override
    public Path home() {
        return home;
    }

    @Override
    public NodeActivities agent(Breakpoint breakpoint) {
        try {
            agent = newAgent(breakpoint, new TrustingLifeline());
            return agent;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    ProxyNode agent() {
        return Objects.requireNonNull(agent);
    }

    @Override
    public void supervise() {
        try {
            agent().supervise();
        } catch (ApplicationFailure notNow) {
            // As the watchdog: it tries again a second later.
            return;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void boot(KernelToRun kernel) {
        agent().boot(kernel.version(), ByHand.CAREFULLY);
    }

    @Override
    public void reload() {
        agent().reload(ByHand.CAREFULLY);
    }

    @Override
    public OwnRetirement ownRetirement(Duration ageLimit) {
        return agent().ownRetirement(ageLimit);
    }

    @Override
    public KernelToRun kernel(Package which) {
        return HaproxyPackages.of(which);
    }

    @Override
    public void changeConfiguration() throws IOException {
        Files.writeString(operatorFile(), Files.readString(operatorFile()) + "# looked at today\n");
    }

    @Override
    public void ruinConfiguration() throws IOException {
        Files.writeString(operatorFile(), Files.readString(operatorFile()).replace("backend db\n", "backend\n"));
    }

    @Override
    public void keepSockets() throws IOException {
        for (var directory : run().directories()) {
            var path = directory.statsSocket().path();
            Files.delete(path);
            // One that is there and that nobody listens on.
            try (var dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                dead.bind(UnixDomainSocketAddress.of(path));
            }
        }
    }

    @Override
    public void refuseLogins(boolean yes) throws IOException {
        database.ask("alter user " + USER + "@'%' account " + (yes ? "lock" : "unlock"));
    }

    @Override
    public void fillDisk() {
        free = 1000;
    }

    @Override
    public void setClock(Instant now) {
        ahead = Duration.between(Instant.now(), now);
    }

    @Override
    public void kill(int generation) throws IOException {
        var live = live(generation);
        for (var pid : List.of(live.worker(), live.master())) {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        }
        Awaitility.await().until(() -> RunDirectory.hasEnded(live.directory()));
    }

    @Override
    public void silence(int generation, boolean yes) throws IOException {
        var master = processes(run().path().resolve("gen-" + generation).toString())
                .min(Comparator.comparing(ProcessHandle::pid))
                .orElseThrow();
        signal(yes ? "-STOP" : "-CONT", master.pid());
    }

    @Override
    public void orphan(int generation) throws IOException {
        Files.delete(live(generation).directory().masterSocket().path());
    }

    @Override
    public String processes() {
        return processes(home.toString())
                .map(process -> process.pid() + " "
                        + process.parent().map(ProcessHandle::pid).orElse(0L))
                .sorted()
                .collect(Collectors.joining("\n"));
    }

    @Override
    public void close() throws IOException {
        refuseLogins(false);
        killBelow(home);
    }

    /** Ends every process that was started with files of this directory. */
    static void killBelow(Path home) {
        processes(home.toString()).forEach(ProcessHandle::destroyForcibly);
        Awaitility.await().until(() -> processes(home.toString()).findAny().isEmpty());
    }

    /** A command to the worker of a generation, and its answer. */
    String tell(int generation, String command) throws IOException {
        var live = live(generation);
        return live.directory().masterSocket().demand("@!%d %s".formatted(live.worker(), command));
    }

    Generation.Live live(int number) throws IOException {
        return run().generations().stream()
                .filter(Generation.Live.class::isInstance)
                .map(Generation.Live.class::cast)
                .filter(live -> live.number() == number)
                .findFirst()
                .orElseThrow();
    }

    static void signal(String signal, long pid) throws IOException {
        try {
            new ProcessBuilder("/bin/kill", signal, Long.toString(pid))
                    .inheritIO()
                    .start()
                    .waitFor();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Stream<ProcessHandle> processes(String path) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().commandLine().orElse("").contains(path + "/"));
    }
}
