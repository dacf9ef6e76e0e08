package dev.changeover.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that must be found again, whatever happens to the host, and that only this user reads: the one writer of such
 * files. Content is written under another name beside it, forced to the disk, and takes its name in one step, which is
 * forced to the disk too. So a full disk, an error of the disk or a power failure leaves what was there, or the new content,
 * never a part of it, and a method that returns has written.
 */
public final class PrivateFile {

    /** What a file is called, after its own name, once it was found damaged. */
    public static final String DAMAGED = ".damaged";

    /** What a file is, in its mode (inode(7)). */
    private static final int KIND = 0170000;

    private static final int SOCKET = 0140000;

    private static final Logger LOG = LoggerFactory.getLogger(PrivateFile.class);

    private PrivateFile() {}

    /** Makes or replaces the file, and makes the directories above it. */
    public static void write(Path file, String content) throws IOException {
        write(file, content, StandardCharsets.UTF_8);
    }

    /** The same for a text of another encoding. */
    public static void write(Path file, String content, Charset encoding) throws IOException {
        replace(file, beside(file, content, encoding));
    }

    /** The same, but leaves a file that is there as it is: of processes that do this at once, one makes it. */
    public static void writeIfAbsent(Path file, String content) throws IOException {
        var fresh = beside(file, content, StandardCharsets.UTF_8);
        try {
            Files.createLink(file, fresh);
            FileTree.sync(directory(file));
        } catch (FileAlreadyExistsException faster) {
            // the other one's is kept
        } finally {
            Files.delete(fresh);
        }
    }

    /**
     * Adds to the end of a file that is there, and forces it to the disk. Where that fails, or the host does, a part may be
     * at the end: whoever reads the file has to know a line by its end.
     */
    public static void append(Path file, String lines) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            writeAndForce(channel, lines.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Makes or replaces a symbolic link. */
    public static void link(Path link, Path target) throws IOException {
        var fresh = link.resolveSibling(
                "." + link.getFileName() + "-" + ProcessHandle.current().pid());
        Files.deleteIfExists(fresh);
        replace(link, Files.createSymbolicLink(fresh, target));
    }

    /**
     * The lines of a file of whole lines; empty where the last one has no end, or where it is no text: then something has
     * cut it or written over it, and a word of it may be half of one.
     */
    public static Optional<List<String>> wholeLines(Path file) throws IOException {
        try {
            var text = Files.readString(file);
            return text.isEmpty() || text.endsWith("\n")
                    ? Optional.of(text.lines().toList())
                    : Optional.empty();
        } catch (CharacterCodingException noText) {
            return Optional.empty();
        }
    }

    /** The one line of such a file; empty where there is another number of them, too. */
    public static Optional<String> wholeLine(Path file) throws IOException {
        return wholeLines(file).filter(lines -> lines.size() == 1).map(List::getFirst);
    }

    /**
     * Takes a file out of the way that is not what somebody wrote, so that it neither stops anything nor is lost; a person
     * may look at it. Says so.
     *
     * @param why what is wrong with it, as the end of a sentence
     */
    public static void setAside(Path file, String why) throws IOException {
        var aside = file.resolveSibling(file.getFileName() + DAMAGED);
        FileTree.delete(aside);
        Files.move(file, aside, StandardCopyOption.ATOMIC_MOVE);
        LOG.warn("{} {}; it was set aside as {}", file, why, aside.getFileName());
    }

    /**
     * Sets aside every pipe and device in a directory and in those directly in it: whoever reads a pipe waits for ever.
     * Sockets and links stay, and so does what this user may not look at or move.
     */
    public static void setPipesAside(Path directory) {
        for (var file : list(directory)) {
            if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) list(file).forEach(PrivateFile::setAsideIfPipe);
            else setAsideIfPipe(file);
        }
    }

    private static List<Path> list(Path directory) {
        try (var files = Files.list(directory)) {
            return files.toList();
        } catch (IOException | UncheckedIOException unreadable) {
            LOG.debug("{} is not looked through for pipes", directory, unreadable);
            return List.of();
        }
    }

    private static void setAsideIfPipe(Path file) {
        try {
            var isOther = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .isOther();
            if (isOther
                    && ((int) Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS) & KIND) != SOCKET
                    && !file.toString().endsWith(DAMAGED)) {
                setAside(file, "is no file but a pipe or a device");
            }
        } catch (IOException failure) {
            LOG.warn(
                    "{} is looked at in vain, and would be in the way if it were a pipe: {}", file, Reason.of(failure));
        }
    }

    private static void replace(Path file, Path fresh) throws IOException {
        try {
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            FileTree.sync(directory(file));
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    private static Path beside(Path file, String content, Charset encoding) throws IOException {
        Files.createDirectories(directory(file));
        var mine = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        var fresh = Files.createTempFile(directory(file), String.valueOf(file.getFileName()), ".new", mine);
        try (var channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
            writeAndForce(channel, content.getBytes(encoding));
            return fresh;
        } catch (IOException failure) {
            Files.deleteIfExists(fresh);
            throw failure;
        }
    }

    private static void writeAndForce(FileChannel channel, byte[] content) throws IOException {
        var bytes = ByteBuffer.wrap(content);
        while (bytes.hasRemaining()) channel.write(bytes);
        channel.force(false); // size and content, without the times
    }

    private static Path directory(Path file) {
        return Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file has a directory");
    }
}
