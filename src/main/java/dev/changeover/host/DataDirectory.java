package dev.changeover.host;

import static java.nio.file.attribute.PosixFilePermission.OTHERS_EXECUTE;
import static java.nio.file.attribute.PosixFilePermission.OTHERS_READ;
import static java.nio.file.attribute.PosixFilePermission.OTHERS_WRITE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where a server of this user keeps its files, and where an agent or a command line beside it finds them. */
public final class DataDirectory {
    private static final Logger LOG = LoggerFactory.getLogger(DataDirectory.class);
    private static final Set<PosixFilePermission> MINE = PosixFilePermissions.fromString("rwx------");

    /** Files that a server and its Temporal keep in it. */
    private static final Pattern OURS =
            Pattern.compile("(changeover|temporal)\\..*|secret\\.key|server\\.json|operator-token");

    private DataDirectory() {}

    /** {@code CHANGEOVER_DATA}, else {@code .changeover} in the user's home, as in application.toml. */
    public static Path ofThisUser() {
        var told = System.getenv("CHANGEOVER_DATA");
        return told == null || told.isBlank() ? Path.of(System.getProperty("user.home"), ".changeover") : Path.of(told);
    }

    /**
     * Makes it for this user's eyes only: its files have what goes through Temporal, and how passwords and keys are
     * stored. One that is there and that everybody may enter is closed if nothing else is in it, and warned of if there
     * is: it may be a home, or {@code /srv}. Access of its group is somebody's decision and stays.
     *
     * @throws UncheckedIOException if it cannot be made, or is no directory that this user may read and write
     */
    public static void make(Path directory) {
        try {
            if (Files.notExists(directory)) {
                FileTree.makePrivate(directory);
            }
            if (!Files.isDirectory(directory)) {
                throw new NotDirectoryException(directory.toString());
            }
            if (!Files.isReadable(directory) || !Files.isWritable(directory) || !Files.isExecutable(directory)) {
                throw why(directory);
            }
            keepPrivate(directory);
        } catch (IOException failure) {
            throw new UncheckedIOException(
                    "the data directory %s, which CHANGEOVER_DATA can name, cannot be used".formatted(directory),
                    failure);
        }
    }

    /** Looked for only where it cannot be used: a writable mount of the device of a read-only one would count as that. */
    private static FileSystemException why(Path directory) throws IOException {
        return Files.getFileStore(directory).isReadOnly()
                ? new FileSystemException(directory.toString(), null, "its file system is read-only")
                : new AccessDeniedException(directory.toString());
    }

    private static void keepPrivate(Path directory) throws IOException {
        var permissions = Files.getPosixFilePermissions(directory);
        if (!permissions.contains(OTHERS_EXECUTE) && !permissions.contains(OTHERS_READ)) {
            return;
        }
        if (!permissions.contains(OTHERS_WRITE) && hasOnlyOurs(directory)) {
            Files.setPosixFilePermissions(directory, MINE);
            LOG.info("every user of this host could enter the data directory {}: now only this one can", directory);
        } else {
            LOG.warn(
                    "every user of this host can enter the data directory {} and read what is in it:"
                            + " name one of the server's own in CHANGEOVER_DATA, or take that away with chmod",
                    directory);
        }
    }

    private static boolean hasOnlyOurs(Path directory) throws IOException {
        try (var entries = Files.list(directory)) {
            return entries.allMatch(
                    entry -> OURS.matcher(String.valueOf(entry.getFileName())).matches());
        }
    }
}
