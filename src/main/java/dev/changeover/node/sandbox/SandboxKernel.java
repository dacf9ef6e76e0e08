package dev.changeover.node.sandbox;

import dev.changeover.inventory.KernelVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;

/**
 * A staged sandbox kernel: a small properties file instead of a program.
 *
 * @param reportedVersion what it says of itself
 * @param broken {@code run} if it does not run, {@code start} if no generation of it comes up, else empty
 * @param diesAfter how long a generation lives after its start; zero for ever
 */
record SandboxKernel(KernelVersion version, String reportedVersion, String broken, Duration diesAfter) {
    /** The file in a kernel's directory. */
    static final String FILE = "kernel.properties";

    /**
     * Reads a staged kernel.
     *
     * @throws IllegalArgumentException if the file is not a sandbox kernel
     */
    static SandboxKernel read(KernelVersion version, Path directory) throws IOException {
        var lines = new Properties();
        try (var in = Files.newInputStream(directory.resolve(FILE))) {
            lines.load(in);
        }
        var reported = lines.getProperty("reported_version");
        if (reported == null) {
            throw new IllegalArgumentException("reported_version is missing in " + directory);
        }
        return new SandboxKernel(
                version,
                reported,
                lines.getProperty("broken", ""),
                Duration.parse(lines.getProperty("dies_after", "PT0S")));
    }
}
