package dev.changeover.node.driver;

import dev.changeover.inventory.KernelVersion;
import java.nio.file.Path;

/**
 * A kernel that was verified and unpacked on this host. Its directory never changes.
 *
 * @param reportedVersion what its program said of itself when it was staged
 */
public record StagedKernel(KernelVersion version, String reportedVersion, Path directory) {}
