package dev.changeover.node.sandbox;

import dev.changeover.node.driver.ProxyConfiguration;
import java.io.IOException;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * What the operator of a sandbox node writes down.
 *
 * @param text as it was read
 * @param listen where clients connect; loopback only
 * @param database where sessions are relayed to
 */
record SandboxConfiguration(String text, InetSocketAddress listen, InetSocketAddress database) {

    /** The only backend there is. */
    static final String BACKEND = "database";

    /** The text of a configuration. */
    static String textOf(int listenPort, InetSocketAddress database) {
        return "listen = %d%ndatabase = %s:%d%n".formatted(listenPort, database.getHostString(), database.getPort());
    }

    /** @throws IOException if it cannot be used; the message names the line's key */
    static SandboxConfiguration of(String text) throws IOException {
        var lines = new Properties();
        lines.load(new StringReader(text));
        var database = required(lines, "database").split(":", 2);
        if (database.length != 2) {
            throw new IOException("database must be host:port, not '%s'".formatted(database[0]));
        }
        return new SandboxConfiguration(
                text,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port("listen", required(lines, "listen"))),
                new InetSocketAddress(database[0], port("database", database[1])));
    }

    ProxyConfiguration described() {
        return new ProxyConfiguration(
                text,
                Map.of(),
                List.of(listen),
                List.of(BACKEND),
                List.of(),
                List.of(),
                Duration.ofSeconds(20),
                Duration.ZERO,
                Optional.empty(),
                Map.of());
    }

    private static String required(Properties lines, String key) throws IOException {
        var value = lines.getProperty(key);
        if (value == null || value.isBlank()) throw new IOException(key + " is missing");
        return value.strip();
    }

    private static int port(String key, String value) throws IOException {
        if (value.matches("\\d{1,5}")) {
            int port = Integer.parseInt(value);
            if (port > 0 && port < 65_536) return port;
        }
        throw new IOException("%s: '%s' is not a port between 1 and 65535".formatted(key, value));
    }
}
