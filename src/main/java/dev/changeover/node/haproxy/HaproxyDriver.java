package dev.changeover.node.haproxy;

import dev.changeover.haproxy.Generation;
import dev.changeover.haproxy.HandoverLosses;
import dev.changeover.haproxy.KnownServers;
import dev.changeover.haproxy.ListeningSockets;
import dev.changeover.haproxy.Program;
import dev.changeover.haproxy.RunDirectory;
import dev.changeover.haproxy.RunTimeState;
import dev.changeover.haproxy.StartedTree;
import dev.changeover.haproxy.configuration.BindAddress;
import dev.changeover.haproxy.configuration.OperatorConfiguration;
import dev.changeover.host.FileTree;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** HAProxy on this host: a directory, a master and a worker for each generation, and sockets that are handed over. */
public final class HaproxyDriver implements ProxyDriver {

    private static final Logger LOG = LoggerFactory.getLogger(HaproxyDriver.class);

    private final RunDirectory run;
    private final List<Path> operatorFiles;
    private final BackendProof proof;
    private final Breakpoint breakpoint;

    /** For one file, and a check user without a password. */
    public HaproxyDriver(Path runDirectory, Path operatorFile, String checkUser) {
        this(runDirectory, List.of(operatorFile), new BackendProof(checkUser, () -> "", Map.of()));
    }

    /**
     * @param runDirectory of the generations
     * @param operatorFiles files, and directories of them, which are only read
     */
    public HaproxyDriver(Path runDirectory, List<Path> operatorFiles, BackendProof proof) {
        this(runDirectory, operatorFiles, proof, Breakpoint.NONE);
    }

    HaproxyDriver(Path runDirectory, List<Path> operatorFiles, BackendProof proof, Breakpoint breakpoint) {
        this.run = new RunDirectory(runDirectory);
        this.operatorFiles = List.copyOf(operatorFiles);
        this.proof = proof;
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
        var file = OperatorConfiguration.parse(configuration.text());
        if (!file.isWhole()) return Optional.of("it is empty or holds NULs");
        var draft = Files.createTempDirectory("hx");
        try {
            var directory = new RunDirectory(draft).prepare(file, RunDirectory.homeOf(operatorFile()));
            return Program.in(kernel.directory())
                    .refusal(directory)
                    .map(words -> aboutTheOperatorsFile(words, directory.path()));
        } finally {
            FileTree.delete(draft);
        }
    }

    /** HAProxy speaks of our copy, which nobody else knows; of several files as one only the first line tells which. */
    private String aboutTheOperatorsFile(String words, Path generation) {
        return words.replaceAll(
                Pattern.quote(generation.toString()) + "/haproxy(-moved)?\\.cfg",
                Matcher.quoteReplacement(operatorFile().toString()));
    }

    @Override
    public boolean isInUse(Path kernel) throws IOException {
        return RunDirectory.isInUse(kernel);
    }

    @Override
    public Path operatorFile() {
        return operatorFiles.getFirst();
    }

    @Override
    public ProxyConfiguration configuration() throws IOException {
        return proof.described(OperatorConfiguration.read(operatorFiles), List.of());
    }

    @Override
    public List<Served> served() throws IOException {
        return ServedGenerations.in(run, copy -> proof.described(copy, List.of()));
    }

