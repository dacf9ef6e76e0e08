package dev.changeover.host;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** Ports of 127.0.0.1. */
public final class Loopback {
    public static final String HOST = "127.0.0.1";
    private static final int LOWEST = 15_000;
    private static final int PORTS = 17_000;
    private static final int ATTEMPTS = 200;
    private static final AtomicInteger TAKEN =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(PORTS));

    private Loopback() {}

    /**
     * A port nobody listens on, from below the range that the system hands to outgoing connections: a server that comes
     * back later on the same port must not find a client there. No port is given twice in one process, so that two who
     * ask at the same time and listen later do not meet.
     */
    public static int freePort() throws IOException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int port = LOWEST + Math.floorMod(TAKEN.getAndIncrement(), PORTS);
            if (isFree(port)) return port;
        }
        throw new IOException("no free port found between %d and %d".formatted(LOWEST, LOWEST + PORTS));
    }

    /**
     * Binds and never listens: a child that another thread starts meanwhile holds a copy of the socket for milliseconds,
     * and beside one that listens nobody could.
     */
    private static boolean isFree(int port) {
        try (var socket = new Socket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(HOST, port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }

    /** Whether somebody accepts connections there. */
    public static boolean answers(int port) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(HOST, port), 1_000);
            return true;
        } catch (IOException closed) {
            return false;
        }
    }
}
