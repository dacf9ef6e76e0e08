package dev.changeover.node.sandbox;

import dev.changeover.host.FileTree;
import dev.changeover.host.Sha256;
import dev.changeover.inventory.KernelVersion;
import dev.changeover.node.KernelToRun;
import dev.changeover.node.NodeFault;
import dev.changeover.node.agent.Breakpoint;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The kernels staged on a sandbox node, one directory a version, which never changes once it is there: a package is
 * copied beside, verified, and renamed.
 */
final class SandboxKernels {
    /** Below this nothing is staged. */
    static final long NEEDED_BYTES = 16L << 20;

    private final Path directory;
    private final LongSupplier free;

    SandboxKernels(Path directory, LongSupplier free) {
        this.directory = directory;
        this.free = free;
    }

    long freeBytes() {
        return free.getAsLong();
    }

    /** The kernel, if it is staged. */
    Optional<SandboxKernel> find(KernelVersion version) throws IOException {
        var home = directory.resolve(version.toString());
        return Files.isDirectory(home) ? Optional.of(SandboxKernel.read(version, home)) : Optional.empty();
    }

    /** Stages the kernel unless it is there. */
    void stage(KernelToRun kernel, Breakpoint breakpoint) throws IOException {
        var home = directory.resolve(kernel.version().toString());
        if (Files.isDirectory(home)) {
            return;
        }
        var source = sourceFor(System.getProperty("os.arch"), kernel);
        if (freeBytes() < NEEDED_BYTES) {
            throw NodeFault.DISK_FULL.because("kernel %s was not staged: %d MB are free in %s, %d MB are needed"
                    .formatted(kernel.version(), freeBytes() >> 20, directory, NEEDED_BYTES >> 20));
        }
        Files.createDirectories(directory);
        var unfinished = Files.createTempDirectory(directory, ".staging-");
        breakpoint.passed("make room");
        var file = fetch(source, unfinished);
        breakpoint.passed("fetch");
        verify(source, file);
        check(kernel, unfinished);
        breakpoint.passed("check package");
        Files.move(unfinished, home, StandardCopyOption.ATOMIC_MOVE);
        breakpoint.passed("publish");
    }

    /** Removes what a staging left behind that never finished. */
    void sweep() throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (var entries = Files.newDirectoryStream(directory, ".staging-*")) {
            for (var entry : entries) FileTree.delete(entry);
        }
    }

    private static KernelToRun.Source sourceFor(String arch, KernelToRun kernel) {
        return kernel.sources().stream()
                .filter(source -> source.arch().equals(arch))
                .findFirst()
                .orElseThrow(() -> NodeFault.NO_PACKAGE.because(
                        "kernel %s has no package for %s".formatted(kernel.version(), arch)));
    }

    private static Path fetch(KernelToRun.Source source, Path into) {
        var address = URI.create(source.url());
        if (!"file".equals(address.getScheme())) {
            throw NodeFault.ADDRESS_NOT_ALLOWED.because(
                    "a sandbox node takes packages from file: addresses only, not from " + address);
        }
        try {
            return Files.copy(Path.of(address), into.resolve(SandboxKernel.FILE));
        } catch (IOException unreadable) {
            throw NodeFault.PACKAGE_UNREACHABLE.because("%s cannot be read: %s".formatted(address, unreadable));
        }
    }

    private static void verify(KernelToRun.Source source, Path file) throws IOException {
        var found = Sha256.of(file);
        if (!found.equalsIgnoreCase(source.sha256())) {
            throw NodeFault.CHECKSUM_MISMATCH.because("the package at %s has SHA-256 %s, the catalogue says %s"
                    .formatted(source.url(), found, source.sha256()));
        }
    }

    private static void check(KernelToRun kernel, Path unfinished) throws IOException {
        try {
            SandboxKernel.read(kernel.version(), unfinished);
        } catch (IllegalArgumentException unusable) {
            throw NodeFault.BAD_PACKAGE.because(
                    "the package of kernel %s is none: %s".formatted(kernel.version(), unusable.getMessage()));
        }
    }
}
