package dev.changeover.bench;

import dev.changeover.demo.HaproxyKernels.Kernel;
import dev.changeover.demo.RealParts;
import dev.changeover.node.adoption.Adoption;
import dev.changeover.node.agent.ProxyNode;
import dev.changeover.node.haproxy.HaproxyDriver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A HAProxy that somebody else started, as Debian's unit does, and that our agent adopts. */
final class ForeignNode implements AutoCloseable {
    private final BenchHost host;
    private final Process foreign;

    ForeignNode(Path parent, Kernel kernel) throws IOException {
        host = BenchHost.create(parent, "f", "");
        var directory = Files.createDirectories(host.directory().resolve("usr"));
        RealParts.unpack(kernel, directory);
        var builder = new ProcessBuilder(
                        directory.resolve("usr/sbin/haproxy").toString(),
                        "-W",
                        "-db",
                        "-S",
                        host.directory().resolve("m.sock").toString(),
                        "-f",
                        host.configuration().toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        var libraries = RealParts.libraries(directory);
        if (!libraries.isEmpty()) builder.environment().put("LD_LIBRARY_PATH", libraries);
        foreign = builder.start();
        Awaitility.await().until(() -> foreign.children().findAny().isPresent());
    }

    InetSocketAddress address() {
        return host.address();
    }

    /** Milliseconds by part. */
    Map<String, Long> adopt() throws IOException, InterruptedException {
        var configuration = AgentNode.configuration(host, null);
        Files.createDirectories(configuration.kernelsDir());
        var began = System.nanoTime();
        var adoption = new Adoption(
                configuration,
                new ProxyNode(
                        configuration,
                        new HaproxyDriver(configuration.runDir(), host.configuration(), BenchHost.CHECK_USER)));
        var plan = adoption.plan(null);
        var planned = System.nanoTime();
        adoption.carryOut(plan);
        var parts = new LinkedHashMap<String, Long>();
        parts.put("plan", TimeUnit.NANOSECONDS.toMillis(planned - began));
        parts.put("carry out", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - planned));
        return parts;
    }

    @Override
    public void close() throws IOException {
        AgentNode.end(host.directory().resolve("run"));
        if (foreign.isAlive()) AgentNode.end(foreign.pid());
    }
}
