package dev.changeover.host;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;

/** A file that only this user reads, never half-written. */
public final class PrivateFile {
    private PrivateFile() {}

    /** Makes or replaces the file, and makes the directories above it. */
    public static void write(Path file, String content) throws IOException {
        write(file, content, StandardCharsets.UTF_8);
    }

    /** The same for a text of another encoding. */
    public static void write(Path file, String content, Charset encoding) throws IOException {
        var fresh = beside(file, content, encoding);
        try {
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    /** The same, but leaves a file that is there as it is: of processes that do this at once, one makes it. */
    public static void writeIfAbsent(Path file, String content) throws IOException {
        var fresh = beside(file, content, StandardCharsets.UTF_8);
        try {
            Files.createLink(file, fresh);
        } catch (FileAlreadyExistsException faster) {
            // the other one's is kept
        } finally {
            Files.delete(fresh);
        }
    }

    private static Path beside(Path file, String content, Charset encoding) throws IOException {
        var directory = Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file has a directory");
        Files.createDirectories(directory);
        var mine = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        return Files.writeString(
                Files.createTempFile(directory, String.valueOf(file.getFileName()), ".new", mine), content, encoding);
    }
}
