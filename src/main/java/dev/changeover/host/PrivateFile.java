package dev.changeover.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;

/** A file that only this user reads, never half-written. */
public final class PrivateFile {
    private PrivateFile() {}

    /** Makes or replaces the file, and the directories above it. */
    public static void write(Path file, String content) throws IOException {
        var directory = Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file has a directory");
        Files.createDirectories(directory);
        var mine = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        var fresh = Files.createTempFile(directory, String.valueOf(file.getFileName()), ".new", mine);
        Files.writeString(fresh, content);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
