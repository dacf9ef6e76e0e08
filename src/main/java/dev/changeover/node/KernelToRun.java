package dev.changeover.node;

import dev.changeover.inventory.KernelVersion;
import java.util.List;
import java.util.Optional;

/**
 * A kernel and where to get it.
 *
 * @param reportedVersion what the program must say of itself
 * @param sources one for each architecture
 */
public record KernelToRun(KernelVersion version, String reportedVersion, List<Source> sources) {
    public KernelToRun {
        sources = List.copyOf(sources);
    }

    /** The one for this host's architecture. */
    public Optional<Source> source() {
        var arch = System.getProperty("os.arch");
        return sources.stream().filter(source -> source.arch().equals(arch)).findFirst();
    }

    /** A package: {@code arch} as the JVM names it, an address on the agent's allow-list, and its SHA-256 in hexadecimal. */
    public record Source(String arch, String url, String sha256) {}
}
