package dev.changeover.haproxy;

import dev.changeover.haproxy.runtime.Answer;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A generation that was just started and has proven nothing yet, so that it may still be killed without asking. */
public final class StartedTree {

    /** A generation asks for the sockets right after its start. */
    private static final Duration GIVEN = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(StartedTree.class);

    private final GenerationDirectory directory;
    private final Process master;

    private StartedTree(GenerationDirectory directory, Process master) {
        this.directory = directory;
        this.master = master;
    }

    /**
     * Starts a generation in a session of its own, so that it outlives us. Its directory and configuration must be there.
     *
     * @param handOverFrom whose listening sockets it shall take; empty when nothing serves
     * @throws IOException when the program cannot be executed at all
     */
    public static StartedTree start(
            Program program, GenerationDirectory directory, Optional<GenerationDirectory> handOverFrom)
            throws IOException {
        if (handOverFrom.isPresent()) {
            var old = handOverFrom.get();
            var donor = donor(old);
            return donor.isPresent()
                    ? given(donor.get(), program, directory)
                    : startFrom(
                            program, directory, Optional.of(old.statsSocket().path()));
        }
        var retiring = retiringMaster(directory);
        if (retiring.isPresent()) {
            try {
                return given(retiring.get(), program, directory);
            } catch (IOException notCopied) {
                // A help for log-forward; without it most files start as well, and nothing serves.
                LOG.warn("the sockets of process {} cannot be copied: {}", retiring.get(), notCopied.getMessage());
            }
        }
        return startFrom(program, directory, Optional.empty());
    }

    private static StartedTree given(long donor, Program program, GenerationDirectory directory) throws IOException {
        return SocketDonor.of(donor).start(program, directory, directory.path().resolveSibling("donor.sock"), GIVEN);
    }

    /**
     * The worker whose listeners are copied, because it has no socket of ours that would give them: it was adopted, or the
     * socket's file was removed, by a cleaner of old files perhaps.
     */
    private static Optional<Long> donor(GenerationDirectory from) throws IOException {
        var adopted = AdoptedProcess.in(from);
        if (adopted.isPresent()) return Optional.of(adopted.get().worker().pid());
        return from.statsSocket().ask("show info") instanceof Answer.Missing
                        && Generation.observe(from) instanceof Generation.Live live
                ? Optional.of(live.worker())
                : Optional.empty();
    }

    /**
     * Of a generation that ends: before HAProxy 3.1 it keeps the sockets of {@code log-forward} open that it opened for its
     * worker, and until its last session nobody else could open them.
     */
    private static Optional<Long> retiringMaster(GenerationDirectory next) throws IOException {
        for (var other : new RunDirectory(next.path().resolveSibling("")).generations()) {
            if (other instanceof Generation.Live live && ListeningSockets.areHeldBy(live.master()))
                return Optional.of(live.master());
        }
        return Optional.empty();
    }

    /**
     * The same for listening sockets that somebody else gives.
     *
     * @param giver a unix socket that answers {@code _getsocks}, such as a {@link SocketDonor}'s
     */
    static StartedTree start(Program program, GenerationDirectory directory, Path giver) throws IOException {
        return startFrom(program, directory, Optional.of(giver));
    }

    private static StartedTree startFrom(Program program, GenerationDirectory directory, Optional<Path> giver)
            throws IOException {
        var command = new ArrayList<>(List.of("setsid", program.executable().toString()));
        // -db: a "daemon" line of the operator's, as in Debian's own file, would make the master fork away from us.
        command.addAll(List.of("-W", "-db", "-S", directory.masterSocket().path() + ",mode,600,level,admin"));
        command.addAll(directory.arguments());
        giver.ifPresent(socket -> command.addAll(List.of("-x", socket.toString())));
        var builder = new ProcessBuilder(command)
                .directory(directory.workingDirectory().toFile())
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(directory.output().toFile()));
        program.setVariables(builder.environment(), directory.path());
        return new StartedTree(directory, builder.start());
    }

    /** Its worker as that says itself; empty until it does. Its master may still not be ready to be asked. */
    public Optional<Generation.Live> observe() {
        return directory.statsSocket().ask("show info") instanceof Answer.Text answer
                ? Observation.ofWorker(directory, master.pid(), answer.text())
                : Optional.empty();
    }

    /** Whether its master still runs; a master that ends right after the start has failed for good. */
    public boolean isAlive() {
        return master.isAlive();
    }

    /** What its master ended with; empty while it runs. */
    public Optional<Integer> exitCode() {
        return master.isAlive() ? Optional.empty() : Optional.of(master.exitValue());
    }

    /** Kills this tree and nothing else, whatever state it is in. */
    public void kill() throws InterruptedException {
        // setsid made the master the leader of its session, so this finds workers whose master has already died.
        ProcessTable.ofSession(master.pid())
                .forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
        master.destroyForcibly().waitFor();
    }

    /** Why it gave up, in its own words. */
    public String output() throws IOException {
        return Program.lastWords(Files.readString(directory.output(), StandardCharsets.ISO_8859_1));
    }
}
