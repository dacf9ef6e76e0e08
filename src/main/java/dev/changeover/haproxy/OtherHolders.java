package dev.changeover.haproxy;

import dev.changeover.haproxy.configuration.BindAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * Processes that hold sockets of a node's addresses and are none of its own: they listen there, hold a copy of a socket
 * that listens, or have sessions of clients.
 *
 * @param pid as the operating system knows it
 * @param program that it runs, or {@code ?}
 * @param listening how many sockets it holds that listen; of one that is a copy, it gets its share of the connections
 * @param sessions how many established connections of clients it holds
 */
public record OtherHolders(long pid, String program, int listening, int sessions) {

    /**
     * Looks at every process of this host that this user may look into.
     *
     * @param ours processes of the node; what runs the same program and they descend from, or descends from them, is
     *     not told either: a master holds what its worker got, and an external check is a copy of its worker for a moment
     */
    public static List<OtherHolders> of(List<BindAddress> addresses, Set<Long> ours) throws IOException {
        var listening = LongStream.builder();
        var sessions = LongStream.builder();
        var ports = addresses.stream().map(BindAddress::port).collect(Collectors.toSet());
        TcpTable.eachTcpSocket(ports, socket -> {
            if (addresses.stream().noneMatch(socket.here()::overlaps)) return;
            if (socket.isListening()) listening.add(socket.inode());
            if (socket.isEstablished()) sessions.add(socket.inode());
        });
        var sought = new Sought(listening.build(), sessions.build());
        var others = new ArrayList<OtherHolders>();
        for (var pid : ProcessTable.all()) {
            if (ours.contains(pid)) continue;
            var held = sought.heldBy(pid);
            if (held.listening() + held.sessions() == 0 || isRelated(pid, ours)) continue;
            var program = ProcessTable.executable(pid).map(Path::toString).orElse("?");
            others.add(new OtherHolders(pid, program, held.listening(), held.sessions()));
        }
        return others;
    }

    /** Inodes in order: as objects, those of thousands of sessions would fill an agent's heap at each look. */
    private static final class Sought {
        private final long[] listening;
        private final long[] sessions;

        Sought(LongStream listening, LongStream sessions) {
            this.listening = listening.sorted().toArray();
            this.sessions = sessions.sorted().toArray();
        }

        /** How many of them the process listens on, and how many are sessions. It may hold one by several descriptors. */
        Held heldBy(long pid) {
            var listens = new HashSet<Long>();
            var serves = new HashSet<Long>();
            var seen = ProcessTable.eachSocket(pid, inode -> {
                if (Arrays.binarySearch(listening, inode) >= 0) listens.add(inode);
                if (Arrays.binarySearch(sessions, inode) >= 0) serves.add(inode);
            });
            return seen ? new Held(listens.size(), serves.size()) : new Held(0, 0);
        }
    }

    private record Held(int listening, int sessions) {}

    private static boolean isRelated(long pid, Set<Long> ours) {
        var program = ProcessTable.executable(pid);
        return ours.stream()
                .filter(own -> ProcessTable.executable(own).equals(program))
                .anyMatch(own -> descends(pid, own) || descends(own, pid));
    }

    private static boolean descends(long pid, long from) {
        for (var at = pid;
                at > 1;
                at = ProcessTable.stat(at).map(ProcessTable.Stat::parent).orElse(0L)) {
            if (at == from) return true;
        }
        return false;
    }
}
