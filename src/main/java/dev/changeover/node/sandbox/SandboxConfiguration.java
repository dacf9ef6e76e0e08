package dev.changeover.node.sandbox;

import java.io.IOException;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * What the operator of a sandbox node writes down, in {@code node.properties}.
 *
 * @param text as it was read; a difference to the text a generation serves is a changed configuration
 * @param listen where clients connect; loopback only
 * @param database where sessions are relayed to
 * @param checkUser who logs in to prove a generation
 */
record SandboxConfiguration(String text, InetSocketAddress listen, InetSocketAddress database, String checkUser) {

    /** The text of a configuration. */
    static String textOf(int listenPort, InetSocketAddress database, String checkUser) {
        return "listen = %d%ndatabase = %s:%d%ncheck_user = %s%n"
                .formatted(listenPort, database.getHostString(), database.getPort(), checkUser);
    }

    /**
     * Reads the operator's file.
     *
     * @throws IllegalArgumentException if it cannot be used; the message names the line's key
     */
    static SandboxConfiguration read(Path file) throws IOException {
        var text = Files.readString(file);
        var lines = new Properties();
        lines.load(new StringReader(text));
        var database = required(lines, "database").split(":", 2);
        if (database.length != 2) {
            throw new IllegalArgumentException("database must be host:port, not '%s'".formatted(database[0]));
        }
        return new SandboxConfiguration(
                text,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port("listen", required(lines, "listen"))),
                new InetSocketAddress(database[0], port("database", database[1])),
                required(lines, "check_user"));
    }

    private static String required(Properties lines, String key) {
        var value = lines.getProperty(key);
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException(key + " is missing");
        }
        return value.strip();
    }

    private static int port(String key, String value) {
        try {
            int port = Integer.parseInt(value);
            if (port > 0 && port < 65_536) {
                return port;
            }
        } catch (NumberFormatException notANumber) {
            // said below
        }
        throw new IllegalArgumentException("%s: '%s' is not a port between 1 and 65535".formatted(key, value));
    }
}
