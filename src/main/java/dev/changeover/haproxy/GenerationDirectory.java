package dev.changeover.haproxy;

import dev.changeover.haproxy.configuration.Ipv6Binds;
import dev.changeover.haproxy.configuration.OperatorConfiguration;
import dev.changeover.haproxy.runtime.RuntimeSocket;
import dev.changeover.host.PrivateFile;
import dev.changeover.host.Sha256;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where one generation keeps its sockets, its copies of the configuration and what it printed.
 *
 * @param path {@code <run directory>/gen-<number>}, absolute
 * @param number 1 or more; a later generation has a greater number
 */
public record GenerationDirectory(Path path, int number) {

    /** HAProxy binds a unix socket under a longer name first and leaves 97 of the 108 bytes. */
    private static final int LONGEST_SOCKET_PATH = 97;

    /** As long as a start may take where nothing serves. */
    private static final Duration LONGEST_START = Duration.ofSeconds(90);

    private static final long LONGEST_OUTPUT = 1 << 20;
    private static final int KEPT_OUTPUT = 64 << 10;

    public GenerationDirectory {
        if (number < 1) throw new IllegalArgumentException("a generation's number starts at 1, not " + number);
        path = path.toAbsolutePath().normalize();
        var longest = path.resolve("probe-1000.sock").toString();
        if (longest.getBytes(StandardCharsets.UTF_8).length > LONGEST_SOCKET_PATH) {
            throw new IllegalArgumentException("the run directory's path is too long for unix sockets: " + longest
                    + " has more than " + LONGEST_SOCKET_PATH + " bytes; choose a shorter one");
        }
    }

    static GenerationDirectory of(Path runDirectory, int number) {
        return new GenerationDirectory(runDirectory.resolve("gen-" + number), number);
    }

    /**
     * What is there now. The youngest may be starting: until it has read its files, which takes as long as they make it,
     * nobody can ask it.
     */
    Generation observe(boolean isYoungest) {
        var seen = Generation.observe(this);
        return isYoungest && seen instanceof Generation.Dead && isStarting()
                ? new Generation.Unknown(this, "it was started less than %d s ago".formatted(LONGEST_START.toSeconds()))
                : seen;
    }

    private boolean isStarting() {
        try {
            var prepared = Files.getLastModifiedTime(ownConfiguration()).toInstant();
            // Of what a clock that was set back shows to be prepared in the future nobody knows when that was.
            return Duration.between(prepared, Instant.now()).abs().compareTo(LONGEST_START) < 0
                    && servedVersion().isEmpty()
                    && !RunDirectory.hasEnded(this);
        } catch (IOException gone) {
            return false;
        }
    }

    public RuntimeSocket masterSocket() {
        return new RuntimeSocket(path.resolve("master.sock"));
    }

    /** The worker's own socket: passes the listening sockets on; closed once the generation stops. */
    public RuntimeSocket statsSocket() {
        return new RuntimeSocket(path.resolve("stats.sock"));
    }

    /** The private door to the {@code index}-th backend, counted from 1. */
    public Path probeSocket(int index) {
        return path.resolve("probe-" + index + ".sock");
    }

    /** What the generation before knew of the servers of a backend; they are counted from 1. */
    Path serverStates(int index) {
        return path.resolve("servers-" + index + ".state");
    }

    /** The copy of the operator's configuration that this generation runs, as it is. */
    public Path operatorConfiguration() {
        return path.resolve("haproxy.cfg");
    }

    /**
     * The same for a program to read: where the copy says that paths begin beside it, they begin beside the original, and
     * see {@link Ipv6Binds} and {@link KnownServers}.
     */
    Path runConfiguration() {
        var moved = movedConfiguration();
        return Files.exists(moved) ? moved : operatorConfiguration();
    }

    Path movedConfiguration() {
        return path.resolve("haproxy-moved.cfg");
    }

    /** A link to where its relative paths begin. */
    Path workingDirectory() {
        return path.resolve("cwd");
    }

