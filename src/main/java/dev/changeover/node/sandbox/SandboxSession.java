package dev.changeover.node.sandbox;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** One client's connection through a sandbox node: bytes go both ways until both ends have finished. */
final class SandboxSession {
    private static final int CHUNK = 16 * 1024;

    private final long number;
    private final SocketChannel client;
    private final SocketChannel database;
    private final Instant began;
    private final String peer;
    private final Consumer<SandboxSession> ended;
    private final AtomicInteger open = new AtomicInteger(2);
    private volatile boolean answered = true;

    /** @param number counts the sessions of a generation */
    SandboxSession(long number, SocketChannel client, Instant began, Consumer<SandboxSession> ended)
            throws IOException {
        this.number = number;
        this.client = client;
        this.database = SocketChannel.open();
        this.began = began;
        this.peer = String.valueOf(client.getRemoteAddress()).replace("/", "");
        this.ended = ended;
    }

    long number() {
        return number;
    }

    /** Who is connected, as {@code address:port}. */
    String peer() {
        return peer;
    }

    /** How long the session has lived. */
    Duration age(Instant now) {
        return Duration.between(began, now);
    }

    /** Whether the database has answered all that the client asked. */
    boolean idle() {
        return answered;
    }

    /** Connects to the database and relays; returns at once. */
    void relay(SocketAddress address, Runnable failed) {
        Thread.ofVirtual().name("sandbox-session").start(() -> {
            try {
                client.setOption(StandardSocketOptions.TCP_NODELAY, true);
                database.setOption(StandardSocketOptions.TCP_NODELAY, true);
                database.connect(address);
            } catch (IOException unreachable) {
                failed.run();
                close();
                return;
            }
            Thread.ofVirtual().name("sandbox-answers").start(() -> pump(database, client, true));
            pump(client, database, false);
        });
    }

    /** Ends the session now, on both sides. Harmless when it has ended. */
    void close() {
        try (client;
                database) {
            open.set(0);
        } catch (IOException alreadyGone) {
            // closing is all that was wanted
        }
        ended.accept(this);
    }

    private void pump(SocketChannel from, SocketChannel to, boolean fromDatabase) {
        var buffer = ByteBuffer.allocate(CHUNK);
        try {
            while (from.read(buffer) >= 0) {
                answered = fromDatabase;
                buffer.flip();
                while (buffer.hasRemaining()) {
                    to.write(buffer);
                }
                buffer.clear();
            }
            to.shutdownOutput();
            if (open.decrementAndGet() <= 0) {
                close();
            }
        } catch (IOException broken) {
            close();
        }
    }
}
