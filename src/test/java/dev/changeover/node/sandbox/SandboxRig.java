package dev.changeover.node.sandbox;

import dev.changeover.host.Loopback;
import dev.changeover.host.Sha256;
import dev.changeover.inventory.KernelVersion;
import dev.changeover.node.KernelToRun;
import dev.changeover.node.NodeActivities;
import dev.changeover.node.NodeOrder;
import dev.changeover.node.agent.Breakpoint;
import dev.changeover.node.agent.NodeRig;
import dev.changeover.node.agent.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** A sandbox node in front of a stand-in database. */
final class SandboxRig implements NodeRig {
    private final Path directory;
    private final SandboxFiles files;
    private final TestDatabase database = new TestDatabase();
    private final SandboxHost host;
    private final int port;
    private volatile Duration ahead = Duration.ZERO;
    private long free = 1L << 40;
    private SandboxNode agent;

    SandboxRig(Path directory, boolean serving) throws IOException {
        this(directory, serving, InstantSource.system());
    }

    SandboxRig(Path directory, boolean serving, InstantSource clock) throws IOException {
        this.directory = directory;
        host = new SandboxHost(() -> clock.instant().plus(ahead));
        files = new SandboxFiles(Files.createDirectories(directory.resolve("node")));
        port = Loopback.freePort();
        Files.writeString(files.configuration(), SandboxConfiguration.textOf(port, database.address(), USER));
        agent = newAgent(Breakpoint.NONE);
        if (serving) {
            kernels().stage(kernel(Package.A), Breakpoint.NONE);
            agent.boot(kernel(Package.A).version());
        }
    }

    @Override
    public Optional<String> cannot(Ability ability) {
        return ability == Ability.TRANSACTIONS
                ? Optional.of("a sandbox node relays bytes and does not know of transactions")
                : Optional.empty();
    }

    @Override
    public NodeOrder node() {
        return new NodeOrder("n1", "sandbox-n1");
    }

    @Override
    public InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    @Override
    public Path home() {
        return files.home();
    }

    @Override
    public NodeActivities agent(Breakpoint breakpoint) {
        agent = newAgent(breakpoint);
        return agent;
    }

    @Override
    public void supervise() {
        agent.supervise();
    }

    @Override
    public void boot(KernelToRun kernel) {
        agent.boot(kernel.version());
    }

    @Override
    public void reload() {
        agent.reload();
    }

    @Override
    public KernelToRun kernel(Package which) throws IOException {
        return switch (which) {
            case A -> pack(which, "2.0.0.1", "");
            case B -> pack(which, "2.0.0.2", "");
            case BROKEN -> pack(which, "2.0.0.3", "broken = run");
            case SAYS_OTHER_VERSION -> {
                var packed = pack(which, "2.0.0.4", "");
                yield new KernelToRun(packed.version(), "sandbox-of-another-age", packed.sources());
            }
            case DIES_AT_START -> pack(which, "2.0.0.5", "broken = start");
            case DIES_LATER -> pack(which, "2.0.0.6", "dies_after = PT0.2S");
            case OTHER_CHECKSUM -> {
                var packed = pack(which, "2.0.0.7", "");
                yield from(packed, source(packed).arch(), "0".repeat(64));
            }
            case MISSING -> {
                var packed = pack(which, "2.0.0.8", "");
                Files.delete(file(which));
                yield packed;
            }
            case OTHER_ARCH -> {
                var packed = pack(which, "2.0.0.9", "");
                yield from(packed, "z80", source(packed).sha256());
            }
            case RUBBISH -> {
                var packed = pack(which, "2.0.0.10", "");
                Files.writeString(file(which), "not a package");
                yield from(packed, source(packed).arch(), Sha256.of(file(which)));
            }
        };
    }

    @Override
    public void changeConfiguration() throws IOException {
        Files.writeString(files.configuration(), Files.readString(files.configuration()) + "# looked at today\n");
    }

    @Override
    public void ruinConfiguration() throws IOException {
        Files.writeString(files.configuration(), "listen = everywhere\n");
    }

    @Override
    public void keepSockets() {
        host.handSocketsOver(false);
    }

    @Override
    public void refuseLogins(boolean yes) {
        database.refuse(yes);
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
    public void kill(int generation) {
        generation(generation).crash();
    }

    @Override
    public void silence(int generation, boolean yes) {
        generation(generation).answer(!yes);
    }

    @Override
    public void orphan(int generation) {
        generation(generation).orphan();
    }

    @Override
    public String processes() {
        return host.generations().stream()
                .map(generation -> "%d %s %s %d"
                        .formatted(generation.number(), generation.kernel(), generation.state(), generation.accepted()))
                .collect(Collectors.joining("\n"));
    }

    @Override
    public void close() throws IOException {
        host.close();
        database.close();
    }

    private SandboxNode newAgent(Breakpoint breakpoint) {
        return new SandboxNode("n1", files, host, kernels(), breakpoint);
    }

    private SandboxKernels kernels() {
        return new SandboxKernels(files.kernels(), () -> free);
    }

    private SandboxGeneration generation(int number) {
        return host.generations().stream()
                .filter(generation -> generation.number() == number)
                .findFirst()
                .orElseThrow();
    }

    private Path file(Package which) {
        return directory.resolve(which + ".properties");
    }

    private KernelToRun pack(Package which, String version, String more) throws IOException {
        return SandboxFleet.pack(file(which), KernelVersion.of(version), "sandbox-" + version, more);
    }

    private static KernelToRun.Source source(KernelToRun kernel) {
        return kernel.sources().getFirst();
    }

    private static KernelToRun from(KernelToRun kernel, String arch, String sha256) {
        var source = new KernelToRun.Source(arch, source(kernel).url(), sha256);
        return new KernelToRun(kernel.version(), kernel.reportedVersion(), List.of(source));
    }
}
