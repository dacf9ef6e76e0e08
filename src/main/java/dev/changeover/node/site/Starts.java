package dev.changeover.node.site;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * When the supervisor started a kernel because nothing served. Kept in a file, so that a restarted agent does not begin
 * to count anew and the host's own commands see it too.
 */
public record Starts(Path file, InstantSource clock) {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final int MOST = 3;

    /** Three starts in a minute: the kernel dies as often as it is started. */
    public boolean isCrashLooping() throws IOException {
        return recent().size() >= MOST;
    }

    public void note() throws IOException {
        var recent = recent();
        var lines = new StringBuilder();
        for (var start : recent) lines.append(start).append('\n');
        Files.writeString(
                file,
                lines.append(clock.instant()).append('\n'),
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE);
    }

    public void forget() throws IOException {
        Files.deleteIfExists(file);
        Files.deleteIfExists(failure());
    }

    /** Keeps why a start came to nothing, for whoever asks for the state of the node. */
    public void failed(String why) throws IOException {
        Files.writeString(failure(), why);
    }

    /** Why the last start came to nothing; empty when it did not. */
    public Optional<String> lastFailure() throws IOException {
        return Files.exists(failure()) ? Optional.of(Files.readString(failure())) : Optional.empty();
    }

    /** Something serves: once it has done so for a minute, what went wrong before is of no interest. */
    public void serves() throws IOException {
        if (Files.exists(failure()) && recent().isEmpty()) Files.deleteIfExists(failure());
    }

    private Path failure() {
        return file.resolveSibling(file.getFileName() + ".failure");
    }

    private List<Instant> recent() throws IOException {
        if (Files.notExists(file)) return List.of();
        var since = clock.instant().minus(MINUTE);
        return Files.readAllLines(file).stream()
                .filter(line -> !line.isBlank())
                .map(Instant::parse)
                .filter(since::isBefore)
                .toList();
    }
}
