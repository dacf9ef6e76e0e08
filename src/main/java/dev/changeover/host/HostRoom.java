package dev.changeover.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** Whether the host has room for one more worker beside all that run: memory, and descriptors. */
public final class HostRoom {

    /** What a worker needs before its first session. */
    public static final long BARE_WORKER = 32L << 20;

    private static final Pattern OPEN_FILES = Pattern.compile("(?m)^Max open files\\s+(\\d+)\\s+(\\d+)");
    private static final int RAISE_LIMITS = 24;

    private HostRoom() {}

    /**
     * What is missing for one more worker of the same size, with figures.
     *
     * @return empty when nothing is, or {@code /proc} does not tell
     */
    public static Optional<String> lack(long worker) {
        return HostMemory.beside(worker)
                .flatMap(memory -> lackOfMemory(memory.available(), memory.used()))
                .or(() -> descriptors(worker));
    }

    static Optional<String> lackOfMemory(long available, long used) {
        var needed = Math.max(used, BARE_WORKER);
        return available >= needed
                ? Optional.empty()
                : Optional.of("%d MB of memory are left beside the generations that run; one more may need %d MB"
                        .formatted(available >> 20, needed >> 20));
    }

    private static Optional<String> descriptors(long worker) {
        try {
            var process = HostMemory.process(worker);
            var self = HostMemory.process(ProcessHandle.current().pid());
            return lackOfLimit(
                            limit(process, 1),
                            SystemCalls.hasCapability(RAISE_LIMITS) ? Long.MAX_VALUE : limit(self, 2))
                    .or(() -> lackOfFiles(worker));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    /** HAProxy takes the limit that its maxconn needs, up to the one that it was started with. */
    static Optional<String> lackOfLimit(long taken, long most) {
        return taken <= most
                ? Optional.empty()
                : Optional.of(("a generation takes %d descriptors and this agent may give it %d:"
                                + " raise LimitNOFILE of its unit")
                        .formatted(taken, most));
    }

    private static Optional<String> lackOfFiles(long worker) {
        try (var open = Files.list(HostMemory.process(worker).resolve("fd"))) {
            var left = filesLeft();
            var needed = open.count();
            return left.isEmpty() || left.getAsLong() >= needed
                    ? Optional.empty()
                    : Optional.of(("%d file descriptors are left on this host; one more generation may need %d:"
                                    + " raise fs.file-max")
                            .formatted(left.getAsLong(), needed));
        } catch (IOException untold) {
            return Optional.empty();
        }
    }

    /** How many descriptors the host has left; empty where it does not say, or sets no limit that counts. */
    public static OptionalLong filesLeft() {
        // Such a file has all to give to the first read, and nothing to a second.
        try (var table = Files.newInputStream(Path.of("/proc/sys/fs/file-nr"))) {
            var host = new String(table.readNBytes(100), StandardCharsets.US_ASCII)
                    .strip()
                    .split("\\s+");
            var left = Long.parseUnsignedLong(host[2]) - Long.parseLong(host[0]);
            return left < 0 ? OptionalLong.empty() : OptionalLong.of(left);
        } catch (IOException untold) {
            return OptionalLong.empty();
        }
    }

    private static long limit(Path process, int column) throws IOException {
        var found = OPEN_FILES.matcher(Files.readString(process.resolve("limits")));
        return found.find() ? Long.parseLong(found.group(column)) : column == 1 ? 0 : Long.MAX_VALUE;
    }
}
