package dev.changeover.node.site;

import dev.changeover.host.PrivateFile;
import dev.changeover.host.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When the supervisor started a kernel because nothing served. Kept in a file, so that a restarted agent does not begin
 * to count anew and the host's own commands see it too; and in memory, because a file that cannot be read or written must
 * not keep the proxy down. For one thread at a time: the holder of the node's lock, or a command of its own process.
 */
public final class Starts {

    private static final Logger LOG = LoggerFactory.getLogger(Starts.class);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final int MOST = 3;

    private final Path file;
    private final InstantSource clock;
    private List<Instant> noted = List.of();
    private boolean written = true;

    public Starts(Path file, InstantSource clock) {
        this.file = file;
        this.clock = clock;
    }

    /** Three starts in a minute: the kernel dies as often as it is started. */
    public boolean isCrashLooping() {
        return recent().size() >= MOST;
    }

    public synchronized void note() {
        var all = new ArrayList<>(recent());
        all.add(clock.instant());
        noted = List.copyOf(all);
        written = write(file, all.stream().map(Instant::toString).collect(Collectors.joining("\n", "", "\n")));
    }

    /** What cannot be written must not keep the proxy down. */
    private static boolean write(Path file, String content) {
        try {
            PrivateFile.write(file, content);
            return true;
        } catch (IOException failure) {
            LOG.warn("{} cannot be written, so it is kept in memory only: {}", file, Reason.of(failure));
            return false;
        }
    }

    public synchronized void forget() throws IOException {
        noted = List.of();
        written = true;
        Files.deleteIfExists(file);
        Files.deleteIfExists(failure());
    }

    /** Keeps why a start came to nothing, for whoever asks for the state of the node. */
    public void failed(String why) {
        write(failure(), why);
    }

    /** Why the last start came to nothing; empty when it did not. */
    public Optional<String> lastFailure() throws IOException {
        return Files.isRegularFile(failure())
                ? Optional.of(new String(Files.readAllBytes(failure()), StandardCharsets.UTF_8))
                : Optional.empty();
    }

    /** Something serves: once it has done so for a minute, what went wrong before is of no interest. */
    public void serves() throws IOException {
        if (Files.isRegularFile(failure()) && recent().isEmpty()) Files.deleteIfExists(failure());
    }

    private Path failure() {
        return file.resolveSibling(file.getFileName() + ".failure");
    }

    /** The file's where it can be read and written; it has those of other processes too. */
    private synchronized List<Instant> recent() {
        var now = clock.instant();
        var since = now.minus(MINUTE);
        return Stream.concat(read().stream(), written ? Stream.empty() : noted.stream())
                .distinct()
                // A clock that was set back must not keep us waiting.
                .filter(start -> since.isBefore(start) && !start.isAfter(now))
                .toList();
    }

    private List<Instant> read() {
        if (Files.notExists(file)) return List.of();
        try {
            return Files.readAllLines(file).stream()
                    .filter(line -> !line.isBlank())
                    .map(Instant::parse)
                    .toList();
        } catch (IOException | DateTimeParseException damaged) {
            setAside();
            return noted;
        }
    }

    private void setAside() {
        try {
            PrivateFile.setAside(file, "does not say when the proxy was started");
        } catch (IOException stays) {
            LOG.warn("{} cannot be read, so starts are counted in memory only: {}", file, Reason.of(stays));
        }
    }
}
