package dev.changeover.demo;

import dev.changeover.demo.HaproxyKernels.Availability;
import dev.changeover.demo.HaproxyKernels.Available;
import dev.changeover.demo.HaproxyKernels.Unavailable;
import dev.changeover.host.FileTree;
import dev.changeover.host.ProgramRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assertions;
import org.opentest4j.TestAbortedException;

/**
 * Real programs for tests. Where one is missing the test is skipped with a sentence that says what to install; with
 * {@code CI=true} it fails, so that nothing passes because something was absent.
 */
public final class RealParts {
    /** The shared database, for classes that run side by side: some change its settings, the others only use it. */
    public static final String DATABASE = "the shared MariaDB";

    private static @Nullable Availability kernels;
    private static @Nullable Available debianKernels;
    private static @Nullable MariaDb mariaDb;

    private RealParts() {}

    /** Two HAProxy versions; looked for once a JVM. */
    public static synchronized Available kernels() {
        if (kernels == null) {
            kernels = HaproxyKernels.ofThisHost().find();
        }
        return switch (kernels) {
            case Available available -> available;
            case Unavailable unavailable -> throw missing(unavailable.reason());
        };
    }

    /**
     * The same as Debian's own packages, which need this host's libraries. The cache may hold them as archives that carry
     * the libraries, because the host had none when the demo was run; then they are fetched anew, once a JVM.
     */
    public static synchronized Available debianKernels() {
        var found = debianKernels == null ? kernels() : debianKernels;
        if (!areDebian(found)) found = fetchedAnew();
        if (!areDebian(found))
            throw missing("apt offers fewer than two HAProxy packages, or the host lacks their libraries");
        debianKernels = found;
        return found;
    }

    private static Available fetchedAnew() {
        try {
            var cache = Files.createTempDirectory("changeover-debian");
            var end = new FutureTask<>(() -> {
                FileTree.delete(cache);
                return cache;
            });
            Runtime.getRuntime().addShutdownHook(new Thread(end, "end of Debian's packages"));
            return switch (new HaproxyKernels(cache, DebianPackages::isInstalled).find()) {
                case Available available -> available;
                case Unavailable unavailable -> throw missing(unavailable.reason());
            };
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static boolean areDebian(Available found) {
        return Stream.of(found.older(), found.newer())
                .allMatch(kernel -> kernel.packageFile().toString().endsWith(".deb"));
    }

    /** One MariaDB for all tests of this JVM; ends with it. Tests that change or stop it start their own. */
    public static synchronized MariaDb mariaDb() {
        if (mariaDb == null) {
            mariaDb = ownMariaDb();
            Runtime.getRuntime().addShutdownHook(new Thread(mariaDb::close, "end of MariaDB"));
        }
        return mariaDb;
    }

    /** A new MariaDB for this test alone, which closes it. */
    public static MariaDb ownMariaDb(String... options) {
        MariaDb.whyNot().ifPresent(reason -> {
            throw missing(reason);
        });
        try {
            return MariaDb.start(options);
        } catch (IOException failure) {
            return Assertions.fail("MariaDB is installed but does not start", failure);
        }
    }

    /** What to throw where the host lacks something that a test needs. */
    public static RuntimeException missing(String reason) {
        return missing(reason, "true".equals(System.getenv("CI")));
    }

    static RuntimeException missing(String reason, boolean everythingMustBeThere) {
        if (everythingMustBeThere) {
            throw new AssertionError("CI needs every real part: " + reason);
        }
        return new TestAbortedException(reason);
    }

    /** Unpacks a kernel's package there, as an agent would. */
    public static Path unpack(HaproxyKernels.Kernel kernel, Path directory) throws IOException {
        String file = kernel.packageFile().toString();
        if (file.endsWith(".deb")) {
            ProgramRun.in(directory, "dpkg-deb", "-x", file, directory.toString())
                    .output();
        } else {
            ProgramRun.in(directory, "tar", "-xzf", file).output();
        }
        return directory;
    }

    /** What goes to LD_LIBRARY_PATH for an unpacked package; empty where it brings no libraries. */
    public static String libraries(Path unpacked) throws IOException {
        if (!Files.isDirectory(unpacked.resolve("usr/lib"))) {
            return "";
        }
        try (var directories = Files.list(unpacked.resolve("usr/lib"))) {
            return directories
                    .filter(path -> path.toString().contains("-linux-"))
                    .map(Path::toString)
                    .findFirst()
                    .orElse("");
        }
    }
}
