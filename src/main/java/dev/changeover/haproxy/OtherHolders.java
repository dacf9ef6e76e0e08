package dev.changeover.haproxy;

import dev.changeover.haproxy.configuration.BindAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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
        var listen = LongStream.builder();
        var serve = LongStream.builder();
        var ports = addresses.stream().map(BindAddress::port).collect(Collectors.toSet());
        TcpTable.eachTcpSocket(ports, socket -> {
            if (addresses.stream().noneMatch(socket.here()::overlaps)) return;
            if (socket.isListening()) listen.add(socket.inode());
            if (socket.isEstablished()) serve.add(socket.inode());
        });
        var listening = listen.build().sorted().toArray();
        var sessions = serve.build().sorted().toArray();
        var others = new ArrayList<OtherHolders>();
        for (var pid : ProcessTable.all()) {
            if (ours.contains(pid)) continue;
            var held = ProcessTable.sockets(pid, inode -> isOneOf(listening, inode) || isOneOf(sessions, inode));
            if (held.isEmpty() || isRelated(pid, ours)) continue;
            var listens = (int)
                    held.stream().filter(inode -> isOneOf(listening, inode)).count();
            var program = ProcessTable.executable(pid).map(Path::toString).orElse("?");
            others.add(new OtherHolders(pid, program, listens, held.size() - listens));
        }
        return others;
    }

    /**
     * @param inodes in order, and no objects: those of thousands of sessions would fill an agent's heap at each look
     */
    private static boolean isOneOf(long[] inodes, long inode) {
        return Arrays.binarySearch(inodes, inode) >= 0;
    }

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
