package dev.changeover;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Where a server of this user keeps its files, and where an agent or a command line beside it finds them. */
final class DataDirectory {
    private static final Set<PosixFilePermission> MINE = PosixFilePermissions.fromString("rwx------");

    private DataDirectory() {}

    /** {@code CHANGEOVER_DATA}, else {@code .changeover} in the user's home, as in application.toml. */
    static Path ofThisUser() {
        var told = System.getenv("CHANGEOVER_DATA");
        return told == null || told.isBlank() ? Path.of(System.getProperty("user.home"), ".changeover") : Path.of(told);
    }

    /**
     * Makes it for this user's eyes only: its files have what goes through Temporal. One that is there stays as it is.
     *
     * @throws UncheckedIOException if it cannot be made, or is no directory that this user may read and write
     */
    static void make(Path directory) {
        try {
            if (Files.notExists(directory)) {
                create(directory);
            }
            if (!Files.isDirectory(directory)) {
                throw new NotDirectoryException(directory.toString());
            }
            if (!Files.isReadable(directory) || !Files.isWritable(directory) || !Files.isExecutable(directory)) {
                throw new AccessDeniedException(directory.toString());
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(
                    "the data directory %s, which CHANGEOVER_DATA can name, cannot be used".formatted(directory),
                    failure);
        }
    }

    private static void create(Path directory) throws IOException {
        var above = directory.toAbsolutePath().getParent();
        if (above != null) {
            Files.createDirectories(above);
        }
        try {
            Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(MINE));
        } catch (FileAlreadyExistsException faster) {
            // another process of this user made it
        }
    }
}
