package dev.changeover.demo;

import dev.changeover.host.ProgramRun;
import dev.changeover.host.Sha256;
import dev.changeover.inventory.KernelVersion;
import dev.changeover.node.KernelToRun;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Two HAProxy versions to upgrade between, had without asking and without root:
 *
 * <ol>
 *   <li>two packages in our cache are taken as they are;
 *   <li>else the two newest versions that apt knows are downloaded into it, never a fixed one: old versions vanish;
 *   <li>where apt offers one only, an installed HAProxy of another version is the second;
 *   <li>a package whose libraries the host lacks becomes a {@code .tar.gz} that carries them in {@code usr/lib}.
 * </ol>
 *
 * A file lock makes it safe for several processes at once; every file appears in the cache by rename, so one that is
 * there is whole.
 */
public final class HaproxyKernels {
    /**
     * The version of a build in Debian and Ubuntu: three upstream numbers, then the number of the distribution's
     * update.
     */
    private static final Pattern REPORTED =
            Pattern.compile("(\\d+\\.\\d+\\.\\d+)-[^+]*?(?:\\+deb\\d+u(\\d+)|ubuntu(?:[\\d.]*\\.)?(\\d+))?");

    private static final Pattern PACKAGE_FILE = Pattern.compile("haproxy_(.+)_[a-z0-9]+\\.(?:deb|tar\\.gz)");

    private final Path cache;
    private final DebianPackages packages;

    HaproxyKernels(Path cache, Predicate<String> installed) {
        this.cache = cache;
        this.packages = new DebianPackages(installed);
    }

    /** The kernels of {@code $XDG_CACHE_HOME/changeover/haproxy}, or the same below {@code ~/.cache}. */
    public static HaproxyKernels ofThisHost() {
        String configured = System.getenv("XDG_CACHE_HOME");
        Path caches = configured == null || configured.isEmpty()
                ? Path.of(System.getProperty("user.home"), ".cache")
                : Path.of(configured);
        return new HaproxyKernels(caches.resolve("changeover").resolve("haproxy"), DebianPackages::isInstalled);
    }

    public sealed interface Availability {}

    /** Two kernels, the older one first. */
    public record Available(Kernel older, Kernel newer) implements Availability {}

    /** No two kernels here; the reason is one sentence for people. */
    public record Unavailable(String reason) implements Availability {}

    /**
     * One kernel package.
     *
     * @param version four numbers, as in the catalogue: {@code 2.6.12.3}
     * @param reportedVersion what {@code haproxy -v} says: {@code 2.6.12-1+deb12u3}
     * @param packageFile a {@code .deb}, or a {@code .tar.gz} with {@code usr/sbin/haproxy} and, where it brings
     *     libraries, {@code usr/lib/<triplet>}
     * @param sha256 of the package file, in lower-case hexadecimal
     */
    public record Kernel(String version, String reportedVersion, Path packageFile, String sha256) {
        /** For an agent on this host. */
        public KernelToRun toRun() {
            var source = new KernelToRun.Source(
                    System.getProperty("os.arch"), packageFile.toUri().toString(), sha256);
            return new KernelToRun(KernelVersion.of(version), reportedVersion, List.of(source));
        }
    }

    /** Looks in the cache, then asks apt; a download takes seconds, the cache milliseconds. Safe from any thread. */
    public Availability find() {
        synchronized (HaproxyKernels.class) { // a file lock excludes other processes only
            try {
                Files.createDirectories(cache);
                try (var channel = FileChannel.open(
                                cache.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                        var lock = channel.lock()) {
                    assert lock.isValid();
                    return pair(kernels());
                }
            } catch (IOException failure) {
                return new Unavailable("Two HAProxy versions could not be had: " + failure.getMessage());
            }
        }
    }

    /** The four numbers of the catalogue for what HAProxy reports; empty for a build that is numbered another way. */
    static Optional<String> versionOf(String reported) {
        var match = REPORTED.matcher(reported);
        if (!match.matches()) {
            return Optional.empty();
        }
        String update = match.group(2) != null ? match.group(2) : match.group(3);
        return Optional.of(match.group(1) + "." + (update == null ? "0" : update));
    }

    private List<Kernel> kernels() throws IOException {
        List<Kernel> kernels = new ArrayList<>(cached());
        if (kernels.size() < 2) {
            kernels.addAll(downloaded());
        }
        var program = ProgramRun.find("haproxy");
        if (kernels.size() < 2 && program.isPresent()) {
            Path packed = KernelArchive.ofInstalled(program.get(), cache);
            kernel(reportedBy(packed), packed).ifPresent(kernels::add);
        }
        return kernels;
    }

    private List<Kernel> cached() throws IOException {
        List<Kernel> kernels = new ArrayList<>();
        try (Stream<Path> files = Files.list(cache)) {
            for (Path file : files.toList()) {
                if (isPackage(file) && packages.runsHere(file)) {
                    kernel(reportedBy(file), file).ifPresent(kernels::add);
                }
            }
        }
        return kernels;
    }

    private List<Kernel> downloaded() throws IOException {
        if (ProgramRun.find("apt-get").isEmpty()) {
            throw new IOException("there is no apt-get on this host; put two packages named "
                    + "haproxy_<what haproxy -v reports>_<architecture>.tar.gz into " + cache);
        }
        List<Kernel> kernels = List.of();
        try {
            kernels = downloaded(packages);
        } catch (IOException listsAreOld) {
            // The versions they name are gone from the archive; new lists tell what is there.
        }
        return kernels.size() >= 2 ? kernels : downloaded(packages.withListsIn(cache.resolve("apt")));
    }

    private List<Kernel> downloaded(DebianPackages from) throws IOException {
        List<Kernel> kernels = new ArrayList<>();
        for (String reported : from.versionsOf("haproxy")) {
            if (kernels.size() < 2 && versionOf(reported).isPresent()) {
                kernel(reported, from.fetch("haproxy", reported, cache)).ifPresent(kernels::add);
            }
        }
        return kernels;
    }

    private static boolean isPackage(Path file) {
        return PACKAGE_FILE.matcher(file.getFileName().toString()).matches();
    }

    private static String reportedBy(Path packageFile) {
        return PACKAGE_FILE.matcher(packageFile.getFileName().toString()).replaceFirst("$1");
    }

    private static Optional<Kernel> kernel(String reported, Path file) throws IOException {
        String sha256 = Sha256.of(Files.readAllBytes(file));
        return versionOf(reported).map(version -> new Kernel(version, reported, file, sha256));
    }

    private static Availability pair(List<Kernel> kernels) {
        var newestFirst = kernels.stream()
                .sorted(Comparator.comparing((Kernel kernel) -> KernelVersion.of(kernel.version()))
                        .reversed())
                .toList();
        return newestFirst.stream()
                .filter(kernel ->
                        !kernel.version().equals(newestFirst.getFirst().version()))
                .findFirst()
                .<Availability>map(older -> new Available(older, newestFirst.getFirst()))
                .orElseGet(() -> new Unavailable("apt offers fewer than two HAProxy versions here; "
                        + "run 'apt-get update' as root if it has no package lists yet."));
    }
}
