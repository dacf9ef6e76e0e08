package dev.changeover.haproxy;

import dev.changeover.demo.HaproxyKernels;
import dev.changeover.demo.RealParts;
import dev.changeover.haproxy.configuration.BindAddress;
import dev.changeover.haproxy.configuration.OperatorConfiguration;
import dev.changeover.host.FileTree;
import dev.changeover.host.Loopback;
import dev.changeover.host.ProgramRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A directory, a port and two real kernels for one test; whatever was started in it ends with it. */
public final class HaproxyHost implements AutoCloseable {

    private static final Map<HaproxyKernels.Kernel, Program> UNPACKED = new HashMap<>();

    private final Path home;
    private final int port;
    private final List<Process> foreign = new ArrayList<>();

    public HaproxyHost() throws IOException {
        home = Files.createTempDirectory("hx");
        port = Loopback.freePort();
    }

    public Path home() {
        return home;
    }

    public RunDirectory run() {
        return new RunDirectory(home.resolve("run"));
    }

    public int port() {
        return port;
    }

    public BindAddress address() {
        return new BindAddress(InetAddress.getLoopbackAddress(), port);
    }

    public static Program older() throws IOException, InterruptedException {
        return unpack(RealParts.kernels().older());
    }

    public static Program newer() throws IOException, InterruptedException {
        return unpack(RealParts.kernels().newer());
    }

    /** An operator's configuration for a database at this address. */
    public String configuration(int databasePort) {
        return configuration(port, databasePort);
    }

    /** The same for any port. */
    public static String configuration(int port, int databasePort) {
        return """
                global
                    daemon
                    maxconn 500
                defaults
                    mode tcp
                    timeout connect 5s
                    timeout client 25h
                    timeout server 25h
                frontend mysql
                    bind 127.0.0.1:%d
                    default_backend db
                backend db
                    server db1 127.0.0.1:%d check inter 100ms fall 3 rise 1
                """.formatted(port, databasePort);
    }

    StartedTree start(Program kernel, Optional<GenerationDirectory> from) throws IOException {
        var configuration = OperatorConfiguration.parse(
                configuration(RealParts.mariaDb().address().getPort()));
        return StartedTree.start(kernel, run().prepare(configuration, home), from);
    }

    Generation.Live startAndAwait(Program kernel, Optional<GenerationDirectory> from) throws IOException {
        start(kernel, from);
        var directory = run().directories().getLast();
        Awaitility.await(directory + " is up")
                .atMost(Duration.ofMinutes(1))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> Generation.observe(directory) instanceof Generation.Live);
        return (Generation.Live) Generation.observe(directory);
    }

    /** A HAProxy that is none of ours, as a distribution's unit would start it; it ends with this host. */
    public Process startForeign(Path file, String... mode) throws IOException, InterruptedException {
        return startForeignIn(List.of(), file, mode);
    }

    /** The same through another command, which becomes it. */
    public Process startForeignIn(List<String> through, Path file, String... mode)
            throws IOException, InterruptedException {
        return startForeignIn(through, older(), file, mode);
    }

    /** The same of another program. */
    public Process startForeign(Program program, Path file, String... mode) throws IOException {
        return startForeignIn(List.of(), program, file, mode);
    }

    private Process startForeignIn(List<String> through, Program program, Path file, String... mode)
            throws IOException {
        var command = new ArrayList<>(through);
        command.addAll(List.of(program.executable().toString(), "-db", "-f", file.toString()));
        command.addAll(List.of(mode));
        var builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().putAll(program.environment());
        var started = builder.start();
        foreign.add(started);
        return started;
    }

    /** Every process that was started for this host's run directory. */
    public List<Long> processes() {
        return ProcessTable.all().stream()
                .filter(pid -> Stream.of("HA_RUN", "CHANGEOVER_HOLDS", "CHANGEOVER_GIVEN_BACK")
                        .flatMap(name -> ProcessTable.variable(pid, name).stream())
                        .anyMatch(directory -> Path.of(directory).startsWith(home)))
                .toList();
    }

    @Override
    public void close() throws IOException {
        for (var process : foreign) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        Awaitility.await().until(() -> foreign.stream().noneMatch(Process::isAlive));
        processes().forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
        Awaitility.await().until(() -> processes().stream().noneMatch(ProcessTable::isRunning));
        delete(home);
    }

    private static void delete(Path tree) {
        try {
            FileTree.delete(tree);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static synchronized Program unpack(HaproxyKernels.Kernel kernel) throws IOException, InterruptedException {
        var known = UNPACKED.get(kernel);
        if (known != null) return known;
        var directory = Files.createTempDirectory("hx-kernel");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(directory)));
        var file = kernel.packageFile().toString();
        var command = file.endsWith(".deb")
                ? ProgramRun.in(directory, "dpkg", "-x", file, directory.toString())
                : ProgramRun.in(directory, "tar", "-xzf", file);
        command.output();
        var unpacked = Program.in(directory);
        UNPACKED.put(kernel, unpacked);
        return unpacked;
    }
}
