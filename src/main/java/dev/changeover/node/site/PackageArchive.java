package dev.changeover.node.site;

import dev.changeover.host.SmallHeap;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.MemoryLimitException;
import org.apache.commons.compress.archivers.ar.ArArchiveEntry;
import org.apache.commons.compress.archivers.ar.ArArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * Unpacks a kernel's package, a {@code .tar.gz} or a {@code .deb}, into a directory and into nothing else: absolute
 * paths, {@code ..}, links that leave the tree or lead behind other links, devices and setuid bits are refused, and so is
 * a bomb, of content or of memory. Sizes are counted as they are written, whatever the package says.
 */
final class PackageArchive {

    private static final int AR = '!';
    private static final int GZIP = 0x1f;
    private static final int BUFFER = 64 << 10;
    private static final int MOST_ENTRIES = 50_000;
    private static final long MOST_BYTES = 1L << 30;

    /** What xz -7 needs; the agent's heap has 48 MB. A package says itself what it wants, up to 4 GB. */
    private static final int MOST_MEMORY_KB = 24 << 10;

    /** What zstd -22 needs, and the program. */
    private static final int MOST_MEMORY_OF_DPKG_KB = 256 << 10;

    /** What a shell ends with that does not find a program. */
    private static final int MISSING = 127;

    private static final int SPECIAL_BITS = 07000;
    private static final int STICKY = 01000;

    private final PackageTree tree;
    private int entries;
    private long bytes;

    private PackageArchive(Path root) {
        this.tree = new PackageTree(root);
    }

    /** @throws IOException when the package is not one, or holds something that is refused; the message names it */
    static void unpack(Path file, Path into) throws IOException {
        SmallHeap.clean(); // its window is 8 MB and more, for which the heap would grow before it is cleaned
        try (var in = new BufferedInputStream(Files.newInputStream(file))) {
            in.mark(1);
            var first = in.read();
            in.reset();
            switch (first) {
                case AR -> new PackageArchive(into).unpackDeb(in, file);
                case GZIP -> new PackageArchive(into).unpackTar(new GZIPInputStream(in, BUFFER));
                default -> throw new IOException("it is neither a .tar.gz nor a .deb");
            }
        } catch (EOFException early) {
            throw new IOException("it is damaged or ends too early", early);
        } finally {
            SmallHeap.clean();
        }
    }

    private void unpackDeb(InputStream in, Path file) throws IOException {
        var headers = new BoundedTar.HeaderBound(in);
        var members = new ArArchiveInputStream(headers);
        for (ArArchiveEntry member; (member = headers.read(members::getNextEntry)) != null; ) {
            var name = member.getName();
            if (!name.startsWith("data.tar")) {
                members.transferTo(OutputStream.nullOutputStream());
                continue;
            }
            if (member.getSize() == 0) throw new IOException("its " + name + " is empty");
            switch (name) {
                case "data.tar.xz" -> unpackXz(members);
                case "data.tar.gz" -> unpackTar(new GZIPInputStream(members, BUFFER));
                case "data.tar" -> unpackTar(members);
                default -> unpackByDpkg(file, name);
            }
            return;
        }
        throw new IOException("the .deb has no data.tar");
    }

    private void unpackXz(InputStream in) throws IOException {
        try {
            unpackTar(new XZCompressorInputStream(in, false, MOST_MEMORY_KB));
        } catch (MemoryLimitException tooMuch) {
            throw new IOException(
                    "it needs %d MB of memory to be unpacked, more than %d; pack it with xz -6"
                            .formatted(tooMuch.getMemoryNeededInKb() >> 10, MOST_MEMORY_KB >> 10),
                    tooMuch);
        }
    }

    /** What else there is, such as zstd: a host that such a package is made for has the program that reads it. */
    private void unpackByDpkg(Path file, String member) throws IOException {
        var bounded = "ulimit -v %d; exec dpkg-deb --fsys-tarfile \"$1\"".formatted(MOST_MEMORY_OF_DPKG_KB);
        var dpkg = new ProcessBuilder("sh", "-c", bounded, "sh", file.toString())
                .redirectInput(new File("/dev/null"))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (var tar = dpkg.getInputStream()) {
            unpackTar(tar);
            tar.transferTo(OutputStream.nullOutputStream());
        } catch (IOException broken) {
            if (dpkg.onExit().join().exitValue() == MISSING)
                throw new IOException("its content is " + member + ", for which this host needs dpkg-deb", broken);
            if (entries > 0 || dpkg.exitValue() == 0) throw broken;
        }
        if (dpkg.onExit().join().exitValue() != 0) throw new IOException("dpkg-deb cannot read its " + member);
    }

    private void unpackTar(InputStream in) throws IOException {
        var tar = new BoundedTar(in);
        for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
            if (++entries > MOST_ENTRIES) throw new IOException("it holds more than " + MOST_ENTRIES + " files");
            unpack(entry, tar);
            tar.finishEntry();
        }
        if (entries == 0) throw new IOException("it is empty");
        tree.checkLinks();
    }

    private void unpack(TarArchiveEntry entry, TarArchiveInputStream tar) throws IOException {
        var name = entry.getName();
        var target = tree.inside(name, name);
        if ((entry.getMode() & SPECIAL_BITS & ~STICKY) != 0 && !entry.isDirectory()) {
            throw new IOException("'" + name + "' has a setuid or setgid bit");
        }
        tree.refuseOccupied(target, name, entry.isDirectory());
        if (entry.isDirectory()) {
            Files.createDirectories(target);
            return;
        }
        Files.createDirectories(Objects.requireNonNull(target.getParent()));
        if (entry.isSymbolicLink()) {
            if (entry.getLinkName().isEmpty()) throw new IOException("'" + name + "' is a link to nothing");
            // Where it leads is known once everything is there.
            Files.createSymbolicLink(target, PackageTree.path(entry.getLinkName()));
        } else if (entry.isLink()) {
            var same = tree.inside(entry.getLinkName(), name);
            tree.refuseBehindLink(same, name);
            if (!Files.isRegularFile(same, LinkOption.NOFOLLOW_LINKS))
                throw new IOException("'" + name + "' is a link to no file");
            Files.createLink(target, same);
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

    private void write(TarArchiveEntry entry, TarArchiveInputStream tar, Path target) throws IOException {
        // A sparse file says little of itself and is much; what it says is compared too, only to end sooner.
        if (bytes + entry.getRealSize() > MOST_BYTES) throw tooMuch();
        try (var out = Files.newOutputStream(target, StandardOpenOption.CREATE_NEW)) {
            var buffer = new byte[BUFFER];
            for (int count; (count = tar.read(buffer)) > 0; out.write(buffer, 0, count)) {
                if ((bytes += count) > MOST_BYTES) throw tooMuch();
            }
        }
        Files.setPosixFilePermissions(target, permissions(entry.getMode()));
    }

    private static IOException tooMuch() {
        return new IOException("it holds more than " + (MOST_BYTES >> 20) + " MB");
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
