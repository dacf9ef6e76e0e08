package dev.changeover.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

/**
 * Memory of this host.
 *
 * @param available bytes that new processes beside this one can have: what the host has left, and what the limit of the
 *     process's control group leaves
 * @param used bytes that the process has now
 */
public record HostMemory(long available, long used) {

    private static final Path GROUPS = Path.of("/sys/fs/cgroup");

    /** Nothing when {@code /proc} does not tell. */
    public static Optional<HostMemory> beside(long process) {
        try {
            var host = kilobytes("MemAvailable", Path.of("/proc/meminfo"));
            var used = kilobytes("VmRSS", process(process).resolve("status"));
            if (host.isEmpty() || used.isEmpty()) return Optional.empty();
            var available = LongStream.concat(host.stream(), group(process).stream())
                    .min()
                    .orElseThrow();
            return Optional.of(new HostMemory(available, used.getAsLong()));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    /** The rest of the control group's limit; its page cache can be given back. */
    private static OptionalLong group(long process) throws IOException {
        var name = Files.readAllLines(process(process).resolve("cgroup")).stream()
                .filter(line -> line.startsWith("0::/"))
                .map(line -> line.substring("0::/".length()))
                .findFirst();
        if (name.isEmpty()) return OptionalLong.empty();
        var group = GROUPS.resolve(name.get());
        if (Files.notExists(group.resolve("memory.max"))) return OptionalLong.empty();
        var limit = Files.readString(group.resolve("memory.max")).strip();
        if (limit.equals("max")) return OptionalLong.empty();
        var now =
                Long.parseLong(Files.readString(group.resolve("memory.current")).strip());
        var cache = number("inactive_file", group.resolve("memory.stat")).orElse(0);
        return OptionalLong.of(Math.max(0, Long.parseLong(limit) - now + cache));
    }

    private static OptionalLong kilobytes(String name, Path file) throws IOException {
        var number = number(name + ":", file);
        return number.isPresent() ? OptionalLong.of(number.getAsLong() << 10) : number;
    }

    private static OptionalLong number(String name, Path file) throws IOException {
        var matcher = Pattern.compile("(?m)^" + name + "\\s+(\\d+)").matcher(Files.readString(file));
        return matcher.find() ? OptionalLong.of(Long.parseLong(matcher.group(1))) : OptionalLong.empty();
    }

    static Path process(long pid) {
        return Path.of("/proc", Long.toString(pid));
    }
}
