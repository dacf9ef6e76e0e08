package dev.changeover.host;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Objects;

/** A directory with all that is in it. */
public final class FileTree {
    private FileTree() {}

    /** Removes it, if it is there; links in it are removed, not followed. */
    public static void delete(Path tree) throws IOException {
        if (Files.notExists(tree, LinkOption.NOFOLLOW_LINKS)) return;
        try (var paths = Files.walk(tree)) {
            for (var path : paths.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(path);
        }
    }

    /** Makes a directory that only this user may enter, and those above it as usual; one that is there stays as it is. */
    public static void makePrivate(Path directory) throws IOException {
        var parent = directory.toAbsolutePath().getParent();
        if (parent != null) Files.createDirectories(parent);
        try {
            Files.createDirectory(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(directory)) throw e;
        }
    }

    /**
     * Lets a finished directory appear under its name: everything in it is on the disk before, so that what is there is
     * whole, also after a power failure.
     */
    public static void publish(Path tree, Path home) throws IOException {
        try (var files = Files.walk(tree)) {
            for (var file : files.filter(path -> !Files.isSymbolicLink(path)).toList()) sync(file);
        }
        Files.move(tree, home, StandardCopyOption.ATOMIC_MOVE);
        sync(Objects.requireNonNull(home.toAbsolutePath().getParent()));
    }

    /** Returns once a file's content, or a directory's names, would survive a power failure. */
    public static void sync(Path file) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
