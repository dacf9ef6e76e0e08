package dev.changeover.haproxy;

import dev.changeover.haproxy.runtime.Answer;
import dev.changeover.haproxy.runtime.KeptConnection;
import dev.changeover.haproxy.runtime.MasterPair;
import dev.changeover.haproxy.runtime.RuntimeApi;
import dev.changeover.haproxy.runtime.RuntimeChannel;
import dev.changeover.haproxy.runtime.ThroughMaster;
import dev.changeover.host.PrivateFile;
import dev.changeover.host.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * A HAProxy that was not started here but serves as a generation. What it is, is in the file {@code adopted} of the
 * generation's directory, so that it is found again whoever looks.
 *
 * @param door how it is asked, as long as that works; after that its sessions are still counted
 * @param helper whom that needs: its master, or the process that keeps a connection to it; itself where nobody is needed
 * @param version what it said it is
 */
public record AdoptedProcess(Id worker, Door door, Id helper, String version) {
    private static final String FILE = "adopted";
    /** Nobody is connected but us. */
    private static final Pattern NO_OTHER_JOB = Pattern.compile("(?m)^Stopping: 1$(?s:.*)^Jobs: 1$");

    /**
     * A process, not another one that has got its number.
     *
     * @param started clock ticks after the start of the host
     */
    public record Id(long pid, String started) {

        static Optional<Id> of(long pid) {
            return ProcessTable.stat(pid).filter(ProcessTable.Stat::isRunning).map(stat -> new Id(pid, stat.started()));
        }

        public boolean isRunning() {
            return of(pid).filter(this::equals).isPresent();
        }
    }

    /** How a HAProxy that somebody else started is asked when it has stopped accepting. */
    public enum Door {
        /** Through its master's socket. */
        MASTER_SOCKET,
        /** Through the pair of sockets between its master, which has none for others, and itself. */
        MASTER_PAIR,
        /** It has no master: through a connection to its own socket that is kept. */
        KEPT_CONNECTION,
        /** Not at all: its sessions are counted by the connections that its process has. */
        NONE
    }

    /** The process behind a generation; empty for one that was started here. */
    public static Optional<AdoptedProcess> in(GenerationDirectory directory) throws IOException {
        try {
            var words = Files.readString(directory.path().resolve(FILE)).strip().split(" ");
            if (words.length != 6) throw new IllegalArgumentException("six words are needed");
            return Optional.of(new AdoptedProcess(
                    new Id(Long.parseLong(words[0]), words[1]),
                    Door.valueOf(words[2]),
                    new Id(Long.parseLong(words[3]), words[4]),
                    words[5]));
        } catch (NoSuchFileException ours) {
            return Optional.empty();
        } catch (IllegalArgumentException damaged) {
            throw new IOException(directory.path().resolve(FILE) + " names no process", damaged);
        }
    }

    /** Makes the file in a directory. */
    void write(Path directory) throws IOException {
        var words =
                List.of("" + worker.pid(), worker.started(), door.name(), "" + helper.pid(), helper.started(), version);
        PrivateFile.write(directory.resolve(FILE), String.join(" ", words));
    }

    public boolean isRunning() {
        return worker.isRunning();
    }

    /**
     * How it is now. One whose last session has ended while we keep a connection to it is let go, because it would wait
     * for us to leave.
     */
    Generation observe(GenerationDirectory directory) {
        // Whoever answers on its master's socket by now is another one, such as the unit's after it was given back.
        if (!isRunning()) return new Generation.Dead(directory);
        var channel = channel(directory);
        if (channel.isPresent()) {
            switch (channel.get().ask("show info")) {
                case Answer.Text answer -> {
                    if (door == Door.KEPT_CONNECTION
                            && NO_OTHER_JOB.matcher(answer.text()).find()) release();
                    var seen = Observation.live(directory, helper.pid(), worker.pid(), channel.get(), answer.text());
                    if (seen.isPresent()) return seen.get();
                }
                case Answer.Silence silence -> {
                    return new Generation.Unknown(directory, silence.why());
                }
                case Answer.Refused nobody -> {}
                case Answer.Missing nobody -> {}
            }
        }
        return counted(directory);
    }

    private Generation counted(GenerationDirectory directory) {
        try {
            var stopping = !ListeningSockets.areHeldBy(worker.pid());
            var connections = TcpTable.connections(worker.pid()).size();
            return new Generation.Live(
                    directory, helper.pid(), worker.pid(), version, stopping, connections, Optional.empty());
        } catch (IOException gone) {
            return isRunning() ? new Generation.Unknown(directory, Reason.of(gone)) : new Generation.Dead(directory);
        }
    }

    private Optional<RuntimeChannel> channel(GenerationDirectory directory) {
        if (!helper.isRunning()) return Optional.empty();
        return switch (door) {
            case MASTER_SOCKET -> Optional.of(new ThroughMaster(directory.masterSocket(), worker.pid()));
            case MASTER_PAIR -> Optional.of(pair(helper.pid(), worker.pid()));
            case KEPT_CONNECTION ->
                Optional.of(new KeptConnection(helper.pid(), directory.path().resolveSibling("adopted.lock")));
            case NONE -> Optional.empty();
        };
    }

    static RuntimeChannel pair(long master, long worker) {
        return new MasterPair(master, ProcessTable.unixSockets(master), worker);
    }

    /**
     * Lets its worker stop accepting. Not its master: that would tell systemd that the unit ends, and what is left of it
     * would be killed a minute and a half later.
     */
    void stopAccepting() throws IOException, InterruptedException {
        if (isRunning()) RuntimeApi.stopAccepting(worker.pid());
    }

    /** Ends what keeps a connection to it. */
    void release() {
        if (door != Door.KEPT_CONNECTION || !helper.isRunning()) return;
        ProcessHandle.of(helper.pid())
                .filter(Predicate.not(ProcessHandle.current()::equals))
                .ifPresent(ProcessHandle::destroyForcibly);
    }
}
