package dev.changeover.host;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Random;

/**
 * Room on a disk that is taken while there is plenty, to be given back when the little must be written that cannot wait.
 *
 * @param file holds the room; nothing is lost with it
 */
public record DiskReserve(Path file) {

    private static final int BYTES = 4 << 20;

    /** Written at once. A thread keeps, outside of the heap, a buffer as large as the largest that it ever wrote. */
    private static final int PART = 64 << 10;

    /** With less than this left nothing is taken away from others. */
    private static final long PLENTY = 16L * BYTES;

    /** Takes the room, unless it is held already or there is little. Does nothing where that fails. */
    public void hold() {
        if (Files.exists(file) || free() < PLENTY) return;
        var random = new Random();
        var part = new byte[PART];
        try (var channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (int written = 0; written < BYTES; written += PART) {
                random.nextBytes(part); // so that no file system makes little of it
                for (var bytes = ByteBuffer.wrap(part); bytes.hasRemaining(); ) channel.write(bytes);
            }
            channel.force(true);
        } catch (IOException failure) {
            release();
        }
    }

    /** Gives the room back if less than it is free. */
    public void releaseIfFull() {
        if (free() < BYTES) release();
    }

    private long free() {
        return Objects.requireNonNull(file.toAbsolutePath().getParent())
                .toFile()
                .getUsableSpace();
    }

    private void release() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException stays) {
            // Whatever needs the room will say that there is none.
        }
    }
}
