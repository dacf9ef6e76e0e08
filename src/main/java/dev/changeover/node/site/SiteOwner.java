package dev.changeover.node.site;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The user that a node's agent runs as: whoever keeps its lock, else whom its run directory belongs to. */
public record SiteOwner(String name, long uid) {

    /** Empty where no agent has ever run. */
    public static Optional<SiteOwner> of(Path runDirectory) throws IOException {
        for (var file : new Path[] {runDirectory.resolve("lock"), runDirectory}) {
            if (Files.exists(file)) return Optional.of(ownerOf(file));
        }
        return Optional.empty();
    }

    public static SiteOwner me() throws IOException {
        return new SiteOwner(
                System.getProperty("user.name"), ownerOf(Path.of("/proc/self")).uid());
    }

    private static SiteOwner ownerOf(Path file) throws IOException {
        return new SiteOwner(
                Files.getOwner(file).getName(), ((Number) Files.getAttribute(file, "unix:uid")).longValue());
    }
}
