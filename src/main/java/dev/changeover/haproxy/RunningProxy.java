package dev.changeover.haproxy;

import dev.changeover.haproxy.AdoptedProcess.Door;
import dev.changeover.haproxy.configuration.BindAddress;
import dev.changeover.haproxy.configuration.OperatorConfiguration;
import dev.changeover.haproxy.runtime.Answer;
import dev.changeover.haproxy.runtime.RuntimeApi;
import dev.changeover.haproxy.runtime.RuntimeChannel;
import dev.changeover.haproxy.runtime.RuntimeSocket;
import dev.changeover.haproxy.runtime.ThroughMaster;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * A HAProxy of this host that somebody else started, found by the addresses on which it listens.
 *
 * @param worker the process that accepts connections
 * @param master its parent, in master-worker mode
 * @param executable what it runs, through {@code /proc}: the file on disk may be a newer one by now
 * @param command how it was started
 * @param unit the systemd unit that it belongs to
 */
public record RunningProxy(
        long worker, Optional<Long> master, Path executable, CommandLine command, Optional<String> unit) {

    /**
     * Finds the one HAProxy that listens on all of these addresses. Takes up to two seconds where several processes hold the
     * sockets, as they do for a moment.
     *
     * @throws IOException when nobody does, or not one HAProxy alone; the message names the processes
     */
    public static RunningProxy on(Collection<BindAddress> addresses) throws IOException, InterruptedException {
        return of(SoleListener.on(addresses));
    }

    /**
     * The one that serves what this configuration says.
     *
     * @param files that it was read from
     * @throws IOException when there is none, or not one alone; the message says what was found instead
     */
    public static RunningProxy of(OperatorConfiguration configuration, List<Path> files)
            throws IOException, InterruptedException {
        if (!configuration.addresses().isEmpty()) return on(configuration.addresses());
        var started = of(SoleListener.startedWith(files));
        var addresses = started.addresses();
        return addresses.isEmpty() ? started : on(addresses);
    }

    /** The one that this process accepts connections for. */
    public static RunningProxy of(long worker) throws IOException {
        var parent = ProcessTable.stat(worker)
                .map(ProcessTable.Stat::parent)
                .filter(pid -> ProcessTable.runTheSame(worker, pid));
        var first = parent.orElse(worker);
        if (ProcessTable.isInContainer(first))
            throw new IOException(
                    "HAProxy %d runs in a container, with files and an end of its own: start it on the host itself, and adopt that"
                            .formatted(first));
        return new RunningProxy(
                worker,
                parent,
                ProcessTable.process(worker).resolve("exe"),
                CommandLine.of(first),
                ProcessTable.unit(first));
    }

    /** Where its master answers; empty for one without a master or without {@code -S}. */
    public Optional<RuntimeSocket> masterSocket() {
        if (master.isEmpty()) return Optional.empty();
        return command.last("-S")
                .map(written -> written.split(",")[0].replaceFirst("^unix@", ""))
                .map(path -> new RuntimeSocket(command.directory().resolve(path)));
    }

    /** How it can be asked, and told to close sessions, once it has stopped accepting; each way was tried. */
    public Door door(String text) {
        if (masterSocket()
                .filter(socket -> answers(new ThroughMaster(socket, worker)))
                .isPresent()) {
            return Door.MASTER_SOCKET;
        }
        if (master.filter(pid -> answers(AdoptedProcess.pair(pid, worker))).isPresent()) return Door.MASTER_PAIR;
        return master.isEmpty() && ownSocket(text).isPresent() ? Door.KEPT_CONNECTION : Door.NONE;
    }

    /** How it can be asked as long as it accepts; empty when it cannot. */
    public Optional<RuntimeApi> api(String text) {
        return switch (door(text)) {
            case MASTER_SOCKET ->
                masterSocket().map(socket -> new RuntimeApi(new ThroughMaster(socket, worker), worker));
            case MASTER_PAIR -> master.map(pid -> new RuntimeApi(AdoptedProcess.pair(pid, worker), worker));
            case KEPT_CONNECTION -> ownSocket(text).map(socket -> new RuntimeApi(socket, worker));
            case NONE -> Optional.empty();
        };
    }

    /** Every address on which it listens, whatever its file says. */
    public List<BindAddress> addresses() throws IOException {
        return ListeningSockets.now().addressesOf(worker);
    }

    /** The environment of what was started first, {@code NAME=value} each. */
    public List<String> environment() {
        return ProcessTable.environment(master.orElse(worker));
    }

    /** Whether it is this process that answers, and whether it would close sessions: a socket may let people look only. */
    private boolean answers(RuntimeChannel channel) {
        return channel.ask("show info") instanceof Answer.Text answer
                && answer.text().contains("\nPid: " + worker + "\n")
                && channel.ask("show cli level") instanceof Answer.Text level
                && level.text().strip().equals("admin");
    }

    /**
     * Its own runtime socket, of {@code level admin}.
     *
     * @param text of its file: nobody may knock at an address that is for clients
     */
    public Optional<RuntimeSocket> ownSocket(String text) {
        return ProcessTable.unixListeners(worker).stream()
                .filter(path -> text.lines()
                        .map(OperatorConfiguration::words)
                        .anyMatch(words -> words.size() > 2
                                && words.get(0).equals("stats")
                                && words.get(1).equals("socket")
                                && words.get(2).endsWith(path.getFileName().toString())))
                .map(RuntimeSocket::new)
                .filter(this::answers)
                .findFirst();
    }

    /** How many connections of clients and servers it holds open. */
    public int connections() throws IOException {
        return TcpTable.connections(worker).size();
    }

    /** When its worker was started, to a second or so. */
    public Instant startedAt() {
        return ProcessHandle.of(worker)
                .flatMap(process -> process.info().startInstant())
                .orElse(Instant.EPOCH);
    }

    /** Whether a process is its master or its worker. */
    public boolean isPartOf(long pid) {
        return pid == worker || master.filter(parent -> parent == pid).isPresent();
    }

    /** The file that it was started from, which may be a newer one by now, as other users may run it too. */
    public Program program() {
        return new Program(
                ProcessTable.executable(worker).orElse(executable),
                ProcessTable.variable(worker, "LD_LIBRARY_PATH").map(Path::of));
    }

    /** Who has started it, where that still runs. */
    public Optional<StartedBy> startedBy() {
        return StartedBy.of(master.orElse(worker));
    }

    /** Whether its worker still runs. */
    public boolean isRunning() {
        return ProcessTable.isRunning(worker);
    }
}
