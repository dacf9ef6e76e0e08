package dev.changeover.node.adoption;

import dev.changeover.haproxy.AdoptedProcess;
import dev.changeover.haproxy.Generation;
import dev.changeover.haproxy.ListeningSockets;
import dev.changeover.haproxy.RunDirectory;
import dev.changeover.haproxy.configuration.BindAddress;
import dev.changeover.haproxy.configuration.GraceTime;
import dev.changeover.haproxy.configuration.OperatorConfiguration;
import dev.changeover.host.PrivateFile;
import dev.changeover.node.driver.Breakpoint;
import dev.changeover.node.driver.Poll;
import dev.changeover.node.site.AgentConfiguration;
import dev.changeover.node.site.NodeLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Gives a node back to whoever ran HAProxy before, without a client noticing:
 *
 * <ol>
 *   <li>Refuse while what was adopted still runs: it has sessions, which a stop would cut.
 *   <li>Keep the agent's hands off (file {@code MAINTENANCE}), which would start a generation where nothing serves.
 *   <li>Release the unit, ask its program whether it would open the same addresses, and start it with the listening
 *       sockets of the generation that serves.
 *   <li>Prove that its HAProxy holds the very same sockets; otherwise it stops accepting, ends after its last session,
 *       and everything is as it was.
 *   <li>Repeat what was changed at run time, and let the generation stop accepting. It ends after its last session.
 * </ol>
 *
 * Each step may find its work done, so that a second run after a crash at any point ends in the same state.
 */
public final class GiveBack {
    private static final Duration UP = Duration.ofSeconds(15);

    private final Path maintenance;
    private final NodeLock lock;
    private final RunDirectory run;
    private final List<Path> files;
    private final FormerOwner owner;
    private final Breakpoint breakpoint;

    /**
     * @param unit such as {@code haproxy.service}; where there is no systemd, the command that was adopted
     * @throws IOException when there is neither
     */
    public GiveBack(AgentConfiguration configuration, String unit) throws IOException {
        this(configuration, unit, Breakpoint.NONE);
    }

    GiveBack(AgentConfiguration configuration, String unit, Breakpoint breakpoint) throws IOException {
        this(
                configuration,
                SystemdUnit.isInCharge()
                        ? new SystemdUnit(unit)
                        : FormerCommand.noted(configuration.runDir())
                                .orElseThrow(() -> new IOException(
                                        "there is no systemd here to give HAProxy back to, and none was ever adopted")),
                breakpoint);
    }

    GiveBack(AgentConfiguration configuration, FormerOwner owner, Breakpoint breakpoint) {
        this.maintenance = configuration.maintenance();
        this.lock = new NodeLock(configuration.runDir());
        this.run = new RunDirectory(configuration.runDir());
        this.files = configuration.operatorFiles();
        this.owner = owner;
        this.breakpoint = breakpoint;
    }

    /** Whom it goes to, for people. */
    public String owner() {
        return owner.name();
    }

    /** Who listens beside it, for people; empty where it listens, and alone. Ask it once the node was given back. */
    public Optional<String> beside() throws IOException {
        return new ListenersBeside(owner).inASentence();
    }

    /**
     * Does it, as the only one who acts on this node meanwhile.
     *
     * @return why what was changed at run time is lost; empty where it is not
     * @throws IOException when it cannot be given back; the message says why, and nothing has changed
     */
    public Optional<String> run() throws IOException, InterruptedException {
        try (var held = lock.take(NodeLock.TURN).orElse(null)) {
            if (held == null) {
                throw new IOException("somebody else has been acting on this node for %d s: type this again"
                        .formatted(NodeLock.TURN.toSeconds()));
            }
            return giveBack();
        }
    }

    private Optional<String> giveBack() throws IOException, InterruptedException {
        var live = run.serving();
        if (live.isEmpty() && serves()) return Optional.empty();
        if (live.size() != 1) {
            throw new IOException("%d generations of this node accept connections; one is needed to give its sockets on"
                    .formatted(live.size()));
        }
        return handOver(live.getFirst());
    }

    /** Whether an earlier run has come to the end. */
    private boolean serves() throws IOException {
        if (!Files.exists(maintenance)) return false;
        for (var pid : owner.processes()) if (ListeningSockets.areHeldBy(pid)) return true;
        return false;
    }

    private Optional<String> handOver(Generation.Live serving) throws IOException, InterruptedException {
        var addresses = ListeningSockets.now().addressesOf(serving.worker());
        if (!isStarted(serving, addresses)) {
            new SameAddresses(files, owner).refuseUnrecognisable();
            owner.requireStartable();
            start(serving, addresses);
        }
        breakpoint.passed("start");
        owner.settle();
        breakpoint.passed("settle");
        return new StateGoesBack(owner, files).around(serving, () -> stop(serving));
    }

    private void stop(Generation.Live serving) throws IOException, InterruptedException {
        serving.stopAccepting();
        breakpoint.passed("stop accepting");
        if (!Poll.QUIETLY.until(UP, () -> run.serving().isEmpty())) {
            throw new IOException("generation %d was told to stop accepting, and still accepts beside %s"
                    .formatted(serving.number(), owner.name()));
        }
    }

    private void start(Generation.Live serving, List<BindAddress> addresses) throws IOException, InterruptedException {
        var grace = GraceTime.of(OperatorConfiguration.read(files));
        var wasThere = Files.exists(maintenance);
        if (!wasThere) PrivateFile.write(maintenance, "given back to " + owner.name() + "\n");
        try {
            breakpoint.passed("hands off");
            owner.release();
            breakpoint.passed("release");
            new SameAddresses(files, owner).refuseFewer(serving);
            owner.startWithSocketsOf(serving.directory().statsSocket().path());
            breakpoint.passed("spawn");
            if (!Poll.QUIETLY.until(UP, () -> holdsSockets(serving, addresses))) {
                throw new IOException("%s did not take over the sockets on %s: see %s"
                        .formatted(owner.name(), addresses, owner.log()));
            }
        } catch (IOException failure) {
            new FailedGiveBack(owner, grace).takeBack(failure);
            if (!wasThere) Files.deleteIfExists(maintenance);
            throw failure;
        }
    }

    /**
     * Whether an earlier run has started it.
     *
     * @throws IOException while what was adopted still runs: it cannot be started beside that, which must never be stopped
     */
    private boolean isStarted(Generation.Live serving, List<BindAddress> addresses)
            throws IOException, InterruptedException {
        for (var generation : run.generations()) {
            var adopted = AdoptedProcess.in(generation.directory());
            if (adopted.isPresent() && adopted.get().isRunning())
                throw stillRuns(adopted.get().worker().pid());
        }
        var running = owner.processes();
        if (running.isEmpty()) return false;
        // What an earlier run told to stop accepting may do so just now, and holds its sockets no more.
        if (Files.exists(maintenance)
                && Poll.QUIETLY.until(
                        UP,
                        () -> holdsSockets(serving, addresses) || run.serving().isEmpty() && serves())) return true;
        throw stillRuns(running.getFirst());
    }

    private IOException stillRuns(long pid) {
        return new IOException("%s still runs as process %d: its last sessions have not ended; come back when they have"
                .formatted(owner.name(), pid));
    }

    /** All that the generation listens with, and not other ones on the same addresses. */
    private boolean holdsSockets(Generation.Live serving, List<BindAddress> addresses) throws IOException {
        var sockets = ListeningSockets.now();
        var theirs = ListenersBeside.held(sockets, owner.processes(), addresses);
        return !addresses.isEmpty()
                && theirs.equals(ListenersBeside.held(sockets, List.of(serving.worker()), addresses));
    }
}
