package dev.changeover.bench;

import dev.changeover.demo.MariaDb;
import dev.changeover.demo.RealParts;
import dev.changeover.demo.SampleConfiguration;
import dev.changeover.host.Loopback;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;

/** What every measured node on this host has: a directory, a port, a configuration, one database for all. */
record BenchHost(Path directory, InetSocketAddress address, Path configuration) {
    static final String CHECK_USER = "haproxy_check";

    /**
     * A directory whose path is short enough for unix sockets.
     *
     * @param more sections of the configuration before the operator's
     */
    static BenchHost create(Path parent, String name, String more) throws IOException {
        var directory = Files.createDirectories(parent.resolve(name));
        var host = new BenchHost(directory, freeAddress(), directory.resolve("haproxy.cfg"));
        Files.writeString(
                host.configuration(),
                more
                        + SampleConfiguration.of(
                                host.address().getPort(), database().address()));
        return host;
    }

    static MariaDb database() {
        return RealParts.mariaDb();
    }

    static InetSocketAddress freeAddress() throws IOException {
        return new InetSocketAddress("127.0.0.1", Loopback.freePort());
    }
}
