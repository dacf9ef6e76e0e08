package dev.changeover.haproxy;

import dev.changeover.haproxy.configuration.BindAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** The TCP sockets of this host, from the kernel's tables. */
final class TcpTable {
    private TcpTable() {}

    /** A TCP socket of this host; {@code inode} is 0 where no process has it yet, or any more. */
    record TcpSocket(BindAddress here, String state, long inode) {

        boolean isListening() {
            return state.equals("0A");
        }

        boolean isEstablished() {
            return state.equals("01") && inode != 0;
        }
    }

    static void eachTcpSocket(Consumer<TcpSocket> look) throws IOException {
        var self = ProcessHandle.current().pid();
        for (var file : List.of("net/tcp", "net/tcp6")) {
            if (Files.notExists(ProcessTable.process(self).resolve(file))) continue;
            try (var sockets = ProcessTable.table(self, file)) {
                sockets.filter(fields -> fields.length > 9 && !fields[1].endsWith(":0000"))
                        .filter(fields -> fields[3].equals("0A") || fields[3].equals("01"))
                        .map(fields -> new TcpSocket(
                                ListeningSockets.address(fields[1]), fields[3], Long.parseLong(fields[9])))
                        .forEach(look);
            } catch (UncheckedIOException failure) {
                throw failure.getCause();
            }
        }
    }

    /** An established TCP connection. */
    record Connection(BindAddress here, BindAddress there) {}

    /** Those that a process holds. */
    static List<Connection> connections(long pid) throws IOException {
        var held = Set.copyOf(ProcessTable.descriptors(pid).values());
        var established = new ArrayList<Connection>();
        for (var file : List.of("net/tcp", "net/tcp6")) {
            if (Files.notExists(ProcessTable.process(pid).resolve(file))) continue;
            try (var sockets = ProcessTable.table(pid, file)) {
                sockets.filter(fields -> fields.length > 9 && fields[3].equals("01"))
                        .filter(fields -> held.contains(Long.valueOf(fields[9])))
                        .map(fields -> new Connection(
                                ListeningSockets.address(fields[1]), ListeningSockets.address(fields[2])))
                        .forEach(established::add);
            }
        }
        return established;
    }
}
