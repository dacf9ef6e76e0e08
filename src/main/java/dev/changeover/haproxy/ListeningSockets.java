package dev.changeover.haproxy;

import dev.changeover.haproxy.configuration.BindAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The TCP sockets of this host that listen, as the operating system sees them. */
public record ListeningSockets(List<Listening> all) {

    private static final String LISTEN = "0A";
    private static final Path HERE = Path.of("/proc/net");
    private static final List<String> TABLES = List.of("tcp", "tcp6");

    public ListeningSockets {
        all = List.copyOf(all);
    }

    /** @param inode names the socket: two processes with the same inode hold the same socket, queue included */
    public record Listening(BindAddress address, long inode) {}

    /** A process that listens where the proxy should. */
    public record Listener(BindAddress address, long pid, String program) {

        public boolean isHaproxy() {
            return Program.isNamedAsOne(Path.of(program))
                    || Program.isOne(ProcessTable.process(pid).resolve("exe"));
        }
    }

    /** Of the network namespace that we are in. */
    public static ListeningSockets now() throws IOException {
        return of(HERE);
    }

    /** HAProxy processes that listen on one of these addresses where this process cannot connect to it. */
    public static List<Listener> elsewhere(Collection<BindAddress> addresses) {
        var here = ProcessTable.network(ProcessHandle.current().pid());
        var found = new ArrayList<Listener>();
        for (var pid : ProcessTable.all()) {
            var network = ProcessTable.network(pid);
            var program = ProcessTable.executable(pid).filter(Program::isNamedAsOne);
            if (program.isEmpty() || network.isEmpty() || network.equals(here)) continue;
            try {
                var sockets = of(ProcessTable.process(pid).resolve("net"));
                sockets.addressesOf(pid).stream()
                        .filter(address -> addresses.stream().anyMatch(address::overlaps))
                        .map(address -> new Listener(address, pid, program.get().toString()))
                        .forEach(found::add);
            } catch (IOException ended) {
                // as processes may at any moment
            }
        }
        return found;
    }

    private static ListeningSockets of(Path directory) throws IOException {
        var all = new ArrayList<Listening>();
        for (var table : TABLES) all.addAll(in(directory.resolve(table)));
        return new ListeningSockets(all);
    }

    private static List<Listening> in(Path table) throws IOException {
        if (Files.notExists(table)) return List.of();
        try (var lines = Files.lines(table, StandardCharsets.US_ASCII)) {
            return listening(lines);
        } catch (UncheckedIOException failure) {
            throw failure.getCause();
        }
    }

    /**
     * The kernel lists the sockets that listen first: whatever else there is, a hundred thousand that only wait for their
     * end included, is not read.
     */
    static List<Listening> listening(Stream<String> table) {
        return table.skip(1)
                .map(line -> line.strip().split("\\s+"))
                .takeWhile(fields -> fields.length >= 10 && fields[3].equals(LISTEN))
                .map(ListeningSockets::listening)
                .toList();
    }

    /** The sockets that the process holds, by the address that they are on. */
    public Map<BindAddress, Set<Long>> heldBy(long pid) {
        var held = ProcessTable.sockets(pid, inodes()::contains);
        return all.stream()
                .filter(listening -> held.contains(listening.inode()))
                .collect(Collectors.groupingBy(
                        Listening::address,
                        LinkedHashMap::new,
                        Collectors.mapping(Listening::inode, Collectors.toSet())));
    }

    /**
     * Whether a process of our network namespace holds one that listens. It is looked no further than the first: where none
     * speaks IPv6, the kernel passes every socket of the host to find the end of that table.
     */
    public static boolean areHeldBy(long pid) throws IOException {
        for (var table : TABLES) {
            var inodes = new ListeningSockets(in(HERE.resolve(table))).inodes();
            if (!inodes.isEmpty() && ProcessTable.holdsAny(pid, inodes::contains)) return true;
        }
        return false;
    }

    private Set<Long> inodes() {
        return all.stream().map(Listening::inode).collect(Collectors.toSet());
    }

    /** Every address on which the process holds a socket. */
    public List<BindAddress> addressesOf(long pid) {
        return List.copyOf(heldBy(pid).keySet());
    }

    /** Whether there are several sockets on exactly this address. */
    boolean isShared(BindAddress address) {
        return all.stream()
                        .filter(listening -> listening.address().equals(address))
                        .count()
                > 1;
    }

    public boolean anyOn(BindAddress address) {
        return all.stream().anyMatch(listening -> listening.address().overlaps(address));
    }

    /** Every process that holds a listening socket overlapping one of the addresses, once for each of these. */
    public List<Listener> listeners(Collection<BindAddress> addresses) {
        var wanted = new HashMap<Long, List<BindAddress>>();
        for (var listening : all) {
            var overlapped =
                    addresses.stream().filter(listening.address()::overlaps).toList();
            if (!overlapped.isEmpty()) wanted.put(listening.inode(), overlapped);
        }
        if (wanted.isEmpty()) return List.of();
        return ProcessTable.all().stream()
                .flatMap(pid -> ProcessTable.sockets(pid, wanted::containsKey).stream()
                        .flatMap(inode -> wanted.getOrDefault(inode, List.of()).stream())
                        .distinct()
                        .map(address -> new Listener(
                                address,
                                pid,
                                ProcessTable.executable(pid).map(Path::toString).orElse("?"))))
                .toList();
    }

    /**
     * Those of the listeners that none of the others began: of a program that has workers the first, and of one that is just
     * starting a child not also the child, which holds the sockets for the moment before it becomes another program.
     */
    public static List<Listener> first(List<Listener> listeners) {
        var pids = listeners.stream().map(Listener::pid).collect(Collectors.toSet());
        return listeners.stream()
                .filter(listener -> ProcessTable.stat(listener.pid())
                        .filter(stat -> !pids.contains(stat.parent()))
                        .isPresent())
                .toList();
    }

    private static Listening listening(String[] fields) {
        return new Listening(address(fields[1]), Long.parseLong(fields[9]));
    }

    /** As the kernel writes it: eight or more digits, and four of the port. */
    static BindAddress address(String written) {
        var parts = written.split(":");
        return new BindAddress(host(parts[0]), Integer.parseInt(parts[1], 16));
    }

    /** The kernel prints addresses as 32-bit words in the byte order of the machine. */
    private static InetAddress host(String hex) {
        var bytes = HexFormat.of().parseHex(hex);
        if (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN) {
            for (int word = 0; word < bytes.length; word += 4) {
                swap(bytes, word, word + 3);
                swap(bytes, word + 1, word + 2);
            }
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("/proc/net names an address of " + bytes.length + " bytes", e);
        }
    }

    private static void swap(byte[] bytes, int i, int j) {
        var kept = bytes[i];
        bytes[i] = bytes[j];
        bytes[j] = kept;
    }
}