    @Override
    public void noteServed(ProxyGeneration generation) throws IOException {
        run.generation(generation.number()).noteServed(generation.reportedVersion());
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

    @Override
    public GenerationSnapshot observe() throws IOException {
        var live = new ArrayList<ProxyGeneration>();
        var silent = new ArrayList<GenerationSnapshot.Silent>();
        var ended = new ArrayList<Integer>();
        var all = run.generations();
        for (var generation : all) {
            switch (generation) {
                case Generation.Live one -> live.add(ObservedGeneration.of(ServedGenerations.accepting(one), proof));
                case Generation.Unknown one -> silent.add(new GenerationSnapshot.Silent(one.number(), one.why()));
                case Generation.Dead one -> ended.add(one.number());
            }
        }
        return new GenerationSnapshot(live, silent, ended, run.orphans(all));
    }

    @Override
    public Optional<Serving> serving() throws IOException {
        return ServedGenerations.serving(run);
    }

    @Override
    public ProxyGeneration start(
            StagedKernel kernel, ProxyConfiguration configuration, Optional<ProxyGeneration> old, Poll poll)
            throws StartFailedException, IOException, InterruptedException {
        var file = OperatorConfiguration.parse(configuration.text());
        for (var servers = HaproxyGeneration.knownServers(old, file); ; servers = KnownServers.NONE) {
            var directory = run.prepare(file, RunDirectory.homeOf(operatorFile()), servers, old.isPresent());
            var tree = StartedTree.start(
                    Program.in(kernel.directory()), directory, old.map(serving -> run.generation(serving.number())));
            breakpoint.passed("spawn");
            var started = new AtomicReference<Optional<Generation.Live>>(Optional.empty());
            // A healthy start takes 60 to 170 ms. Slow names and long lists have as long as with systemd.
            var limit = Duration.ofSeconds(old.isPresent() ? 10 : 90);
            // While a worker starts, a question waits in its socket: what is looked for so often is only that file.
            poll.closely().until(limit, () -> {
                started.set(tree.observe().filter(live -> live.version().equals(kernel.reportedVersion())));
                return started.get().isPresent() || !tree.isAlive();
            });
            if (started.get().isPresent())
                return new HaproxyGeneration(started.get().get(), proof);
            var end = tree.exitCode();
            tree.kill();
            var why = end.map(code -> "it ended with exit code %d".formatted(code))
                            .orElse("nothing answered within %s s".formatted(limit.toSeconds()))
                    + "; it said: " + aboutTheOperatorsFile(tree.output(), directory.path());
            RunDirectory.remove(directory);
            if (servers.equals(KnownServers.NONE))
                throw new StartFailedException(why, why.contains("Address already in use"));
            LOG.warn("a start is tried once more without what was changed of servers: {}", why);
        }
    }

    @Override
    public Set<String> repeatRunTimeState(ProxyGeneration from, ProxyGeneration to) throws IOException {
        return from instanceof HaproxyGeneration old && to instanceof HaproxyGeneration next
                ? HaproxyGeneration.answered(() -> new RunTimeState(old.live()).repeatOn(next.live()))
                : Set.of();
    }

    @Override
    public Learning learning(ProxyGeneration from, ProxyGeneration to) throws IOException {
        if (!(from instanceof HaproxyGeneration old) || !(to instanceof HaproxyGeneration next)) return Optional::empty;
        var losses = HandoverLosses.of(old.live(), old.operatorConfiguration());
        var tables = HaproxyGeneration.answered(() -> losses.learning(next.live()));
        return () -> HaproxyGeneration.answered(tables::lack);
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
        var held = new HashMap<Long, Map<BindAddress, Set<Long>>>();
        return (process, at) -> held.computeIfAbsent(process, sockets::heldBy).getOrDefault(bound(at), Set.of());
    }

    static BindAddress bound(InetSocketAddress address) {
        return new BindAddress(address.getAddress(), address.getPort());
    }

    @Override
    public boolean isTaken(ProxyConfiguration configuration) throws IOException {
        return configuration.addresses().stream().map(HaproxyDriver::bound).anyMatch(ListeningSockets.now()::anyOn);
    }

    @Override
    public Foreigners foreigners(ProxyConfiguration configuration, GenerationSnapshot known) throws IOException {
        var others = ForeignSockets.of(run, configuration, known);
        return new Foreigners(others.listening(), others.withSessions());
    }

    @Override
    public void knock(InetSocketAddress address) throws IOException {
        if (!proof.letsIn(address)) {
            throw new IOException("no MySQL server greets at " + ProxyConfiguration.written(address));
        }
    }
}
