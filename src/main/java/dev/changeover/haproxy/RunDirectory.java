package dev.changeover.haproxy;

import dev.changeover.haproxy.AdoptedProcess.Door;
import dev.changeover.haproxy.configuration.Ipv6Binds;
import dev.changeover.haproxy.configuration.OperatorConfiguration;
import dev.changeover.haproxy.configuration.RelativePaths;
import dev.changeover.haproxy.runtime.KeptConnection;
import dev.changeover.host.FileTree;
import dev.changeover.host.PrivateFile;
import dev.changeover.host.SpareDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;

/** All generations of one node: {@code gen-1}, {@code gen-2}, …. */
public record RunDirectory(Path path) {

    /** In the environment of a process that keeps a connection to an adopted HAProxy. */
    private static final String HOLDS = "CHANGEOVER_HOLDS";

    /** A generation's directory before it is whole. */
    private static final String DRAFT = ".gen-new";

    public RunDirectory {
        path = path.toAbsolutePath().normalize();
    }

    /** Every generation that has a directory here, the oldest first, as it is now. */
    public List<Generation> generations() throws IOException {
        var all = directories();
        return all.stream().map(one -> one.observe(one.equals(all.getLast()))).toList();
    }

    public List<Generation.Live> live() throws IOException {
        return generations().stream()
                .filter(Generation.Live.class::isInstance)
                .map(Generation.Live.class::cast)
                .toList();
    }

    /** Those that accept connections. */
    public List<Generation.Live> serving() throws IOException {
        return live().stream().filter(live -> !live.stopping()).toList();
    }

    public List<GenerationDirectory> directories() throws IOException {
        return new GenerationDirectories(path).all();
    }

    /** Where this generation is, or would be. */
    public GenerationDirectory generation(int number) {
        return new GenerationDirectories(path).of(number);
    }

    /** The same where no other generation knows more of its servers. */
    public GenerationDirectory prepare(OperatorConfiguration file, Path home) throws IOException {
        return prepare(file, home, KnownServers.NONE, true);
    }

    /**
     * Makes the directory of the next generation, with its two configuration files. It is there whole or not at all,
     * also after a full disk or a power failure, and this user's alone: the operator's file may hold passwords.
     *
     * @param home where the operator's file is
     * @param servers what it cannot know of them
     * @param canWait for a disk that takes files; otherwise it is in memory meanwhile, until the host is started again
     */
    public GenerationDirectory prepare(OperatorConfiguration file, Path home, KnownServers servers, boolean canWait)
            throws IOException {
        try {
            return prepare(path, file, home, servers);
        } catch (IOException unwritable) {
            if (canWait) throw unwritable;
            return prepare(SpareDirectory.make(path, unwritable), file, home, servers);
        }
    }

    private GenerationDirectory prepare(Path where, OperatorConfiguration file, Path home, KnownServers servers)
            throws IOException {
        return publish(where, (draft, directory) -> {
            write(draft, directory.operatorConfiguration(), file.text());
            var own = GenerationDirectory.ownConfiguration(Guard.of(file, ListeningSockets.now()));
            var doors = directory.doors(file.backends());
            // What the operator says of all unix sockets would reach doors that come later.
            var areFirst = file.settlesUnixSockets();
            write(draft, directory.ownConfiguration(), areFirst ? own + doors : own);
            if (!areFirst) write(draft, directory.doorsConfiguration(), "defaults\n" + doors);
            var paths = new RelativePaths(file.text(), home);
            var bound = Ipv6Binds.recognisable(paths.areMoved() ? paths.moved() : file.text());
            var run = servers.readIn(bound, file, directory);
            for (var state : servers.files(directory).entrySet()) write(draft, state.getKey(), state.getValue());
            if (!run.equals(file.text())) write(draft, directory.movedConfiguration(), run);
            Files.createSymbolicLink(draft.resolve(directory.workingDirectory().getFileName()), paths.begin());
        });
    }

    /** What a generation's directory holds from the start. */
    private interface Content {
        /** @param draft where to write what will be in the directory */
        void write(Path draft, GenerationDirectory directory) throws IOException;
    }

    private GenerationDirectory publish(Path where, Content content) throws IOException {
        var directory = new GenerationDirectories(path).next(where);
        FileTree.makePrivate(where);
        var draft = where.resolve(DRAFT);
        FileTree.delete(draft);
        try {
            FileTree.makePrivate(draft);
            content.write(draft, directory);
            FileTree.publish(draft, directory.path());
            return directory;
        } finally {
            FileTree.delete(draft);
        }
    }

    private static void write(Path draft, Path file, String text) throws IOException {
        PrivateFile.write(draft.resolve(file.getFileName()), text, OperatorConfiguration.BYTES);
    }

