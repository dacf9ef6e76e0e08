package dev.changeover.e2e;

import dev.changeover.demo.Python;
import dev.changeover.demo.RealParts;
import dev.changeover.host.FileTree;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * Packages in Python that tests use, fetched once with pip into the user's cache; where that is not possible the test is
 * skipped with a sentence, and with {@code CI=true} it fails.
 */
final class PythonPackages {
    private PythonPackages() {}

    /**
     * The directory to put on {@code PYTHONPATH}.
     *
     * @param name of the cached directory
     * @param requirements every package with its version
     */
    static Path fetched(String name, Path requirements) throws IOException, InterruptedException {
        var packages = cache().resolve(name + "-" + mark(requirements));
        if (Files.notExists(packages)) {
            install(requirements, packages);
        }
        return packages;
    }

    private static void install(Path requirements, Path packages) throws IOException, InterruptedException {
        Files.createDirectories(cache());
        var directory = Files.createTempDirectory(cache(), "install-");
        var log = directory.resolve("pip.log");
        try {
            var target = directory.resolve("packages");
            var pip = new ProcessBuilder(
                            "python3",
                            "-m",
                            "pip",
                            "install",
                            "--quiet",
                            "--disable-pip-version-check",
                            "--requirement",
                            requirements.toString(),
                            "--target",
                            target.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile());
            if (exitCode(pip) != 0) {
                throw RealParts.missing(
                        "packages in Python cannot be fetched with pip: install python3 and python3-pip, and"
                                + " see whether a package index can be reached: "
                                + Files.readString(log).strip());
            }
            Files.move(target, packages); // in one step: half of it never counts as installed
        } catch (FileAlreadyExistsException | DirectoryNotEmptyException faster) {
            // another process has just done the same
        } finally {
            FileTree.delete(directory);
        }
    }

    static int exitCode(ProcessBuilder program) throws InterruptedException {
        return Python.start(program).waitFor();
    }

    private static Path cache() {
        return Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
                .map(Path::of)
                .filter(Path::isAbsolute)
                .orElse(Path.of(System.getProperty("user.home"), ".cache"))
                .resolve("changeover");
    }

    /** Other versions get a directory of their own. */
    private static String mark(Path requirements) throws IOException {
        var sum = new CRC32();
        sum.update(Files.readAllBytes(requirements));
        return HexFormat.of().toHexDigits((int) sum.getValue());
    }
}
