package dev.changeover.node.site;

import dev.changeover.inventory.KernelVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/** The symlink {@code current} in the run directory: which kernel is to be started after a reboot. */
public record BootPointer(Path runDirectory) {

    /** Empty before the first start. */
    public Optional<KernelVersion> current() throws IOException {
        try {
            var kernel = Files.readSymbolicLink(runDirectory.resolve("current"));
            return Optional.of(KernelVersion.of(kernel.getFileName().toString()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Points at a kernel's directory, in one step that a crash cannot leave half done. */
    public void pointAt(Path kernel) throws IOException {
        var temporary =
                runDirectory.resolve(".current-" + ProcessHandle.current().pid());
        Files.deleteIfExists(temporary);
        Files.createSymbolicLink(temporary, kernel);
        Files.move(temporary, runDirectory.resolve("current"), StandardCopyOption.ATOMIC_MOVE);
    }
}
