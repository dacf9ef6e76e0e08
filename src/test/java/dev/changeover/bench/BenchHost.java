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
        return create(parent, name, more, 1);
    }

    /** @param backends how many, all with the same server; clients reach the first */
    static BenchHost create(Path parent, String name, String more, int backends) throws IOException {
        var directory = Files.createDirectories(parent.resolve(name));
        var host = new BenchHost(directory, freeAddress(), directory.resolve("haproxy.cfg"));
        var sample = SampleConfiguration.of(host.address().getPort(), database().address());
        var at = sample.lastIndexOf("backend db");
        var rules = new StringBuilder();
        var others = new StringBuilder();
        for (int i = 2; i <= backends; i++) {
            rules.append("    use_backend db%d if { src 127.9.9.%d }\n".formatted(i, i));
            others.append(sample.substring(at).replace("backend db", "backend db" + i));
        }
        Files.writeString(
                host.configuration(),
                more
                        + sample.substring(0, sample.indexOf("    default_backend"))
                        + rules
                        + sample.substring(sample.indexOf("    default_backend"))
                        + others);
        return host;
    }

    static MariaDb database() {
        return RealParts.mariaDb();
    }

    static InetSocketAddress freeAddress() throws IOException {
        return new InetSocketAddress("127.0.0.1", Loopback.freePort());
    }
}
