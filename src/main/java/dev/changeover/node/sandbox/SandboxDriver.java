package dev.changeover.node.sandbox;

import dev.changeover.inventory.KernelVersion;
import dev.changeover.mysql.Login;
import dev.changeover.mysql.MysqlLogin;
import dev.changeover.node.KernelToRun;
import dev.changeover.node.driver.GenerationSnapshot;
import dev.changeover.node.driver.Poll;
import dev.changeover.node.driver.ProxyConfiguration;
import dev.changeover.node.driver.ProxyDriver;
import dev.changeover.node.driver.ProxyGeneration;
import dev.changeover.node.driver.StagedKernel;
import dev.changeover.node.driver.StartFailedException;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A small TCP relay in this process, with the same generations and sessions as a real proxy. */
public final class SandboxDriver implements ProxyDriver {

    private static final Duration LOGIN = Duration.ofSeconds(5);
    private static final int CONNECT_MILLIS = 500;

    private final SandboxHost host;
    private final Path operatorFile;
    private final String checkUser;

    /** @param operatorFile {@code listen = PORT} and {@code database = HOST:PORT} */
    public SandboxDriver(Path operatorFile, String checkUser) {
        this(new SandboxHost(InstantSource.system()), operatorFile, checkUser);
    }

    /** @param host what lives on without the agent */
    SandboxDriver(SandboxHost host, Path operatorFile, String checkUser) {
        this.host = host;
        this.operatorFile = operatorFile;
        this.checkUser = checkUser;
    }

    @Override
    public String name() {
        return "sandbox";
    }

    @Override
    public void checkPackage(Path kernel) throws IOException {
        SandboxKernel.in(kernel);
    }

    @Override
    public String reportedVersion(Path kernel) throws IOException {
        var found = SandboxKernel.in(kernel);
        if (found.broken().equals("run")) throw new IOException("it is made not to");
        return found.reportedVersion();
    }

    /** What can be read is accepted. */
    @Override
    public Optional<String> refusal(StagedKernel kernel, ProxyConfiguration configuration) {
        return Optional.empty();
    }

    @Override
    public boolean isInUse(Path kernel) {
        return host.generations().stream()
                .anyMatch(generation -> generation.kernel().equals(kernel));
    }

    @Override
    public Path operatorFile() {
        return operatorFile;
    }

    @Override
    public ProxyConfiguration configuration() throws IOException {
        try {
            return SandboxConfiguration.of(Files.readString(operatorFile)).described();
        } catch (NoSuchFileException missing) {
            throw new IOException("there is no file " + operatorFile, missing);
        } catch (IOException unusable) {
            throw new IOException(operatorFile + ": " + unusable.getMessage(), unusable);
        }
    }

    /** A relay leaves nothing behind. */
    @Override
    public List<Served> served() {
        return List.of();
    }

    @Override
    public void noteServed(ProxyGeneration generation) {}

    @Override
    public GenerationSnapshot observe() {
        var live = new ArrayList<ProxyGeneration>();
        var silent = new ArrayList<GenerationSnapshot.Silent>();
        var orphans = new ArrayList<Long>();
        for (var generation : host.generations()) {
            if (generation.isOrphaned()) {
                orphans.add(generation.process());
            } else if (generation.isSilent()) {
                silent.add(new GenerationSnapshot.Silent(generation.number(), "the relay keeps silent"));
            } else {
                live.add(generation);
            }
        }
        return new GenerationSnapshot(live, silent, List.of(), orphans);
    }

    @Override
    public ProxyGeneration start(
            StagedKernel kernel, ProxyConfiguration configuration, Optional<ProxyGeneration> old, Poll poll)
            throws StartFailedException, IOException {
        var program = SandboxKernel.in(kernel.directory());
        if (program.broken().equals("start")) throw new StartFailedException("it ended right after its start", false);
        var settings = SandboxConfiguration.of(configuration.text());
        try {
            return host.start(kernel.directory(), program, settings, checkUser);
        } catch (BindException taken) {
            throw new StartFailedException(
                    "another program listens on " + ProxyConfiguration.written(settings.listen()), true);
        }
    }

    /** A relay has one server, which nobody can take out. */
    @Override
    public Set<String> repeatRunTimeState(ProxyGeneration from, ProxyGeneration to) {
        return Set.of();
    }

    @Override
    public boolean hasEnded(int generation) {
        return host.generations().stream().noneMatch(one -> one.number() == generation);
    }

    @Override
    public void remove(int generation) {}

    /** All generations share the one socket. */
    @Override
    public Sockets sockets() {
        var holders = host.generations().stream()
                .filter(SandboxGeneration::isAccepting)
                .toList();
        return (process, address) -> holders.stream()
                        .anyMatch(one -> one.process() == process
                                && one.settings().listen().equals(address))
                ? Set.of(1L)
                : Set.of();
    }

    @Override
    public boolean isTaken(ProxyConfiguration configuration) {
        host.settle();
        return configuration.addresses().stream().anyMatch(SandboxDriver::somebodyListens);
    }

    @Override
    public Foreigners foreigners(ProxyConfiguration configuration, GenerationSnapshot known) {
        if (host.generations().stream().anyMatch(SandboxGeneration::isAccepting))
            return new Foreigners(List.of(), List.of());
        host.settle();
        var listening = configuration.addresses().stream()
                .filter(SandboxDriver::somebodyListens)
                .map(address -> "another program listens on " + ProxyConfiguration.written(address))
                .toList();
        return new Foreigners(listening, List.of());
    }

    private static boolean somebodyListens(InetSocketAddress address) {
        try (var socket = new Socket()) {
            socket.connect(address, CONNECT_MILLIS);
            return true;
        } catch (IOException refused) {
            return false;
        }
    }

    @Override
    public void knock(InetSocketAddress address) throws IOException {
        MysqlLogin.attempt(address, new Login(checkUser, ""), LOGIN);
    }

    /** The text of an operator's file. */
    public static String configuration(int listenPort, InetSocketAddress database) {
        return SandboxConfiguration.textOf(listenPort, database);
    }

    /** Writes a package that sandbox nodes can stage: the same bytes for the same content. */
    public static KernelToRun pack(Path file, KernelVersion version, String reportedVersion) throws IOException {
        return SandboxKernel.pack(file, version, reportedVersion, "");
    }

    /** Ends every generation with all its sessions. */
    public void close() {
        host.close();
    }
}
