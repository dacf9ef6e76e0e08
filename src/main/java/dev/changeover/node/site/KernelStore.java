package dev.changeover.node.site;

import dev.changeover.host.FileTree;
import dev.changeover.host.Reason;
import dev.changeover.inventory.KernelVersion;
import dev.changeover.node.KernelToRun;
import dev.changeover.node.NodeFault;
import dev.changeover.node.driver.Breakpoint;
import dev.changeover.node.driver.ProxyDriver;
import dev.changeover.node.driver.StagedKernel;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;

/**
 * The kernels of this host, one directory a version. A kernel is made beside, verified, and appears by rename, so what is
 * there is whole; nothing in it changes afterwards.
 */
public final class KernelStore {

    /** Below this nothing is staged: a package, its content, and room for what HAProxy and others write. */
    public static final long NEEDED_BYTES = 64L << 20;

    private static final Pattern VERSION = Pattern.compile("\\d{1,9}(\\.\\d{1,9}){3}");
    private static final String UNFINISHED = ".staging-";

    private final Path directory;
    private final List<String> allowed;
    private final LongSupplier free;
    private final ProxyDriver driver;

    public KernelStore(Path directory, List<String> allowed, LongSupplier free, ProxyDriver driver) {
        this.directory = directory;
        this.allowed = allowed;
        this.free = free;
        this.driver = driver;
    }

    public long freeBytes() {
        return free.getAsLong();
    }

    public Path directory() {
        return directory;
    }

    public Optional<StagedKernel> find(KernelVersion version) throws IOException {
        return all().stream().filter(kernel -> kernel.version().equals(version)).findFirst();
    }

    /** Which kernel a running program is, by what it says of itself; empty for one that was not staged here. */
    public Optional<KernelVersion> versionOf(String reportedVersion) throws IOException {
        return all().stream()
                .filter(kernel -> kernel.reportedVersion().equals(reportedVersion))
                .map(StagedKernel::version)
                .findFirst();
    }

    public List<StagedKernel> all() throws IOException {
        if (Files.notExists(directory)) return List.of();
        var kernels = new ArrayList<StagedKernel>();
        try (var entries = Files.newDirectoryStream(directory, entry -> new KernelNotes(entry).isKernel())) {
            for (var entry : entries) {
                var name = entry.getFileName().toString();
                // Something of somebody else.
                if (!VERSION.matcher(name).matches()) continue;
                new KernelNotes(entry)
                        .reportedVersion(driver)
                        .ifPresent(reported -> kernels.add(new StagedKernel(KernelVersion.of(name), reported, entry)));
            }
        }
        kernels.sort(Comparator.comparing(StagedKernel::version));
        return kernels;
    }

    /**
     * The kernel, if it is here and of the catalogue's package. One of no package, which an adoption took, is used while
     * it runs; else the catalogue's takes its place.
     */
    public Optional<StagedKernel> find(KernelToRun kernel) throws IOException {
        var known = find(kernel.version());
        var source = kernel.source();
        if (known.isEmpty() || source.isEmpty()) return known;
        var notes = new KernelNotes(known.get().directory());
        var isOne = notes.isOfPackage()
                ? notes.packageSha256()
                        .filter(source.get().sha256()::equalsIgnoreCase)
                        .isPresent()
                : driver.isInUse(notes.kernel());
        return isOne ? known : Optional.empty();
    }

    /** Which must be here. */
    public StagedKernel staged(KernelToRun kernel) throws IOException {
        return find(kernel)
                .orElseThrow(() -> NodeFault.NO_PACKAGE.because(
                        "kernel %s of the catalogue's package is not staged on this node: stage it first"
                                .formatted(kernel.version())));
    }

    /** Of whatever package. */
    public StagedKernel staged(KernelVersion version) throws IOException {
        return find(version)
                .orElseThrow(() -> NodeFault.NO_PACKAGE.because(
                        "kernel %s is not staged on this node: stage it first".formatted(version)));
    }

    /** {@link #fetch} and {@link #publish}. The caller holds the node's lock and the one for staging. */
    public StagedKernel stage(KernelToRun kernel, Breakpoint breakpoint, Runnable beat)
            throws IOException, InterruptedException {
        return publish(fetch(kernel, breakpoint, beat), breakpoint);
    }

    /** A kernel that is whole, and its files, which are not yet there for others; none where it is. */
    public record Fetched(StagedKernel kernel, Optional<Path> tree) {}

