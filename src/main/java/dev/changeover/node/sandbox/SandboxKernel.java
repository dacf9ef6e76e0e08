package dev.changeover.node.sandbox;

import dev.changeover.host.Sha256;
import dev.changeover.inventory.KernelVersion;
import dev.changeover.node.KernelToRun;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;

/**
 * A sandbox kernel: a small properties file instead of a program.
 *
 * @param reportedVersion what it says of itself
 * @param broken {@code run} if it does not run, {@code start} if no generation of it comes up, else empty
 * @param diesAfter how long a generation lives after its start; zero for ever
 */
record SandboxKernel(String reportedVersion, String broken, Duration diesAfter) {

    private static final String FILE = "kernel.properties";

    /** @throws IOException if the directory does not hold a sandbox kernel */
    static SandboxKernel in(Path directory) throws IOException {
        var lines = new Properties();
        try (var in = Files.newInputStream(directory.resolve(FILE))) {
            lines.load(in);
        }
        var reported = lines.getProperty("reported_version");
        if (reported == null) throw new IOException("reported_version is missing in its " + FILE);
        return new SandboxKernel(
                reported, lines.getProperty("broken", ""), Duration.parse(lines.getProperty("dies_after", "PT0S")));
    }

    /**
     * Writes a package that sandbox nodes can stage: the same bytes for the same content.
     *
     * @param more further lines of the properties
     */
    static KernelToRun pack(Path file, KernelVersion version, String reportedVersion, String more) throws IOException {
        var text = "reported_version = %s%n%s".formatted(reportedVersion, more).getBytes(StandardCharsets.UTF_8);
        try (var tar = new TarArchiveOutputStream(new GzipCompressorOutputStream(Files.newOutputStream(file)))) {
            var entry = new TarArchiveEntry(FILE);
            entry.setModTime(0);
            entry.setSize(text.length);
            tar.putArchiveEntry(entry);
            tar.write(text);
            tar.closeArchiveEntry();
        }
        var source = new KernelToRun.Source(
                System.getProperty("os.arch"), file.toUri().toString(), Sha256.of(file));
        return new KernelToRun(version, reportedVersion, List.of(source));
    }
}
