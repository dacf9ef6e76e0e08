package dev.changeover.host;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * A disk of its own, in memory, that can be filled and that can fail. Mounting needs root and a host that lets it: elsewhere
 * the test is skipped and says so.
 */
public record SmallDisk(Path path) implements AutoCloseable {
    private static final int LEFT = 2 << 20;

    /** Mounts it on a new directory. */
    public static SmallDisk at(Path path, int kilobytes) throws IOException, InterruptedException {
        return of(path, kilobytes, 0);
    }

    /** The same, which can hold so many files; 0 for as many as it likes. */
    public static SmallDisk of(Path path, int kilobytes, int files) throws IOException, InterruptedException {
        Files.createDirectories(path);
        var size = "mode=700,size=%dk,nr_inodes=%d".formatted(kilobytes, files);
        var outcome = run("mount", "-t", "tmpfs", "-o", size, "none", path.toString());
        assumeTrue(outcome.succeeded(), () -> "no disk can be mounted here: " + outcome.output());
        return new SmallDisk(path);
    }

    /**
     * A disk that cannot be written to any more but where it was written before: its device has lost its end, as by a bad
     * cable or a volume that somebody shrank.
     *
     * @param before is written to it while it is whole
     */
    public static SmallDisk broken(Path path, Before before) throws IOException, InterruptedException {
        var backing = path.resolveSibling(path.getFileName() + ".device");
        Files.createDirectories(path);
        try (var file = new RandomAccessFile(backing.toFile(), "rw")) {
            file.setLength(16 << 20);
            mustOrSkip("mkfs.ext4", "-q", "-O", "^has_journal", backing.toString());
            mustOrSkip("mount", "-o", "loop", backing.toString(), path.toString());
            var disk = new SmallDisk(path);
            before.on(disk.path());
            // what is left of the device is taken
            Files.write(path.resolve("filler"), new byte[LEFT]);
            FileTree.sync(path);
            mustOrSkip("sync", "-f", path.toString());
            file.setLength(LEFT);
            var device = run("losetup", "--noheadings", "--output", "NAME", "--associated", backing.toString());
            mustOrSkip("losetup", "--set-capacity", device.output().strip());
            return disk;
        }
    }

    /** Something is written. */
    @FunctionalInterface
    public interface Before {
        void on(Path disk) throws IOException;
    }

    private static void mustOrSkip(String... words) throws IOException, InterruptedException {
        var outcome = run(words);
        assumeTrue(outcome.succeeded(), () -> "no disk can be made to fail here: " + outcome.output());
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

    /** Leaves room, but not for one file more. */
    public void fillWithNames() throws IOException {
        var names = Files.createDirectory(path.resolve("names"));
        try {
            for (int i = 0; true; i++) Files.createFile(names.resolve("" + i));
        } catch (IOException full) {
            if (path.toFile().getUsableSpace() == 0) throw full;
        }
    }

    /** A child that another thread starts holds what is only deleted for some milliseconds more. */
    public void makeRoom() throws IOException {
        Files.write(path.resolve("filler"), new byte[0], StandardOpenOption.TRUNCATE_EXISTING);
        Files.delete(path.resolve("filler"));
    }

    /** As a kernel makes it after an error of the disk. */
    public void makeReadOnly(boolean yes) throws IOException, InterruptedException {
        var outcome = run("mount", "-o", "remount," + (yes ? "ro" : "rw"), path.toString());
        if (!outcome.succeeded()) throw new IOException(outcome.output());
    }

    /** Mounts a directory of it where it is, and makes all but that read-only. */
    public SmallDisk onlyWritableIn(Path directory) throws IOException, InterruptedException {
        Files.createDirectories(directory);
        mustOrSkip("mount", "--bind", directory.toString(), directory.toString());
        mustOrSkip("mount", "-o", "remount,bind,ro", path.toString());
        return new SmallDisk(directory);
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
