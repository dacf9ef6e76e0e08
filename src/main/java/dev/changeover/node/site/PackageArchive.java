package dev.changeover.node.site;

import java.io.BufferedInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import org.apache.commons.compress.archivers.ar.ArArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * Unpacks a kernel's package, a {@code .tar.gz} or a {@code .deb}, into a directory and into nothing else: absolute
 * paths, {@code ..}, links that leave the tree, devices and setuid bits are refused, and so is a bomb.
 */
final class PackageArchive {

    private static final int AR = '!';
    private static final int GZIP = 0x1f;
    private static final int MOST_ENTRIES = 50_000;
    private static final long MOST_BYTES = 1L << 30;
    private static final int SPECIAL_BITS = 07000;
    private static final int STICKY = 01000;

    private final Path root;
    private int entries;
    private long bytes;

    private PackageArchive(Path root) {
        this.root = root;
    }

    /** @throws IOException when the package is not one, or holds something that is refused; the message names it */
    static void unpack(Path file, Path into) throws IOException {
        try (var in = new BufferedInputStream(Files.newInputStream(file))) {
            in.mark(1);
            var first = in.read();
            in.reset();
            switch (first) {
                case AR -> new PackageArchive(into).unpackDeb(in, file);
                case GZIP -> new PackageArchive(into).unpackTar(new GzipCompressorInputStream(in));
                default -> throw new IOException("it is neither a .tar.gz nor a .deb");
            }
        }
    }

    private void unpackDeb(InputStream in, Path file) throws IOException {
        var members = new ArArchiveInputStream(in);
        for (var member = members.getNextEntry(); member != null; member = members.getNextEntry()) {
            var name = member.getName();
            if (!name.startsWith("data.tar")) continue;
            switch (name) {
                case "data.tar.xz" -> unpackTar(new XZCompressorInputStream(members));
                case "data.tar.gz" -> unpackTar(new GzipCompressorInputStream(members));
                case "data.tar" -> unpackTar(members);
                default -> unpackByDpkg(file, name);
            }
            return;
        }
        throw new IOException("the .deb has no data.tar");
    }

    /** What else there is, such as zstd: a host that such a package is made for has the program that reads it. */
    private void unpackByDpkg(Path file, String member) throws IOException {
        var dpkg = startDpkg(file, member);
        try (var tar = dpkg.getInputStream()) {
            unpackTar(tar);
            tar.transferTo(OutputStream.nullOutputStream());
            if (dpkg.onExit().join().exitValue() != 0) throw new IOException("dpkg-deb cannot read its " + member);
        } finally {
            dpkg.destroyForcibly();
        }
    }

    private static Process startDpkg(Path file, String member) throws IOException {
        try {
            return new ProcessBuilder("dpkg-deb", "--fsys-tarfile", file.toString())
                    .redirectInput(new File("/dev/null"))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException missing) {
            throw new IOException("its content is " + member + ", for which this host needs dpkg-deb", missing);
        }
    }

    private void unpackTar(InputStream in) throws IOException {
        var tar = new TarArchiveInputStream(in);
        for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
            if (++entries > MOST_ENTRIES) throw new IOException("it holds more than " + MOST_ENTRIES + " files");
            unpack(entry, tar);
        }
        if (entries == 0) throw new IOException("it is empty");
    }

    private void unpack(TarArchiveEntry entry, TarArchiveInputStream tar) throws IOException {
        var name = entry.getName();
        var target = inside(root, name, name);
        if ((entry.getMode() & SPECIAL_BITS & ~STICKY) != 0 && !entry.isDirectory()) {
            throw new IOException("'" + name + "' has a setuid or setgid bit");
        }
        if (entry.isDirectory()) {
            Files.createDirectories(target);
            return;
        }
        var parent = Objects.requireNonNull(target.getParent());
        Files.createDirectories(parent);
        // An earlier entry may have made a link of a parent; what lies behind it must still be inside.
        if (!parent.toRealPath().startsWith(root.toRealPath())) {
            throw new IOException("'" + name + "' lies behind a link that leaves the package");
        }
        if (entry.isSymbolicLink()) {
            var link = entry.getLinkName();
            inside(parent, link, name);
            Files.createSymbolicLink(target, Path.of(link));
        } else if (entry.isLink()) {
            Files.createLink(target, inside(root, entry.getLinkName(), name));
        } else if (isPlain(entry)) {
            write(entry, tar, target);
        } else {
            throw new IOException("'" + name + "' is neither a file, a directory nor a link");
        }
    }

    /** The library's own question also takes devices and pipes for files. */
    private static boolean isPlain(TarArchiveEntry entry) {
        return entry.isFile() && !entry.isCharacterDevice() && !entry.isBlockDevice() && !entry.isFIFO();
    }

    private Path inside(Path base, String written, String name) throws IOException {
        var path = Path.of(written);
        var target = base.resolve(written).normalize();
        if (path.isAbsolute() || !target.startsWith(root)) {
            throw new IOException("'" + name + "' leads out of the package");
        }
        return target;
    }

    private void write(TarArchiveEntry entry, TarArchiveInputStream tar, Path target) throws IOException {
        bytes += entry.getSize();
        if (bytes > MOST_BYTES) throw new IOException("it holds more than " + (MOST_BYTES >> 20) + " MB");
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) throw new IOException("'" + entry.getName() + "' twice");
        Files.copy(tar, target);
        Files.setPosixFilePermissions(target, permissions(entry.getMode()));
    }

    /** Never writable for others, whoever packed it. */
    private static Set<PosixFilePermission> permissions(int mode) {
        var readable = PosixFilePermissions.fromString("rw-r--r--");
        if ((mode & 0111) == 0) return readable;
        var executable = EnumSet.copyOf(readable);
        executable.addAll(PosixFilePermissions.fromString("--x--x--x"));
        return executable;
    }
}
