package dev.changeover.host;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * A disk of its own, in memory, that can be filled and that can fail. Mounting needs root and a host that lets it: elsewhere
 * the test is skipped and says so.
 */
public record SmallDisk(Path path) implements AutoCloseable {

    /** Mounts it on a new directory. */
    public static SmallDisk at(Path path, int kilobytes) throws IOException, InterruptedException {
        Files.createDirectories(path);
        var outcome = run("mount", "-t", "tmpfs", "-o", "mode=700,size=" + kilobytes + "k", "none", path.toString());
        assumeTrue(outcome.succeeded(), () -> "no disk can be mounted here: " + outcome.output());
        return new SmallDisk(path);
    }

    /** Leaves not one byte. */
    public void fill() throws IOException {
        var file = path.resolve("filler");
        try (var out = Files.newOutputStream(file)) {
            for (var block = new byte[4096]; true; ) out.write(block);
        } catch (IOException full) {
            if (path.toFile().getUsableSpace() > 0) throw full;
        }
    }

    public void makeRoom() throws IOException {
        Files.delete(path.resolve("filler"));
    }

    /** As a kernel makes it after an error of the disk. */
    public void makeReadOnly(boolean yes) throws IOException, InterruptedException {
        var outcome = run("mount", "-o", "remount," + (yes ? "ro" : "rw"), path.toString());
        if (!outcome.succeeded()) throw new IOException(outcome.output());
    }

    /** Names of what is there. */
    public List<String> names() throws IOException {
        try (Stream<Path> entries = Files.list(path)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }

    @Override
    public void close() {
        try {
            run("umount", "--lazy", path.toString());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ProgramRun.Outcome run(String... words) throws IOException, InterruptedException {
        return new ProgramRun(Path.of("/"), variables -> {}, Duration.ofSeconds(10), List.of(words)).run();
    }
}