    /**
     * Brings the kernel, unless it is here: that may take an hour. One of the same version from another package will be
     * replaced if nothing runs from it, else that is refused. The caller holds the lock for staging.
     */
    public Fetched fetch(KernelToRun kernel, Breakpoint breakpoint, Runnable beat)
            throws IOException, InterruptedException {
        var known = find(kernel).orElse(null);
        if (known != null) {
            new KernelNotes(known.directory()).mend(known.reportedVersion());
            return new Fetched(known, Optional.empty());
        }
        refuseInUse(kernel.version());
        var download = PackageDownload.choose(kernel, allowed);
        Files.createDirectories(directory);
        sweep();
        if (freeBytes() < NEEDED_BYTES) throw diskFull(kernel, freeBytes() >> 20);
        var unfinished = Files.createTempDirectory(directory, UNFINISHED);
        try {
            return fetch(kernel, download, unfinished, breakpoint, beat);
        } catch (FileSystemException e) {
            if (!String.valueOf(e.getReason()).contains("No space left")) throw e;
            throw diskFull(kernel, freeBytes() >> 20);
        }
    }

    /** Fills a directory with a kernel's tree. */
    public interface Content {
        void copyTo(Path tree) throws IOException, InterruptedException;
    }

    /** Takes a kernel that is on this host already, unless it is here. The caller holds both locks. */
    public StagedKernel take(KernelVersion version, String reportedVersion, Content content)
            throws IOException, InterruptedException {
        var known = find(version);
        if (known.isPresent()) {
            checkVersion(version, reportedVersion, known.get().directory());
            return known.get();
        }
        Files.createDirectories(directory);
        sweep();
        var unfinished = Files.createTempDirectory(directory, UNFINISHED);
        var tree = Files.createDirectory(unfinished.resolve("tree"));
        content.copyTo(tree);
        driver.checkPackage(tree);
        return publish(checked(version, reportedVersion, tree), Breakpoint.NONE);
    }

    private Fetched fetch(
            KernelToRun kernel, PackageDownload download, Path unfinished, Breakpoint breakpoint, Runnable beat)
            throws IOException, InterruptedException {
        var file = unfinished.resolve("package");
        download.to(file, beat);
        breakpoint.passed("fetch");
        var tree = Files.createDirectory(unfinished.resolve("tree"));
        try {
            PackageArchive.unpack(file, tree);
            driver.checkPackage(tree);
        } catch (FileSystemException e) {
            throw e;
        } catch (IOException e) {
            throw NodeFault.BAD_PACKAGE.because(
                    "the package of kernel %s cannot be used: %s".formatted(kernel.version(), Reason.of(e)));
        }
        breakpoint.passed("unpack");
        new KernelNotes(tree).notePackage(download.sha256());
        return checked(kernel.version(), kernel.reportedVersion(), tree);
    }

    private void refuseInUse(KernelVersion version) throws IOException {
        var home = directory.resolve(version.toString());
        if (Files.notExists(home) || !driver.isInUse(home)) return;
        throw NodeFault.CHECKSUM_MISMATCH.because(
                "kernel %s %s".formatted(version, new KernelNotes(home).againstPackage()));
    }

    private Fetched checked(KernelVersion version, String reportedVersion, Path tree)
            throws IOException, InterruptedException {
        checkVersion(version, reportedVersion, tree);
        new KernelNotes(tree).noteReportedVersion(reportedVersion);
        var home = directory.resolve(version.toString());
        return new Fetched(new StagedKernel(version, reportedVersion, home), Optional.of(tree));
    }

    /** Lets it be there for others. The caller holds the node's lock, too. */
    public StagedKernel publish(Fetched fetched, Breakpoint breakpoint) throws IOException {
        var kernel = fetched.kernel();
        if (fetched.tree().isEmpty()) return kernel;
        var tree = fetched.tree().get();
        // What is there is of another package, or damaged; it may have been started while this one was fetched.
        refuseInUse(kernel.version());
        if (Files.exists(kernel.directory())) remove(kernel.version());
        FileTree.publish(tree, kernel.directory());
        breakpoint.passed("publish");
        FileTree.delete(tree.resolveSibling(""));
        return kernel;
    }

    /** A program that does not run here, or is another one than the catalogue says, must not become the node's proxy. */
    public void checkVersion(KernelVersion version, String expected, Path kernel) throws InterruptedException {
        new KernelNotes(kernel).check(driver, version, expected);
    }

    /** Removes a kernel, unless a process still runs from it. */
    public void remove(KernelVersion version) throws IOException {
        var home = directory.resolve(version.toString());
        if (driver.isInUse(home)) return;
        // Gone as a kernel first, so that a crash in the middle leaves no half kernel behind.
        var unwanted = directory.resolve(UNFINISHED + version);
        FileTree.delete(unwanted);
        Files.move(home, unwanted, StandardCopyOption.ATOMIC_MOVE);
        FileTree.delete(unwanted);
    }

    /** Removes what a staging that never finished left behind. */
    private void sweep() throws IOException {
        try (var entries = Files.newDirectoryStream(directory, UNFINISHED + "*")) {
            for (var entry : entries) FileTree.delete(entry);
        }
    }

    private ApplicationFailure diskFull(KernelToRun kernel, long megabytes) {
        return NodeFault.DISK_FULL.because("kernel %s was not staged: %d MB are free in %s, %d MB are needed"
                .formatted(kernel.version(), megabytes, directory, NEEDED_BYTES >> 20));
    }
}
