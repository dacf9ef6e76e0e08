package dev.changeover.node.haproxy;

import dev.changeover.host.FileTree;
import dev.changeover.host.ProgramRun;
import dev.changeover.inventory.KernelVersion;
import dev.changeover.node.KernelToRun;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.opentest4j.TestAbortedException;

/**
 * The HAProxy of another Debian release, with all its libraries: 20 s and some 60 MB from Debian's archive, once; then
 * from the user's cache.
 */
final class OtherRelease {
    private static final Pattern SAYS = Pattern.compile("HA-?Proxy version ((\\d+\\.\\d+\\.\\d+)\\S*) ");
    private static final Duration FETCHED_WITHIN = Duration.ofMinutes(4);

    private OtherRelease() {}

    /**
     * As a kernel that an agent can stage.
     *
     * @param name such as {@code trixie}
     * @throws TestAbortedException where the archive does not offer it, also in CI: releases leave it
     */
    static KernelToRun kernel(String name) throws IOException, InterruptedException {
        var home = Files.createDirectories(cache().resolve(name));
        var archive = home.resolve("kernel.tar.gz");
        try (var channel = FileChannel.open(home.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                var lock = channel.lock()) {
            assert lock.isValid();
            if (Files.notExists(archive)) fetch(name, home);
        }
        var source = new KernelToRun.Source(
                System.getProperty("os.arch"), archive.toUri().toString(), HaproxyPackages.sha256(archive));
        var said = said(archive);
        return new KernelToRun(KernelVersion.of(said.group(2) + ".0"), said.group(1), List.of(source));
    }

    private static Path cache() {
        var told = System.getenv("XDG_CACHE_HOME");
        return (told == null || told.isEmpty() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(told))
                .resolve("changeover/releases");
    }

    private static void fetch(String name, Path home) throws IOException, InterruptedException {
        var work = Files.createTempDirectory("release");
        try {
            var script = Path.of(Objects.requireNonNull(OtherRelease.class.getResource("/releases/kernel-of.sh"))
                    .toURI());
            var run = ProgramRun.in(work, "bash", script.toString(), name, work.toString(), home.toString());
            var outcome = new ProgramRun(run.directory(), run.environment(), FETCHED_WITHIN, run.words()).run();
            if (!outcome.succeeded()) {
                throw new TestAbortedException(
                        "the HAProxy of %s cannot be had here: %s".formatted(name, outcome.lastLine()));
            }
        } catch (URISyntaxException failure) {
            throw new IOException(failure);
        } finally {
            FileTree.delete(work);
        }
    }

    private static MatchResult said(Path archive) throws IOException {
        var tree = Files.createTempDirectory("release");
        try {
            ProgramRun.in(tree, "tar", "-xzf", archive.toString()).output();
            var said = SAYS.matcher(
                    ProgramRun.in(tree, tree.resolve("usr/sbin/haproxy").toString(), "-v")
                            .output());
            if (!said.find()) throw new IOException(archive + " does not say its version");
            return said;
        } finally {
            FileTree.delete(tree);
        }
    }
}
