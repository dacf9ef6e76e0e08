package dev.changeover.demo;

import dev.changeover.host.FileTree;
import dev.changeover.host.ProgramRun;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Objects;
import org.opentest4j.TestAbortedException;

/**
 * Programs of other Debian releases, each with all its libraries: some 20 s and 60 MB from Debian's archive, once; then
 * from the user's cache.
 */
public final class OtherRelease {
    private static final Duration FETCHED_WITHIN = Duration.ofMinutes(4);

    private OtherRelease() {}

    /**
     * A {@code .tar.gz} with the program where its package has it.
     *
     * @param release such as {@code trixie}
     * @param program such as {@code usr/sbin/haproxy}
     * @throws TestAbortedException where the archive does not offer it, also in CI: releases leave it
     */
    public static Path archive(String release, String packageName, String program)
            throws IOException, InterruptedException {
        var home = Files.createDirectories(cache().resolve(release).resolve(packageName));
        var archive = home.resolve("program.tar.gz");
        try (var channel = FileChannel.open(home.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                var lock = channel.lock()) {
            assert lock.isValid();
            if (Files.notExists(archive)) fetch(release, packageName, program, home);
        }
        return archive;
    }

    private static Path cache() {
        var told = System.getenv("XDG_CACHE_HOME");
        return (told == null || told.isEmpty() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(told))
                .resolve("changeover/releases");
    }

    private static void fetch(String release, String packageName, String program, Path home)
            throws IOException, InterruptedException {
        var work = Files.createTempDirectory("release");
        try {
            var script = Path.of(Objects.requireNonNull(OtherRelease.class.getResource("/releases/program-of.sh"))
                    .toURI());
            var run = ProgramRun.in(
                    work, "bash", script.toString(), release, packageName, program, work.toString(), home.toString());
            var outcome = new ProgramRun(run.directory(), run.environment(), FETCHED_WITHIN, run.words()).run();
            if (!outcome.succeeded()) {
                throw new TestAbortedException(
                        "%s of %s cannot be had here: %s".formatted(packageName, release, outcome.lastLine()));
            }
        } catch (URISyntaxException failure) {
            throw new IOException(failure);
        } finally {
            FileTree.delete(work);
        }
    }
}