    /** From where relative paths of an operator's file, or of a directory of files, are meant. */
    public static Path homeOf(Path operatorFile) {
        var first = operatorFile.toAbsolutePath();
        return Files.isDirectory(first) ? first : first.resolveSibling("");
    }

    /**
     * Makes a running HAProxy the next generation, as it is; nothing of it is changed.
     *
     * @param text the operator's file, as far as anybody knows what it runs
     * @param version what it says it is
     */
    public GenerationDirectory adopt(RunningProxy proxy, String text, String version) throws IOException {
        endStrayHolders();
        var door = proxy.door(text);
        var helper = switch (door) {
            case MASTER_SOCKET, MASTER_PAIR -> proxy.master().orElseThrow();
            case KEPT_CONNECTION ->
                KeptConnection.open(proxy.ownSocket(text).orElseThrow().path(), HOLDS + "=" + path);
            case NONE -> proxy.worker();
        };
        var process = new AdoptedProcess(running(proxy.worker()), door, running(helper), version);
        var copy = "# What process %d was started with, as far as the file says.\n%s".formatted(proxy.worker(), text);
        try {
            return publish(path, (draft, directory) -> {
                write(draft, directory.operatorConfiguration(), copy);
                process.write(draft);
                if (door == Door.MASTER_SOCKET) {
                    Files.createSymbolicLink(
                            draft.resolve("master.sock"),
                            proxy.masterSocket().orElseThrow().path());
                }
            });
        } catch (IOException failure) {
            endStrayHolders();
            throw failure;
        }
    }

    private static AdoptedProcess.Id running(long pid) throws IOException {
        return AdoptedProcess.Id.of(pid).orElseThrow(() -> new IOException("process %d has ended".formatted(pid)));
    }

    /** Of an adoption that was broken off before it knew them. */
    private void endStrayHolders() {
        startedWith(HOLDS, path.toString())
                .forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
    }

    /** Removes what an ended generation left behind. The caller has made sure that it has ended. */
    public static void remove(GenerationDirectory directory) throws IOException {
        AdoptedProcess.in(directory).ifPresent(AdoptedProcess::release);
        FileTree.delete(directory.path());
    }

    /**
     * Processes started for this run directory that no generation accounts for: a directory, socket or master has gone.
     * Nobody can ask them, so only a person may end them.
     */
    public List<Long> orphans(List<Generation> generations) {
        var known = new HashSet<Long>();
        var workers = new HashSet<Long>();
        for (var generation : generations) {
            switch (generation) {
                case Generation.Live live -> {
                    known.add(live.master());
                    known.add(live.worker());
                    workers.add(live.worker());
                }
                // It does not answer, so its processes are recognised by the directory they were started for.
                case Generation.Unknown unknown ->
                    known.addAll(startedFor(unknown.directory().path()));
                case Generation.Dead dead -> {}
            }
        }
        return ProcessTable.all().stream()
                // The program is a link to read, and rules out nearly all. A check's is its worker's for a moment.
                .filter(pid -> !known.contains(pid) && ProcessTable.isHaproxy(pid))
                .filter(pid -> ProcessTable.stat(pid)
                        .filter(stat -> stat.isRunning() && !workers.contains(stat.parent()))
                        .isPresent())
                .filter(pid -> ProcessTable.variable(pid, "HA_RUN")
                        .filter(run -> Path.of(run).startsWith(path))
                        .isPresent())
                .toList();
    }

    /** Whether nothing runs any more of what was started for this directory. */
    public static boolean hasEnded(GenerationDirectory directory) {
        try {
            var adopted = AdoptedProcess.in(directory);
            return adopted.isPresent()
                    ? !adopted.get().isRunning()
                    : startedFor(directory.path()).stream().noneMatch(ProcessTable::isRunning);
        } catch (IOException unreadable) {
            return false;
        }
    }

    private static List<Long> startedFor(Path directory) {
        return startedWith("HA_RUN", directory.toString());
    }

    /** Processes of this host that run with this variable in their environment. */
    public static List<Long> startedWith(String variable, String value) {
        return ProcessTable.all().stream()
                .filter(pid -> ProcessTable.variable(pid, variable)
                        .filter(value::equals)
                        .isPresent())
                .filter(ProcessTable::isRunning)
                .toList();
    }

    /** Whether any process of this host still runs a program below {@code kernel}. */
    public static boolean isInUse(Path kernel) throws IOException {
        var root = kernel.toRealPath();
        return ProcessTable.all().stream()
                .anyMatch(pid -> ProcessTable.executable(pid)
                        .filter(file -> file.startsWith(root))
                        .isPresent());
    }

    /** Whether a process still runs; a zombie does not. */
    public static boolean isRunning(long pid) {
        return ProcessTable.isRunning(pid);
    }
}
