package dev.changeover.haproxy;

import dev.changeover.haproxy.ListeningSockets.Listener;
import dev.changeover.haproxy.configuration.BindAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The one HAProxy process that accepts connections on some addresses. It holds their sockets alone: a master closes what it
 * opened for its workers, in every version that has masters, and what a reload replaces closes what it gave on. Several
 * hold them only for a moment:
 *
 * <ul>
 *   <li>a child between fork and exec, such as an external check: a copy of its parent in all that can be read of it
 *   <li>a master or a daemon that has just started the process that will accept
 *   <li>what a reload starts, and what it replaces, with or without a master
 * </ul>
 *
 * The parent is the right one in the first case, the child in the second and the younger one in the third, and nothing in
 * {@code /proc} tells these apart. So nobody is chosen among several: it is looked again until one is left.
 */
final class SoleListener {
    /** What is being started needs microseconds, on a host with twenty processes for each of its cores tenths of a second. */
    private static final Duration SETTLED = Duration.ofSeconds(2);

    private static final Duration PAUSE = Duration.ofMillis(50);

    private SoleListener() {}

    /**
     * Looks until one process alone holds a socket on each of the addresses.
     *
     * @throws IOException when none does, or another program, or several still after two seconds
     */
    static long on(Collection<BindAddress> addresses) throws IOException, InterruptedException {
        return settled(() -> {
            var listeners = listeners(addresses);
            var pids = new TreeSet<>(listeners.stream().map(Listener::pid).toList());
            return new Look(pids, () -> notAlone(listeners));
        });
    }

    /**
     * Looks until one process alone of those that were started with these files accepts connections: where conditions of a
     * file say on what, or it has unix sockets alone.
     *
     * @throws IOException when none does, or several still after two seconds
     */
    static long startedWith(List<Path> files) throws IOException, InterruptedException {
        return settled(() -> {
            var sockets = ListenersOfFiles.now(files);
            if (sockets.isEmpty()) {
                throw new IOException(
                        "%s has no TCP address to find HAProxy by, and none that runs was started with it: see whether HAProxy runs"
                                .formatted(files.getFirst()));
            }
            var pids = sockets.accepting();
            return new Look(pids, () -> {
                if (pids.size() == 1) return withoutWorker(pids);
                return new IOException(
                        "several HAProxy processes were started with %s: %s; one configuration with one worker can be taken over at a time"
                                .formatted(files, pids));
            });
        });
    }

    /** @param otherwise what is wrong if these are not one process in the end */
    private record Look(SortedSet<Long> pids, Supplier<IOException> otherwise) {}

    private interface Looking {
        Look look() throws IOException;
    }

    private static long settled(Looking looking) throws IOException, InterruptedException {
        var began = System.nanoTime();
        while (true) {
            var look = looking.look();
            var pids = look.pids();
            if (pids.size() == 1 && !isMaster(pids.first())) return pids.first();
            if (System.nanoTime() - began >= SETTLED.toNanos())
                throw look.otherwise().get();
            TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
        }
    }

    /** Whoever listens on exactly these addresses: one HAProxy or more on each, and nobody else but what these have started. */
    private static List<Listener> listeners(Collection<BindAddress> addresses) throws IOException {
        var sockets = ListeningSockets.now();
        var everywhere = sockets.listeners(addresses);
        var listeners = new ArrayList<Listener>();
        for (var address : addresses) {
            var here = everywhere.stream()
                    .filter(listener -> listener.address().equals(address))
                    .toList();
            if (here.isEmpty()) throw new IOException(unseen(address, sockets.anyOn(address)));
            for (var listener : ListeningSockets.first(here)) {
                if (!listener.isHaproxy() && ProcessTable.isRunning(listener.pid())) {
                    throw new IOException("process %d (%s), which is no HAProxy, listens on %s"
                            .formatted(listener.pid(), listener.program(), address));
                }
            }
            listeners.addAll(here);
        }
        return listeners;
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

    /** One that has opened the sockets and not started its first worker: what a worker was started with are its words, too. */
    private static boolean isMaster(long pid) {
        var words = ProcessTable.arguments(pid);
        return (words.contains("-W") || words.contains("-Ws"))
                && ProcessTable.stat(pid)
                        .map(ProcessTable.Stat::parent)
                        .filter(parent -> ProcessTable.runTheSame(pid, parent))
                        .isEmpty();
    }

    private static IOException notAlone(List<Listener> listeners) {
        var first = holders(ListeningSockets.first(listeners));
        if (first.size() > 1) {
            return new IOException("several HAProxy processes listen on the addresses of the file: " + first
                    + "; one configuration with one worker can be taken over at a time");
        }
        var all = holders(listeners);
        if (all.size() > 1) {
            return new IOException("HAProxy processes that another one started share its sockets: " + all
                    + "; come back when one holds them alone");
        }
        return withoutWorker(all.keySet());
    }

    private static IOException withoutWorker(Set<Long> master) {
        return new IOException("HAProxy %s is a master without a worker: see whether it has started".formatted(master));
    }

    private static Map<Long, Set<String>> holders(List<Listener> listeners) {
        var holders = new TreeMap<Long, Set<String>>();
        for (var listener : listeners) {
            holders.computeIfAbsent(listener.pid(), pid -> new TreeSet<>())
                    .add(listener.address().toString());
        }
        return holders;
    }
}
