package dev.changeover.node.site;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Where the names in a package may lead: below this directory, to a place that is free. What a file system would not take is
 * refused in words that name it, because what a file system says is taken for a fault of the host.
 */
record PackageTree(Path root) {
    private static final int MOST_LINKS = 40;

    /** In bytes: below what a system takes, because directories of the host come before it. */
    private static final int MOST_LENGTH = 1024;

    private static final int MOST_LENGTH_OF_STEP = 255;

    /** Only a directory may be there already. */
    void refuseOccupied(Path target, String name, boolean isDirectory) throws IOException {
        refuseBehindLink(target, name);
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS) && !(isDirectory && Files.isDirectory(target))) {
            throw new IOException("'%s' %s".formatted(name, target.equals(root) ? "is no name of a file" : "twice"));
        }
    }

    /** Nothing is put behind a link: it would be where the link leads, now or after the next one. */
    void refuseBehindLink(Path target, String name) throws IOException {
        for (var at = target; !at.equals(root); at = Objects.requireNonNull(at.getParent())) {
            if (Files.isSymbolicLink(at))
                throw new IOException("'" + name + (at.equals(target) ? "' twice" : "' lies behind a link"));
            if (!at.equals(target) && Files.isRegularFile(at, LinkOption.NOFOLLOW_LINKS))
                throw new IOException("'" + name + "' lies below a file");
        }
    }

    /** Follows every link, step by step and through others, as the system will. */
    void checkLinks() throws IOException {
        try (var all = Files.walk(root)) {
            for (var link : all.filter(Files::isSymbolicLink).toList()) follow(link, link, 0);
        }
    }

    /** @return what a link leads to; there may be nothing */
    private Path follow(Path link, Path first, int links) throws IOException {
        var target = Files.readSymbolicLink(link);
        var at = Objects.requireNonNull(link.getParent());
        if (target.isAbsolute() || links > MOST_LINKS) throw leadsOut(first);
        for (var step : target) {
            at = step.toString().equals("..")
                    ? Objects.requireNonNull(at.getParent())
                    : at.resolve(step).normalize();
            if (!at.startsWith(root)) throw leadsOut(first);
            if (Files.isSymbolicLink(at)) at = follow(at, first, links + 1);
        }
        return at;
    }

    private IOException leadsOut(Path link) {
        return new IOException("'" + root.relativize(link) + "' leads out of the package");
    }

    /** @param name of the entry that says so */
    Path inside(String written, String name) throws IOException {
        var path = path(written);
        var target = root.resolve(path).normalize();
        if (path.isAbsolute() || !target.startsWith(root)) {
            throw new IOException("'" + name + "' leads out of the package");
        }
        return target;
    }

    static Path path(String written) throws IOException {
        try {
            var path = Path.of(written);
            for (var step : path) {
                if (length(path) > MOST_LENGTH || length(step) > MOST_LENGTH_OF_STEP) {
                    throw new IOException("a name in it is too long: '%.60s…'".formatted(written));
                }
            }
            return path;
        } catch (InvalidPathException none) {
            throw new IOException("a name in it is none", none);
        }
    }

    private static int length(Path path) {
        return path.toString().getBytes(StandardCharsets.UTF_8).length;
    }
}
