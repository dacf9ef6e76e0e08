package dev.changeover.node.sandbox;

import dev.changeover.host.Loopback;
import dev.changeover.host.Sha256;
import dev.changeover.inventory.KernelVersion;
import dev.changeover.node.KernelToRun;
import dev.changeover.node.NodeActivities;
import dev.changeover.node.NodeOrder;
import dev.changeover.node.agent.ByHand;
import dev.changeover.node.agent.NodeRig;
import dev.changeover.node.agent.OwnRetirement;
import dev.changeover.node.agent.ProxyNode;
import dev.changeover.node.agent.TestDatabase;
import dev.changeover.node.agent.TrustingLifeline;
import dev.changeover.node.driver.Breakpoint;
import dev.changeover.node.site.AgentConfiguration;
import dev.changeover.node.site.NodeSite;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
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
    private final Path home;
    private final TestDatabase database = new TestDatabase();
    private final SandboxHost host;
    private final int port;
    private final String machineId;
    private volatile Duration ahead = Duration.ZERO;
    private long free = 1L << 40;
    private ProxyNode agent;

    SandboxRig(Path directory, boolean serving) throws IOException {
        this(directory, serving, InstantSource.system());
    }

    SandboxRig(Path directory, boolean serving, InstantSource clock) throws IOException {
        this.directory = directory;
        host = new SandboxHost(() -> clock.instant().plus(ahead));
        home = Files.createDirectories(directory.resolve("node"));
        port = Loopback.freePort();
        Files.writeString(operatorFile(), SandboxConfiguration.textOf(port, database.address()));
        machineId = site(Breakpoint.NONE).machineId();
        agent = newAgent(Breakpoint.NONE);
        if (serving) {
            stage(kernel(Package.A));
            agent.boot(kernel(Package.A).version(), ByHand.CAREFULLY);
        }
    }

    private void stage(KernelToRun kernel) throws IOException {
        try {
            site(Breakpoint.NONE).kernels().stage(kernel, Breakpoint.NONE, () -> {});
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private Path operatorFile() {
        return home.resolve("node.properties");
    }

    private NodeSite site(Breakpoint breakpoint) throws IOException {
        var configuration = AgentConfiguration.of(
                "n1", home, AgentConfiguration.Driver.sandbox, List.of(operatorFile()), USER, null);
        var driver = new SandboxDriver(host, operatorFile(), USER);
        return NodeSite.of(configuration, driver, () -> free, host.clock(), breakpoint);
    }

    @Override
    public Optional<String> cannot(Ability ability) {
        return ability == Ability.TRANSACTIONS
                ? Optional.of("a sandbox node relays bytes and does not know of transactions")
                : Optional.empty();
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
            agent = newAgent(breakpoint);
            return agent;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void supervise() {
        try {
            agent.supervise();
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
        agent.boot(kernel.version(), ByHand.CAREFULLY);
    }

    @Override
    public OwnRetirement ownRetirement(Duration ageLimit) {
        return agent.ownRetirement(ageLimit);
    }

    @Override
    public void reload() {
        agent.reload(ByHand.CAREFULLY);
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
        Files.writeString(operatorFile(), Files.readString(operatorFile()) + "# looked at today\n");
    }

    @Override
    public void ruinConfiguration() throws IOException {
        Files.writeString(operatorFile(), "listen = everywhere\n");
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
        generation(generation).silence(yes);
    }

    @Override
    public void orphan(int generation) {
        generation(generation).orphan();
    }

    @Override
    public String processes() {
        return host.generations().stream()
                .map(generation -> "%d %s %s %d"
                        .formatted(generation.number(), generation.kernel(), generation.stage(), generation.accepted()))
                .collect(Collectors.joining("\n"));
    }

    @Override
    public void close() throws IOException {
        host.close();
        database.close();
    }

    private ProxyNode newAgent(Breakpoint breakpoint) throws IOException {
        return new ProxyNode(site(breakpoint), new TrustingLifeline()::in);
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
        return SandboxKernel.pack(file(which), KernelVersion.of(version), "sandbox-" + version, more);
    }

    private static KernelToRun.Source source(KernelToRun kernel) {
        return kernel.sources().getFirst();
    }

    private static KernelToRun from(KernelToRun kernel, String arch, String sha256) {
        var source = new KernelToRun.Source(arch, source(kernel).url(), sha256);
        return new KernelToRun(kernel.version(), kernel.reportedVersion(), List.of(source));
    }
}
