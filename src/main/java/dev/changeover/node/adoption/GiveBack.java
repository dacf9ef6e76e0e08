package dev.changeover.node.adoption;

import dev.changeover.haproxy.BindAddress;
import dev.changeover.haproxy.Generation;
import dev.changeover.haproxy.ListeningSockets;
import dev.changeover.haproxy.OperatorConfiguration;
import dev.changeover.haproxy.RunDirectory;
import dev.changeover.node.driver.Poll;
import dev.changeover.node.site.AgentConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * Gives a node back to a systemd unit, without a client noticing:
 *
 * <ol>
 *   <li>Refuse while the unit still runs: what was adopted from it has sessions, which a stop would cut.
 *   <li>Keep the agent's hands off (file {@code MAINTENANCE}), which would start a generation where nothing serves.
 *   <li>Release the unit and start it with the listening sockets of the generation that serves.
 *   <li>Prove that the unit's HAProxy holds the very same sockets; otherwise stop it, and everything is as it was.
 *   <li>Let the generation stop accepting. It ends after its last session.
 * </ol>
 */
public final class GiveBack {
    private static final Duration UP = Duration.ofSeconds(15);

    private final AgentConfiguration configuration;
    private final RunDirectory run;
    private final SystemdUnit unit;

    /** @param unit such as {@code haproxy.service} */
    public GiveBack(AgentConfiguration configuration, String unit) {
        this.configuration = configuration;
        this.run = new RunDirectory(configuration.runDir());
        this.unit = new SystemdUnit(unit);
    }

    /** @throws IOException when it cannot be given back; the message says why, and nothing has changed */
    public void run() throws IOException, InterruptedException {
        if (!SystemdUnit.isInCharge()) throw new IOException("there is no systemd here to give HAProxy back to");
        refuseRunning();
        var serving = serving();
        var addresses = OperatorConfiguration.read(serving.directory().operatorConfiguration())
                .addresses();
        var maintenance = configuration.maintenance();
        var wasThere = Files.exists(maintenance);
        if (!wasThere) Files.writeString(maintenance, "given back to " + unit.name() + "\n");
        unit.release();
        try {
            unit.startWithSocketsOf(serving.directory().statsSocket().path());
            if (!Poll.QUIETLY.until(UP, () -> holdsSockets(serving, addresses))) {
                throw new IOException("%s did not take over the sockets on %s: see 'journalctl -u %s'"
                        .formatted(unit.name(), addresses, unit.name()));
            }
        } catch (IOException failure) {
            unit.stop();
            unit.hold();
            if (!wasThere) Files.delete(maintenance);
            throw failure;
        }
        unit.settle();
        serving.stopAccepting();
    }

    /** A unit whose process still keeps its last sessions cannot be started, and must never be stopped. */
    private void refuseRunning() throws IOException {
        var process = unit.mainProcess();
        if (process != 0) {
            throw new IOException(
                    "%s still runs as process %d: its last sessions have not ended; come back when they have"
                            .formatted(unit.name(), process));
        }
    }

    private Generation.Live serving() throws IOException {
        var live = run.serving();
        if (live.size() != 1) {
            throw new IOException("%d generations of this node accept connections; one is needed to give its sockets on"
                    .formatted(live.size()));
        }
        return live.getFirst();
    }

    private boolean holdsSockets(Generation.Live serving, List<BindAddress> addresses) throws IOException {
        var main = unit.mainProcess();
        if (main == 0) return false;
        var processes = ProcessHandle.of(main).stream()
                .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()))
                .map(ProcessHandle::pid)
                .toList();
        var sockets = ListeningSockets.now();
        return !addresses.isEmpty()
                && addresses.stream().allMatch(address -> {
                    var ours = sockets.heldBy(serving.worker(), address);
                    return !ours.isEmpty()
                            && processes.stream()
                                    .anyMatch(
                                            pid -> sockets.heldBy(pid, address).equals(ours));
                });
    }
}
