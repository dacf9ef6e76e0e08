package dev.changeover.haproxy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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

    /** @param state one letter: R, S, T (stopped), Z (zombie), … */
    record Stat(char state, long session) {}

    static Optional<Stat> stat(long pid) {
        return read(pid, "stat").flatMap(text -> {
            // The second field is the program's name in parentheses and may itself hold blanks and parentheses.
            var fields = text.substring(text.lastIndexOf(')') + 1).strip().split(" ");
            if (fields.length < 4) return Optional.empty();
            return Optional.of(new Stat(fields[0].charAt(0), Long.parseLong(fields[3])));
        });
    }

    /** A zombie has ended; only its parent has not noticed. */
    static boolean isRunning(long pid) {
        return stat(pid)
                .filter(stat -> stat.state() != 'Z' && stat.state() != 'X')
                .isPresent();
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

    /** The value of a variable in the environment that the process was started with. */
    static Optional<String> variable(long pid, String name) {
        return read(pid, "environ").stream()
                .flatMap(text -> List.of(text.split("\0")).stream())
                .filter(entry -> entry.startsWith(name + "="))
                .map(entry -> entry.substring(name.length() + 1))
                .findFirst();
    }

    /** Inodes of all sockets that a process holds; empty for processes of others that we may not look into. */
    static Set<Long> sockets(long pid) {
        var inodes = new HashSet<Long>();
        try (var descriptors = Files.newDirectoryStream(process(pid).resolve("fd"))) {
            for (var descriptor : descriptors) socket(descriptor).ifPresent(inodes::add);
        } catch (IOException | DirectoryIteratorException e) {
            return Set.of();
        }
        return inodes;
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
