package dev.changeover.node.sandbox;

import dev.changeover.inventory.KernelVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * Where a sandbox node keeps things.
 *
 * @param home everything is below it
 */
record SandboxFiles(Path home) {
    Path kernels() {
        return home.resolve("kernels");
    }

    /** The operator's configuration. */
    Path configuration() {
        return home.resolve("node.properties");
    }

    /** While this file is there, the supervisor keeps its hands off. */
    boolean maintenance() {
        return Files.exists(home.resolve("MAINTENANCE"));
    }

    /** The boot pointer: the kernel to start when nothing serves. */
    Optional<KernelVersion> boot() throws IOException {
        var pointer = home.resolve("current");
        return Files.exists(pointer)
                ? Optional.of(KernelVersion.of(Files.readString(pointer).strip()))
                : Optional.empty();
    }

    /** Moves the boot pointer; a crash leaves the old or the new one, never half of it. */
    void boot(KernelVersion version) throws IOException {
        var next = Files.writeString(home.resolve("current.next"), version + System.lineSeparator());
        Files.move(next, home.resolve("current"), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