    /** What a program reads, in this order. */
    List<String> arguments() {
        return Stream.of(ownConfiguration(), runConfiguration(), doorsConfiguration())
                .filter(Files::exists)
                .flatMap(file -> Stream.of("-f", file.toString()))
                .toList();
    }

    /** That it has served, with which kernel, and the SHA-256 of the configuration it did so with. */
    private Path mark() {
        return path.resolve("served");
    }

    /** Whether somebody has written down that it served; a mark that was damaged since is none, and is set aside. */
    public boolean isMarked() throws IOException {
        if (Files.notExists(mark())) return false;
        if (words().isPresent()) return true;
        PrivateFile.setAside(mark(), "does not say with what the generation served");
        return false;
    }

    private Optional<String[]> words() throws IOException {
        return PrivateFile.wholeLine(mark())
                .map(line -> line.split(" ", 2))
                .filter(words -> words.length == 2 && Sha256.isOne(words[0]));
    }

    /** Writes down that it has served with the configuration that is there. */
    public void noteServed(String version) throws IOException {
        PrivateFile.write(mark(), Sha256.of(operatorConfiguration()) + " " + version + "\n");
    }

    /** The version that it served with; empty if it has not, or its configuration is not what it was then. */
    public Optional<String> servedVersion() {
        try {
            var sha256 = Sha256.of(operatorConfiguration());
            return words().filter(words -> words[0].equals(sha256)).map(words -> words[1]);
        } catch (IOException missing) {
            return Optional.empty();
        }
    }

    public Path ownConfiguration() {
        return path.resolve("changeover.cfg");
    }

    /**
     * Our own configuration file, loaded before the operator's. It opens a runtime socket that passes the listening sockets
     * on.
     */
    static String ownConfiguration(Guard guard) {
        return """
                # Written by Changeover for this generation; it is replaced with the next one.
                global
                    stats socket "${HA_RUN}/stats.sock" mode 600 level admin expose-fd listeners
                """ + guard.lines();
    }

    /**
     * Our doors, loaded after the operator's file: HAProxy 2.7 and later refuse {@code nbthread} and the like once there was
     * a section that is not {@code global}.
     */
    Path doorsConfiguration() {
        return path.resolve("doors.cfg");
    }

    /**
     * One private door to each backend, so that exactly this generation can be tried. Where it is, is written out: the
     * operator's {@code resetenv} or {@code unsetenv} takes our variable from what is read behind it.
     */
    String doors(List<String> backends) {
        var lines = new StringBuilder();
        for (int i = 1; i <= backends.size(); i++) {
            lines.append("""
                    frontend %s_%d
                        mode tcp
                        timeout client 10s
                        bind "unix@%s" mode 600
                        default_backend %s
                    """.formatted(OperatorConfiguration.DOOR, i, escaped(probeSocket(i)), backends.get(i - 1)));
        }
        return lines.toString();
    }

    /** As HAProxy reads it between double quotes. */
    static String escaped(Path file) {
        return file.toString().replaceAll("[\\\\\"$]", "\\\\$0");
    }

    /** Everything that the tree printed, appended; see {@link #boundOutput}. */
    public Path output() {
        return path.resolve("output.log");
    }

    /** Why it ended, in its own words; empty where it printed nothing, or nobody can read it. */
    public Optional<String> lastWords() {
        try {
            var printed = Files.readString(output(), StandardCharsets.ISO_8859_1);
            return printed.isEmpty() ? Optional.empty() : Optional.of(Program.lastWords(printed));
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    /** Forgets all but the end of what it printed, once that is long: HAProxy appends, whatever the file's length. */
    public void boundOutput() throws IOException {
        var file = output();
        if (file.toFile().length() <= LONGEST_OUTPUT) return;
        byte[] end;
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            end = Channels.newInputStream(channel.position(channel.size() - KEPT_OUTPUT))
                    .readNBytes(KEPT_OUTPUT);
        }
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(0);
        }
        Files.write(file, end, StandardOpenOption.APPEND);
    }
}
