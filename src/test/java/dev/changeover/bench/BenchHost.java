package dev.changeover.bench;

import dev.changeover.demo.MariaDb;
import dev.changeover.demo.RealParts;
import dev.changeover.temporal.Loopback;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;

/** What every measured node on this host has: a directory, a port, a configuration, one database for all. */
record BenchHost(Path directory, InetSocketAddress address, Path configuration) {
    static final String CHECK_USER = "haproxy_check";

    /** A directory whose path is short enough for unix sockets. */
    static BenchHost create(Path parent, String name, String global) throws IOException {
        var directory = Files.createDirectories(parent.resolve(name));
        var host = new BenchHost(directory, freeAddress(), directory.resolve("haproxy.cfg"));
        Files.writeString(host.configuration(), host.text(global));
        return host;
    }

    static MariaDb database() {
        return RealParts.mariaDb();
    }

    private String text(String global) {
        return """
                global
                    maxconn 2000
                %s
                defaults
                    mode tcp
                    timeout connect 5s
                    timeout client 25h
                    timeout server 25h
                frontend mysql
                    bind 127.0.0.1:%d
                    default_backend db
                backend db
                    option mysql-check user %s
                    server db1 127.0.0.1:%d check inter 1s
                """.formatted(
                        global.indent(4).stripTrailing(),
                        address.getPort(),
                        CHECK_USER,
                        database().address().getPort());
    }

    static InetSocketAddress freeAddress() throws IOException {
        return new InetSocketAddress("127.0.0.1", Loopback.freePort());
    }
}
