package dev.changeover.node.site;

import dev.changeover.host.PrivateFile;
import dev.changeover.host.Reason;
import dev.changeover.host.Sha256;
import dev.changeover.inventory.KernelVersion;
import dev.changeover.node.NodeFault;
import dev.changeover.node.driver.ProxyDriver;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What is written down in a kernel's directory when it is staged, and said again where that was damaged. */
record KernelNotes(Path kernel) {
    private Path reported() {
        return kernel.resolve(".reported-version");
    }

    private Path ofPackage() {
        return kernel.resolve(".package-sha256");
    }

    boolean isKernel() {
        return Files.exists(reported());
    }

    void noteReportedVersion(String version) throws IOException {
        PrivateFile.write(reported(), version + "\n");
    }

    /** @param sha256 of the package that it was staged from */
    void notePackage(String sha256) throws IOException {
        PrivateFile.write(ofPackage(), sha256);
    }

    /**
     * What the program said of itself when it was staged. Where that is damaged it says it again; half a kernel does not.
     */
    Optional<String> reportedVersion(ProxyDriver driver) throws IOException {
        var written = written();
        if (written.isPresent()) return written;
        try {
            return Optional.of(driver.reportedVersion(kernel));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (IOException half) {
            return Optional.empty();
        }
    }

    /** Fails where the program does not say that it is this one. */
    void check(ProxyDriver driver, KernelVersion version, String expected) throws InterruptedException {
        String said;
        try {
            said = driver.reportedVersion(kernel);
        } catch (IOException e) {
            throw NodeFault.BROKEN_KERNEL.because(
                    "kernel %s does not run on this host: %s".formatted(version, Reason.of(e)));
        }
        if (!said.equals(expected)) {
            throw NodeFault.BROKEN_KERNEL.because(
                    "the program of kernel %s says that it is %s, the catalogue expects %s"
                            .formatted(version, said, expected));
        }
    }

    private Optional<String> written() throws IOException {
        return PrivateFile.wholeLine(reported());
    }

    /** Writes down again what is damaged. For the agent's own user: a file of another one's could not be read. */
    void mend(String reportedVersion) throws IOException {
        if (written().isEmpty()) noteReportedVersion(reportedVersion);
    }

    /** Whether it was staged from a package; one that an adoption took was not. */
    boolean isOfPackage() {
        return Files.exists(ofPackage());
    }

    /** Which may be damaged; it is kept, because a kernel without one counts as of no package. */
    Optional<String> packageSha256() {
        try {
            return Optional.of(Files.readString(ofPackage(), StandardCharsets.ISO_8859_1)
                            .strip())
                    .filter(Sha256::isOne);
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    /** Why a kernel that runs cannot be taken for the catalogue's. */
    String againstPackage() {
        return packageSha256().isPresent() || !isOfPackage()
                ? "runs here from another package than the catalogue's; give the new package a version of its own"
                : "runs here, and %s does not say from which package: see failure-modes.md".formatted(ofPackage());
    }
}
