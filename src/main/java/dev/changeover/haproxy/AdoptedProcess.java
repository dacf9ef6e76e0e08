package dev.changeover.haproxy;

import dev.changeover.haproxy.runtime.RuntimeApi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A HAProxy that was not started here but serves as a generation, with {@code master.sock} as a link to its own master's
 * socket. What it is, is in the file {@code adopted} of the generation's directory: two words, its worker and when that
 * was started, so that another process with the same number is never taken for it.
 *
 * @param started clock ticks after the start of the host
 */
public record AdoptedProcess(long worker, String started) {
    private static final String FILE = "adopted";

    /** A process that runs now; empty if it has ended. */
    static Optional<AdoptedProcess> of(long worker) {
        return ProcessTable.stat(worker).map(stat -> new AdoptedProcess(worker, stat.started()));
    }

    /** The process behind a generation; empty for one that was started here. */
    public static Optional<AdoptedProcess> in(GenerationDirectory directory) throws IOException {
        try {
            var words = Files.readString(directory.path().resolve(FILE)).strip().split(" ");
            if (words.length != 2) throw new IOException(directory.path().resolve(FILE) + " names no process");
            return Optional.of(new AdoptedProcess(Long.parseLong(words[0]), words[1]));
        } catch (NoSuchFileException ours) {
            return Optional.empty();
        }
    }

    /** Makes the files of the generation in a directory. */
    void write(Path directory, Path masterSocket) throws IOException {
        Files.createSymbolicLink(directory.resolve("master.sock"), masterSocket);
        Files.writeString(directory.resolve(FILE), worker + " " + started);
    }

    public boolean isRunning() {
        return ProcessTable.stat(worker)
                .filter(stat -> stat.isRunning() && stat.started().equals(started))
                .isPresent();
    }

    /**
     * Lets its worker stop accepting. Not its master: that would tell systemd that the unit ends, and what is left of it
     * would be killed a minute and a half later.
     */
    void stopAccepting() throws IOException, InterruptedException {
        if (isRunning()) RuntimeApi.stopAccepting(worker);
    }
}
