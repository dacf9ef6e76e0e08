package dev.changeover.haproxy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The processes of this host, from {@code /proc}. A process may end at any moment, so nothing here fails for that. */
final class ProcessTable {

    private static final Path PROC = Path.of("/proc");
    private static final String SOCKET = "socket:[";

    private ProcessTable() {}

    static List<Long> all() {
        try (var entries = Files.list(PROC)) {
            return entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> Character.isDigit(name.charAt(0)))
                    .map(Long::valueOf)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * @param state one letter: R, S, T (stopped), Z (zombie), …
     * @param started in clock ticks after the start of the host
     */
    record Stat(char state, long parent, long session, String started) {

        /** A zombie has ended; only its parent has not noticed. */
        boolean isRunning() {
            return state != 'Z' && state != 'X';
        }
    }

    static Optional<Stat> stat(long pid) {
        return read(pid, "stat").flatMap(text -> {
            // The second field is the program's name in parentheses and may itself hold blanks and parentheses.
            var fields = text.substring(text.lastIndexOf(')') + 1).strip().split(" ");
            if (fields.length < 20) return Optional.empty();
            return Optional.of(
                    new Stat(fields[0].charAt(0), Long.parseLong(fields[1]), Long.parseLong(fields[3]), fields[19]));
        });
    }

    static boolean isRunning(long pid) {
        return stat(pid).filter(Stat::isRunning).isPresent();
    }

    static List<Long> ofSession(long session) {
        return all().stream()
                .filter(pid -> stat(pid)
                        .filter(stat -> stat.session() == session && stat.state() != 'Z')
                        .isPresent())
                .toList();
    }

    /** The file that a process runs, even when it was deleted meanwhile. */
    static Optional<Path> executable(long pid) {
        try {
            var link = Files.readSymbolicLink(process(pid).resolve("exe")).toString();
            return Optional.of(Path.of(link.replaceFirst(" \\(deleted\\)$", "")));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Whether a process runs HAProxy by the name of its program. */
    static boolean isHaproxy(long pid) {
        return executable(pid).filter(Program::isNamedAsOne).isPresent();
    }

    /** Whether two processes run the same program, such as a master and its worker. */
    static boolean runTheSame(long pid, long other) {
        var program = executable(pid);
        return program.isPresent() && program.equals(executable(other));
    }

    /** The network namespace of a process; empty when we may not look or it has ended. */
    static Optional<Path> network(long pid) {
        try {
            return Optional.of(Files.readSymbolicLink(process(pid).resolve("ns/net")));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Whether a process has a root of its own, as in a container, where paths mean other files than here; no jail is one. */
    static boolean isInContainer(long pid) {
        try {
            var root = process(pid).resolve("root");
            return Files.readSymbolicLink(root).equals(Path.of("/")) && !Files.isSameFile(root, Path.of("/"));
        } catch (IOException gone) {
            return false;
        }
    }

    /** The words that the process was started with; empty when it has ended. */
    static List<String> arguments(long pid) {
        return read(pid, "cmdline").map(text -> List.of(text.split("\0"))).orElse(List.of());
    }

    /** The systemd unit whose control group the process is in; empty for one that nobody of systemd's started. */
    static Optional<String> unit(long pid) {
        return read(pid, "cgroup").stream()
                .flatMap(String::lines)
                .flatMap(line -> List.of(line.split("/")).stream())
                .filter(part -> part.endsWith(".service"))
                .reduce((first, last) -> last);
    }

    /** What the process was started with, {@code NAME=value} each; empty when it has ended. */
    static List<String> environment(long pid) {
        return read(pid, "environ").map(text -> List.of(text.split("\0"))).orElse(List.of());
    }

    /** The value of a variable in the environment that the process was started with. */
    static Optional<String> variable(long pid, String name) {
        return environment(pid).stream()
                .filter(entry -> entry.startsWith(name + "="))
                .map(entry -> entry.substring(name.length() + 1))
                .findFirst();
    }

    /** Whether a process holds a socket that is wanted; looks no further than the first, for it may have ten thousand. */
    static boolean holdsAny(long pid, LongPredicate wanted) {
        try (var descriptors = Files.newDirectoryStream(process(pid).resolve("fd"))) {
            for (var descriptor : descriptors)
                if (socket(descriptor).filter(wanted::test).isPresent()) return true;
        } catch (IOException | DirectoryIteratorException e) {
            return false;
        }
        return false;
    }

    /** Inodes of sockets that a process holds, only those that are wanted. Empty if not all of them could be seen. */
    static Set<Long> sockets(long pid, LongPredicate wanted) {
        var inodes = new HashSet<Long>();
        try (var descriptors = Files.newDirectoryStream(process(pid).resolve("fd"))) {
            for (var descriptor : descriptors)
                socket(descriptor).filter(wanted::test).ifPresent(inodes::add);
        } catch (IOException | DirectoryIteratorException e) {
            return Set.of();
        }
        return inodes;
    }

    /** The sockets that a process holds: descriptor and inode. */
    static Map<Integer, Long> descriptors(long pid) throws IOException {
        var sockets = new TreeMap<Integer, Long>();
        try (var descriptors = Files.newDirectoryStream(process(pid).resolve("fd"))) {
            for (var descriptor : descriptors) {
                socket(descriptor)
                        .ifPresent(inode -> sockets.put(
                                Integer.valueOf(descriptor.getFileName().toString()), inode));
            }
        }
        return sockets;
    }

    /** Inodes of the sockets, TCP and unix, on which anybody of the process's network namespace listens. */
    static Set<Long> listeningSockets(long pid) throws IOException {
        var listening = new HashSet<Long>();
        ListeningSockets.now().all().forEach(socket -> listening.add(socket.inode()));
        try (var sockets = table(pid, "net/unix")) {
            sockets.filter(fields -> fields.length > 6 && fields[3].equals("00010000"))
                    .forEach(fields -> listening.add(Long.valueOf(fields[6])));
        }
        return listening;
    }

    /** The descriptors of a process that are unix sockets; empty when it has ended. */
    static List<Integer> unixSockets(long pid) {
        try (var sockets = table(pid, "net/unix")) {
            var all = sockets.filter(fields -> fields.length > 6)
                    .map(fields -> Long.valueOf(fields[6]))
                    .collect(Collectors.toSet());
            return descriptors(pid).entrySet().stream()
                    .filter(descriptor -> all.contains(descriptor.getValue()))
                    .map(Map.Entry::getKey)
                    .toList();
        } catch (IOException gone) {
            return List.of();
        }
    }

    /** The paths on which a process listens, without what HAProxy adds to one that it binds; empty when it has ended. */
    static List<Path> unixListeners(long pid) {
        try (var sockets = table(pid, "net/unix")) {
            var held = Set.copyOf(descriptors(pid).values());
            return sockets.filter(fields -> fields.length > 7 && fields[3].equals("00010000"))
                    .filter(fields -> held.contains(Long.valueOf(fields[6])) && fields[7].startsWith("/"))
                    .map(fields -> Path.of(fields[7].replaceFirst("\\.\\d+\\.tmp$", "")))
                    .toList();
        } catch (IOException gone) {
            return List.of();
        }
    }

    /** A table of the kernel's, line by line: it can have a hundred thousand. */
    static Stream<String[]> table(long pid, String file) throws IOException {
        return table(pid, file, line -> true);
    }

    /** Its lines that matter: the others are not taken apart. */
    static Stream<String[]> table(long pid, String file, Predicate<String> matters) throws IOException {
        return Files.lines(process(pid).resolve(file), StandardCharsets.ISO_8859_1)
                .skip(1)
                .filter(matters)
                .map(line -> line.strip().split("\\s+"));
    }

    private static Optional<Long> socket(Path descriptor) {
        try {
            var target = Files.readSymbolicLink(descriptor).toString();
            if (!target.startsWith(SOCKET)) return Optional.empty();
            return Optional.of(Long.valueOf(target.substring(SOCKET.length(), target.length() - 1)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    static Path process(long pid) {
        return PROC.resolve(Long.toString(pid));
    }

    private static Optional<String> read(long pid, String file) {
        try {
            return Optional.of(Files.readString(process(pid).resolve(file), StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
