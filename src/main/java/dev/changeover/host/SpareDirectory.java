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
        if (Files.notExists(home)) return Optional.empty();
        var owner = Files.getOwner(home);
        var spare = at(home, owner);
        return Files.isDirectory(spare, NOFOLLOW_LINKS) && isPrivate(spare, owner)
                ? Optional.of(spare)
                : Optional.empty();
    }

    /**
     * The same, made where it is not there, by the owner of the directory.
     *
     * @throws IOException the reason, if it cannot be
     */
    public static Path make(Path home, IOException because) throws IOException {
        var owner = Files.getOwner(home);
        var spare = at(home, owner);
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

    /** The same for whoever asks: root may look at what is another user's. */
    private static Path at(Path home, UserPrincipal owner) {
        var isRoots = owner.getName().equals("root") && Files.isWritable(Path.of("/run"));
        var memory = Path.of(isRoots ? "/run" : "/dev/shm");
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
