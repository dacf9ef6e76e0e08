package dev.changeover.host;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Objects;
import java.util.Random;

/**
 * Room on a disk, and files of the number that it can hold, which are taken while there are plenty, to be given back when
 * the little must be written that cannot wait.
 *
 * @param file holds the room; nothing is lost with it, nor with the directory of empty files beside it
 */
public record DiskReserve(Path file) {

    private static final int BYTES = 4 << 20;

    /** Written at once. A thread keeps, outside of the heap, a buffer as large as the largest that it ever wrote. */
    private static final int PART = 64 << 10;

    /** With less than this left nothing is taken away from others. */
    private static final long PLENTY = 16L * BYTES;

    /** A generation makes some twenty, and one more for each backend. */
    private static final int FILES = 128;

    /** How long after it failed files are tried again. */
    private static final Duration AGAIN = Duration.ofMinutes(1);

    /** Takes both, unless they are held already or there is little. Does nothing where that fails. */
    public void hold() {
        if (free() < PLENTY) return;
        holdRoom();
        holdFiles();
    }

    private void holdRoom() {
        if (file.toFile().length() == BYTES) return;
        release(file); // a part, of a writer that was killed
        var random = new Random();
        var part = new byte[PART];
        try (var channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (int written = 0; written < BYTES; written += PART) {
                random.nextBytes(part); // so that no file system makes little of it
                for (var bytes = ByteBuffer.wrap(part); bytes.hasRemaining(); ) channel.write(bytes);
            }
            channel.force(true);
        } catch (IOException failure) {
            release(file);
        }
    }

    private void holdFiles() {
        var held = files();
        if (Files.exists(held.resolve("" + (FILES - 1))) || isFresh(held)) return;
        release(held);
        try {
            FileTree.makePrivate(held);
            for (int i = 0; i < FILES; i++) Files.createFile(held.resolve("" + i));
        } catch (IOException little) {
            release(held);
            held.toFile().mkdir(); // so that it is not tried again every second
        }
    }

    private static boolean isFresh(Path held) {
        return Math.abs(System.currentTimeMillis() - held.toFile().lastModified()) < AGAIN.toMillis();
    }

    /** Gives the files back, of which nobody says how many more there could be, and the room if less than it is free. */
    public void giveBack() {
        release(files());
        if (free() < BYTES) release(file);
    }

    private Path files() {
        return file.resolveSibling(file.getFileName() + "-files");
    }

    private long free() {
        return Objects.requireNonNull(file.toAbsolutePath().getParent())
                .toFile()
                .getUsableSpace();
    }

    private static void release(Path held) {
        try {
            FileTree.delete(held);
        } catch (IOException stays) {
            // Whatever needs it will say that there is none.
        }
    }
}
