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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * A HAProxy of this host that somebody else started, found by the addresses on which it listens.
 *
 * @param worker the process that accepts connections
 * @param master its parent, in master-worker mode
 * @param executable what it runs, through {@code /proc}: the file on disk may be a newer one by now
 * @param arguments the words that it was started with, the program's name first
 * @param directory where it was started, for relative paths among them
 * @param unit the systemd unit that it belongs to
 */
public record RunningProxy(
        long worker,
        Optional<Long> master,
        Path executable,
        List<String> arguments,
        Path directory,
        Optional<String> unit) {

    public RunningProxy {
        arguments = List.copyOf(arguments);
    }

    /**
     * Finds the one HAProxy that listens on all of these addresses.
     *
     * @throws IOException when nobody does, or not one HAProxy alone; the message names the processes
     */
    public static RunningProxy on(Collection<BindAddress> addresses) throws IOException {
        var sockets = ListeningSockets.now();
        var holders = new TreeMap<Long, TreeSet<String>>();
        var everywhere = sockets.listeners(addresses);
        for (var address : addresses) {
            var listeners = everywhere.stream()
                    .filter(listener -> listener.address().equals(address))
                    .toList();
            if (listeners.isEmpty()) throw new IOException(unseen(address, sockets.anyOn(address)));
            for (var listener : listeners) {
                if (!ProcessTable.isHaproxy(listener.pid())) {
                    throw new IOException("process %d (%s), which is no HAProxy, listens on %s"
                            .formatted(listener.pid(), listener.program(), address));
                }
                holders.computeIfAbsent(listener.pid(), pid -> new TreeSet<>()).add(address.toString());
            }
        }
        // A master can still hold what it opened for its workers; they are the ones that accept.
        holders.keySet().removeIf(pid -> holders.keySet().stream().anyMatch(child -> isParent(pid, child)));
        if (holders.size() != 1) {
            throw new IOException("several HAProxy processes listen on the addresses of the file: " + holders
                    + "; one configuration with one worker can be taken over at a time");
        }
        var worker = holders.firstKey();
        var listens = Set.copyOf(holders.firstEntry().getValue());
        var missing = addresses.stream()
                .map(BindAddress::toString)
                .filter(address -> !listens.contains(address))
                .toList();
        if (!missing.isEmpty()) {
            throw new IOException("HAProxy %d does not listen on %s of the file".formatted(worker, missing));
        }
        return of(worker);
    }

    /** Why no process is found on an address. */
    private static String unseen(BindAddress address, boolean isTaken) {
        if (isTaken)
            return "somebody listens on %s, but this user may not see who: run this as root, with CAP_SYS_PTRACE"
                    .formatted(address);
        var elsewhere = ListeningSockets.elsewhere(List.of(address));
        if (!elsewhere.isEmpty()) {
            var pid = elsewhere.getFirst().pid();
            return "HAProxy %d listens on %s in another network namespace: run this there, with 'nsenter -n -t %d'"
                    .formatted(pid, address, pid);
        }
        return "nothing listens on %s: see whether HAProxy runs".formatted(address);
    }

    /** The one that this process accepts connections for. */
    public static RunningProxy of(long worker) throws IOException {
        var parent = ProcessTable.stat(worker).map(ProcessTable.Stat::parent).filter(ProcessTable::isHaproxy);
        var first = parent.orElse(worker);
        return new RunningProxy(
                worker,
                parent,
                ProcessTable.process(worker).resolve("exe"),
                ProcessTable.arguments(first),
                Files.readSymbolicLink(ProcessTable.process(first).resolve("cwd")),
                ProcessTable.unit(first));
    }

    private static boolean isParent(long pid, long child) {
        return ProcessTable.stat(child).filter(stat -> stat.parent() == pid).isPresent();
    }

    /** What follows each of these options on its command line, as an absolute path, in order. */
    public List<Path> files(String option) {
        return IntStream.range(1, arguments.size())
                .filter(i -> arguments.get(i - 1).equals(option))
                .mapToObj(i -> directory.resolve(arguments.get(i)))
                .toList();
    }

    /** Where its master answers; empty for one without a master or without {@code -S}. */
    public Optional<RuntimeSocket> masterSocket() {
        return IntStream.range(1, arguments.size())
                .filter(i -> master.isPresent() && arguments.get(i - 1).equals("-S"))
                .mapToObj(i -> arguments.get(i).split(",")[0].replaceFirst("^unix@", ""))
                .map(path -> new RuntimeSocket(directory.resolve(path)))
                .findFirst();
    }

    /** How it can be asked once it has stopped accepting; each way was tried. */
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

    private boolean answers(RuntimeChannel channel) {
        return channel.ask("show info") instanceof Answer.Text answer
                && answer.text().contains("\nPid: " + worker + "\n");
    }

    /**
     * Its own runtime socket.
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

    /** Whether its worker still runs. */
    public boolean isRunning() {
        return ProcessTable.isRunning(worker);
    }
}
