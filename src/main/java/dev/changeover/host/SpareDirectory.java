package dev.changeover.host;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A directory in memory, this user's alone, for what must have files although the disk of another directory takes none. */
public final class SpareDirectory {
    private static final Logger LOG = LoggerFactory.getLogger(SpareDirectory.class);

    private SpareDirectory() {}

    /** That of this directory, if it is there. */
    public static Optional<Path> of(Path home) throws IOException {
        var spare = at(home);
        return Files.isDirectory(spare, NOFOLLOW_LINKS) && isPrivate(spare, Files.getOwner(home))
                ? Optional.of(spare)
                : Optional.empty();
    }

    /**
     * The same, made where it is not there, by the owner of the directory.
     *
     * @throws IOException the reason, if it cannot be
     */
    public static Path make(Path home, IOException because) throws IOException {
        var spare = at(home);
        var owner = Files.getOwner(home);
        if (!owner.equals(Files.getOwner(Path.of("/proc/self")))) throw because;
        if (Files.notExists(spare, NOFOLLOW_LINKS)) {
            LOG.warn(
                    "{} takes no files, so what needs some has them in memory, in {}: {}",
                    home,
                    spare,
                    Reason.of(because));
            FileTree.makePrivate(spare);
        }
        if (!isPrivate(spare, owner)) throw because;
        return spare;
    }

    private static Path at(Path home) {
        var memory = Path.of(Files.isWritable(Path.of("/run")) ? "/run" : "/dev/shm");
        var named = home.toAbsolutePath().normalize().toString().getBytes(StandardCharsets.UTF_8);
        return memory.resolve("changeover-" + UUID.nameUUIDFromBytes(named));
    }

    /** Everybody may write beside it. */
    private static boolean isPrivate(Path spare, UserPrincipal owner) throws IOException {
        var is = Files.readAttributes(spare, PosixFileAttributes.class, NOFOLLOW_LINKS);
        return is.isDirectory()
                && is.owner().equals(owner)
                && is.permissions().equals(PosixFilePermissions.fromString("rwx------"));
    }
}
