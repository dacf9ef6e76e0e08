package dev.changeover.node.site;

import dev.changeover.host.PrivateFile;
import dev.changeover.inventory.KernelVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.util.Optional;

/** The symlink {@code current} in the run directory: which kernel is to be started after a reboot. */
public record BootPointer(Path runDirectory) {

    /** Empty before the first start, and where it was damaged. */
    public Optional<KernelVersion> current() throws IOException {
        var link = runDirectory.resolve("current");
        try {
            return Optional.of(
                    KernelVersion.of(Files.readSymbolicLink(link).getFileName().toString()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (NotLinkException | IllegalArgumentException damaged) {
            PrivateFile.setAside(link, "names no kernel");
            return Optional.empty();
        }
    }

    /** Points at a kernel's directory, in one step that a crash cannot leave half done. */
    public void pointAt(Path kernel) throws IOException {
        PrivateFile.link(runDirectory.resolve("current"), kernel);
    }
}
