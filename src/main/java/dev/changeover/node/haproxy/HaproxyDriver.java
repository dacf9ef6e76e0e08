package dev.changeover.node.haproxy;

import dev.changeover.haproxy.BindAddress;
import dev.changeover.haproxy.Generation;
import dev.changeover.haproxy.GenerationDirectory;
import dev.changeover.haproxy.ListeningSockets;
import dev.changeover.haproxy.OperatorConfiguration;
import dev.changeover.haproxy.Program;
import dev.changeover.haproxy.RunDirectory;
import dev.changeover.haproxy.RunTimeState;
import dev.changeover.haproxy.StartedTree;
import dev.changeover.host.FileTree;
import dev.changeover.mysql.MysqlLogin;
import dev.changeover.node.driver.Breakpoint;
import dev.changeover.node.driver.GenerationSnapshot;
import dev.changeover.node.driver.Poll;
import dev.changeover.node.driver.ProxyConfiguration;
import dev.changeover.node.driver.ProxyDriver;
import dev.changeover.node.driver.ProxyGeneration;
import dev.changeover.node.driver.StagedKernel;
import dev.changeover.node.driver.StartFailedException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

/** HAProxy on this host: a directory, a master and a worker for each generation, and sockets that are handed over. */
public final class HaproxyDriver implements ProxyDriver {

    /** A healthy start takes 60 to 170 ms. */
    private static final Duration START_LIMIT = Duration.ofSeconds(10);

    /** A MySQL server greets at once; whoever waits longer waits for the client's first word. */
    static final Duration GREETING = Duration.ofSeconds(1);

    private static final Duration LOGIN = Duration.ofSeconds(5);

    private final RunDirectory run;
    private final Path operatorFile;
    private final String checkUser;
    private final Breakpoint breakpoint;

    public HaproxyDriver(Path runDirectory, Path operatorFile, String checkUser) {
        this(runDirectory, operatorFile, checkUser, Breakpoint.NONE);
    }

    /**
     * @param runDirectory of the generations
     * @param operatorFile is only read
     * @param checkUser a MySQL user without a password
     */
    HaproxyDriver(Path runDirectory, Path operatorFile, String checkUser, Breakpoint breakpoint) {
        this.run = new RunDirectory(runDirectory);
        this.operatorFile = operatorFile;
        this.checkUser = checkUser;
        this.breakpoint = breakpoint;
    }

    @Override
    public String name() {
        return "HAProxy";
    }

    @Override
    public void checkPackage(Path kernel) throws IOException {
        Program.in(kernel);
    }

    @Override
    public String reportedVersion(Path kernel) throws IOException, InterruptedException {
        return Program.in(kernel).reportedVersion();
    }

    @Override
    public Optional<String> refusal(StagedKernel kernel, ProxyConfiguration configuration)
            throws IOException, InterruptedException {
        var draft = Files.createTempDirectory("hx");
        try {
            return Program.in(kernel.directory()).refusal(prepare(new RunDirectory(draft), configuration));
        } finally {
            FileTree.delete(draft);
        }
    }

    @Override
    public boolean isInUse(Path kernel) throws IOException {
        return RunDirectory.isInUse(kernel);
    }

    @Override
    public Path operatorFile() {
        return operatorFile;
    }

    @Override
    public ProxyConfiguration configuration() throws IOException {
        return HaproxyGeneration.described(OperatorConfiguration.read(operatorFile), List.of());
    }

    @Override
    public Optional<ProxyConfiguration> lastServed() throws IOException {
        for (var directory : run.directories().reversed()) {
            var copy = directory.operatorConfiguration();
            if (Files.notExists(copy)) continue;
            var served = OperatorConfiguration.read(copy);
            if (served.isWhole()) return Optional.of(HaproxyGeneration.described(served, List.of()));
        }
        return Optional.empty();
    }

    @Override
    public Optional<String> lastWords() throws IOException {
        var directories = run.directories();
        if (directories.isEmpty() || !RunDirectory.hasEnded(directories.getLast())) return Optional.empty();
        return directories.getLast().lastWords();
    }

    @Override
    public void tidy() throws IOException {
        for (var directory : run.directories()) directory.boundOutput();
    }

    private GenerationDirectory prepare(RunDirectory where, ProxyConfiguration configuration) throws IOException {
        return where.prepare(
                OperatorConfiguration.parse(configuration.text()),
                operatorFile.toAbsolutePath().resolveSibling(""));
    }

