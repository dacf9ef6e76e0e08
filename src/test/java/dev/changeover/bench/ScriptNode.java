package dev.changeover.bench;

import dev.changeover.demo.HaproxyKernels.Kernel;
import dev.changeover.demo.RealParts;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A HAProxy that somebody hands over with a shell script, or simply stops and starts. */
final class ScriptNode implements AutoCloseable {
    private static final Path SCRIPT =
            Path.of("src/test/resources/bench/handover.sh").toAbsolutePath();

    private final BenchHost host;
    private final Map<String, Path> unpacked = new LinkedHashMap<>();
    private int generations;
    private @Nullable Path serving;

    ScriptNode(Path parent, Kernel first) throws IOException, InterruptedException {
        this(parent, first, 1);
    }

    ScriptNode(Path parent, Kernel first, int backends) throws IOException, InterruptedException {
        host = BenchHost.create(parent, "s", """
                global
                    stats socket "${HA_RUN}/stats.sock" mode 600 level admin expose-fd listeners
                    noreuseport
                """, backends);
        handOver(first);
    }

    InetSocketAddress address() {
        return host.address();
    }

    /** A script's operator, too, has the new version ready. */
    Path stage(Kernel kernel) throws IOException {
        var there = unpacked.get(kernel.version());
        if (there != null) {
            return there;
        }
        var directory = Files.createDirectories(host.directory().resolve(kernel.version()));
        RealParts.unpack(kernel, directory);
        unpacked.put(kernel.version(), directory);
        return directory;
    }

    /** Milliseconds by part, as the script itself measured them. */
    Map<String, Long> handOver(Kernel kernel) throws IOException, InterruptedException {
        var directory = stage(kernel);
        var next = host.directory().resolve("gen-" + ++generations);
        var old = serving;
        var builder = new ProcessBuilder(
                        SCRIPT.toString(),
                        directory.resolve("usr/sbin/haproxy").toString(),
                        host.configuration().toString(),
                        old == null ? "" : old.toString(),
                        next.toString(),
                        host.directory().resolve("current").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        var libraries = RealParts.libraries(directory);
        if (!libraries.isEmpty()) {
            builder.environment().put("LD_LIBRARY_PATH", libraries);
        }
        var script = builder.start();
        var words = new String(script.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (script.waitFor() != 0) {
            throw new AssertionError("the script failed: " + Files.readString(next.resolve("output.log")));
        }
        serving = next;
        var parts = new LinkedHashMap<String, Long>();
        parts.put("start", Long.parseLong(words.split(" ", 2)[0]));
        parts.put("commit", Long.parseLong(words.split(" ", 2)[1]));
        return parts;
    }

    /** What a unit's restart does: ends the one and starts the other. */
    Map<String, Long> stopAndStart(Kernel kernel) throws IOException, InterruptedException {
        var began = System.nanoTime();
        close();
        serving = null;
        handOver(kernel);
        return Map.of("stop and start", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
    }

    @Override
    public void close() throws IOException {
        if (serving != null) {
            AgentNode.end(
                    Long.parseLong(Files.readString(serving.resolve("pid")).strip()));
        }
    }
}
