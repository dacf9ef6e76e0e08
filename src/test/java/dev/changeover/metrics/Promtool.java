package dev.changeover.metrics;

import dev.changeover.demo.RealParts;
import dev.changeover.host.FileTree;
import dev.changeover.host.ProgramRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/** Prometheus' own judge of files, from Debian's package, which is not installed because it would bring a service. */
final class Promtool {
    private static final Path TOOLS = Path.of("target", "tools").toAbsolutePath();

    private Promtool() {}

    /** Skips the test, or fails it in CI, where it cannot be had. */
    static ProgramRun.Outcome run(Path directory, String... words) throws IOException, InterruptedException {
        var command =
                Stream.concat(Stream.of(program().toString()), Stream.of(words)).toList();
        return new ProgramRun(directory, variables -> {}, Duration.ofMinutes(10), command).run();
    }

    /** Fetched once into {@code target/tools}; it appears there by rename, so that one that is there is whole. */
    private static synchronized Path program() throws IOException {
        var unpacked = TOOLS.resolve("prometheus");
        if (Files.notExists(unpacked)) {
            Files.createDirectories(TOOLS);
            var work = Files.createTempDirectory(TOOLS, "fetching");
            try {
                ProgramRun.in(work, "apt-get", "-q", "download", "-o", "APT::Sandbox::User=root", "prometheus")
                        .output();
                try (var packages = Files.newDirectoryStream(work, "*.deb")) {
                    var deb = packages.iterator().next().toString();
                    ProgramRun.in(work, "dpkg-deb", "-x", deb, "tree").output();
                }
                Files.move(work.resolve("tree"), unpacked);
            } catch (IOException absent) {
                throw RealParts.missing(
                        "the tests need promtool of Debian's package prometheus, and apt cannot download it: "
                                + absent.getMessage());
            } finally {
                FileTree.delete(work);
            }
        }
        return unpacked.resolve("usr/bin/promtool");
    }
}