    @Override
    public GenerationSnapshot observe() throws IOException {
        var live = new ArrayList<ProxyGeneration>();
        var silent = new ArrayList<GenerationSnapshot.Silent>();
        var ended = new ArrayList<Integer>();
        var all = run.generations();
        for (var generation : all) {
            switch (generation) {
                case Generation.Live one ->
                    live.add(one.isCounted() ? new CountedGeneration(one) : new HaproxyGeneration(one, checkUser));
                case Generation.Unknown one -> silent.add(new GenerationSnapshot.Silent(one.number(), one.why()));
                case Generation.Dead one -> ended.add(one.number());
            }
        }
        return new GenerationSnapshot(live, silent, ended, run.orphans(all));
    }

    @Override
    public boolean isServing() throws IOException {
        return !run.serving().isEmpty();
    }

    @Override
    public ProxyGeneration start(
            StagedKernel kernel, ProxyConfiguration configuration, Optional<ProxyGeneration> old, Poll poll)
            throws StartFailedException, IOException, InterruptedException {
        var directory = prepare(run, configuration);
        var tree = StartedTree.start(
                Program.in(kernel.directory()), directory, old.map(serving -> run.generation(serving.number())));
        breakpoint.passed("spawn");
        var started = new AtomicReference<Optional<Generation.Live>>(Optional.empty());
        // While a worker starts, a question waits in its socket: what is looked for so often is only that file.
        poll.closely().until(START_LIMIT, () -> {
            started.set(tree.observe().filter(live -> live.version().equals(kernel.reportedVersion())));
            return started.get().isPresent() || !tree.isAlive();
        });
        if (started.get().isPresent())
            return new HaproxyGeneration(started.get().get(), checkUser);
        var end = tree.exitCode();
        tree.kill();
        var output = tree.output();
        RunDirectory.remove(directory);
        throw new StartFailedException(
                end.map(code -> "it ended with exit code %d".formatted(code))
                                .orElse("nothing answered within %s s".formatted(START_LIMIT.toSeconds()))
                        + "; it said: " + output,
                output.contains("Address already in use"));
    }

    @Override
    public Set<String> repeatRunTimeState(ProxyGeneration from, ProxyGeneration to) throws IOException {
        return from instanceof HaproxyGeneration old && to instanceof HaproxyGeneration next
                ? HaproxyGeneration.answered(() -> new RunTimeState(old.live()).repeatOn(next.live()))
                : Set.of();
    }

    @Override
    public boolean hasEnded(int generation) {
        return RunDirectory.hasEnded(run.generation(generation));
    }

    @Override
    public void remove(int generation) throws IOException {
        RunDirectory.remove(run.generation(generation));
    }

    @Override
    public Sockets sockets() throws IOException {
        var sockets = ListeningSockets.now();
        return (process, address) -> sockets.heldBy(process, bound(address));
    }

    private static BindAddress bound(InetSocketAddress address) {
        return new BindAddress(address.getAddress(), address.getPort());
    }

    @Override
    public boolean isTaken(ProxyConfiguration configuration) throws IOException {
        var sockets = ListeningSockets.now();
        return configuration.addresses().stream().map(HaproxyDriver::bound).anyMatch(sockets::anyOn);
    }

    @Override
    public List<String> foreigners(ProxyConfiguration configuration, GenerationSnapshot known) throws IOException {
        var ours = known.live().stream().map(ProxyGeneration::process).collect(Collectors.toSet());
        var sockets = ListeningSockets.now();
        var foreigners = new ArrayList<String>();
        for (var address :
                configuration.addresses().stream().map(HaproxyDriver::bound).toList()) {
            if (!sockets.anyOn(address) || sockets.heldOnlyBy(ours, address)) continue;
            var related = run.orphans(List.of());
            sockets.listeners(address).stream()
                    .filter(listener -> !ours.contains(listener.pid()) && !related.contains(listener.pid()))
                    .map(listener -> "process %d (%s) listens on %s, which this node's configuration claims"
                            .formatted(listener.pid(), listener.program(), address))
                    .forEach(foreigners::add);
        }
        return foreigners;
    }

    @Override
    public void knock(InetSocketAddress address) throws IOException {
        if (!MysqlLogin.attemptIfGreeted(address, checkUser, GREETING, LOGIN)) {
            throw new IOException("no MySQL server greets at " + ProxyConfiguration.written(address));
        }
    }
}
