package dev.changeover.haproxy;

import dev.changeover.haproxy.configuration.BindAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The TCP sockets of this host, from the kernel's tables. */
final class TcpTable {
    private static final List<String> TABLES = List.of("net/tcp", "net/tcp6");
    private static final String LISTENING = "0A";
    private static final String ESTABLISHED = "01";

    private TcpTable() {}

    /** A TCP socket of this host; {@code inode} is 0 where no process has it yet, or any more. */
    record TcpSocket(BindAddress here, String state, long inode) {

        boolean isListening() {
            return state.equals(LISTENING);
        }

        boolean isEstablished() {
            return state.equals(ESTABLISHED) && inode != 0;
        }
    }

    /** Those of this host that listen at one of these ports, or are established there. */
    static void eachTcpSocket(Set<Integer> ports, Consumer<TcpSocket> look) throws IOException {
        var self = ProcessHandle.current().pid();
        for (var file : TABLES) {
            if (Files.notExists(ProcessTable.process(self).resolve(file))) continue;
            try (var sockets =
                    table(self, file, line -> line.isListeningOrEstablished() && ports.contains(line.port()))) {
                sockets.map(fields -> new TcpSocket(
                                ListeningSockets.address(fields[1]), fields[3], Long.parseLong(fields[9])))
                        .forEach(look);
            } catch (UncheckedIOException failure) {
                throw failure.getCause();
            }
        }
    }

    /** The rows that matter, as words; a busy host has hundreds of thousands of others. */
    private static Stream<String[]> table(long pid, String file, Predicate<Row> matters) throws IOException {
        return ProcessTable.table(pid, file, line -> matters.test(Row.of(line))).filter(fields -> fields.length > 9);
    }

    /** What says whether a row matters, where the kernel writes it: {@code 0: 0100007F:0CEA 00000000:0000 0A …}. */
    private record Row(int port, String state) {
        static Row of(String line) {
            int here = line.indexOf(' ', line.indexOf(':') + 2);
            int there = line.indexOf(' ', here + 1);
            return here < 4 || there < 0 || line.length() < there + 3
                    ? new Row(0, "")
                    : new Row(Integer.parseInt(line, here - 4, here, 16), line.substring(there + 1, there + 3));
        }

        boolean isListeningOrEstablished() {
            return state.equals(LISTENING) || isEstablished();
        }

        boolean isEstablished() {
            return state.equals(ESTABLISHED);
        }
    }

    /** An established TCP connection. */
    record Connection(BindAddress here, BindAddress there) {}

    /** Those that a process holds. */
    static List<Connection> connections(long pid) throws IOException {
        var held = Set.copyOf(ProcessTable.descriptors(pid).values());
        var established = new ArrayList<Connection>();
        for (var file : TABLES) {
            if (Files.notExists(ProcessTable.process(pid).resolve(file))) continue;
            try (var sockets = table(pid, file, Row::isEstablished)) {
                sockets.filter(fields -> held.contains(Long.valueOf(fields[9])))
                        .map(fields -> new Connection(
                                ListeningSockets.address(fields[1]), ListeningSockets.address(fields[2])))
                        .forEach(established::add);
            } catch (UncheckedIOException failure) {
                throw failure.getCause();
            }
        }
        return established;
    }
}
