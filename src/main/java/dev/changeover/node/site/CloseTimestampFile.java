package dev.changeover.node.site;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;

/**
 * When a session was last closed on this node, whoever did it: in a file, so that it holds for every order, every
 * process and across crashes.
 */
public record CloseTimestampFile(Path file, InstantSource clock) {

    /** How long the pace still forbids the next closing; zero or less when one is due. */
    public Duration untilDue(Duration pace) throws IOException {
        if (Files.notExists(file)) return Duration.ZERO;
        var left = Duration.between(clock.instant(), last().plus(pace));
        // A clock that was set back must not keep us waiting for ever.
        return left.compareTo(pace) > 0 ? pace : left;
    }

    /** The caller holds the node's lock. Written at one stroke: others read it at any time. */
    public void note(Instant now) throws IOException {
        var next = Files.writeString(file.resolveSibling(file.getFileName() + ".next"), now.toString());
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private Instant last() throws IOException {
        try {
            return Instant.parse(Files.readString(file).strip());
        } catch (DateTimeParseException torn) {
            // An older agent that died while it wrote: its attempt tells the time as well.
            return Files.getLastModifiedTime(file).toInstant();
        }
    }
}
