package dev.changeover;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Where a server of this user keeps its files, and where an agent or a command line beside it finds them. */
final class DataDirectory {
    private DataDirectory() {}

    /** {@code CHANGEOVER_DATA}, else {@code .changeover} in the user's home, as in application.toml. */
    static Path ofThisUser() {
        var told = System.getenv("CHANGEOVER_DATA");
        return told == null || told.isBlank() ? Path.of(System.getProperty("user.home"), ".changeover") : Path.of(told);
    }

    /** Makes it for this user's eyes only: its files have what goes through Temporal. One that is there stays as it is. */
    static void make(Path directory) {
        if (Files.exists(directory)) {
            return;
        }
        try {
            var above = directory.toAbsolutePath().getParent();
            if (above != null) {
                Files.createDirectories(above);
            }
            Files.createDirectory(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (FileAlreadyExistsException faster) {
            // another process of this user made it
        } catch (IOException failure) {
            throw new UncheckedIOException("the data directory %s cannot be made".formatted(directory), failure);
        }
    }
}
