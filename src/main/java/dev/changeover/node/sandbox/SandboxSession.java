package dev.changeover.node.sandbox;

import dev.changeover.node.RetireProgress.State;
import dev.changeover.node.driver.ProxyConfiguration;
import dev.changeover.node.driver.ProxySession;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

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
    private volatile String ours = "";
    private volatile String theirs = "";

    /** @param number counts the sessions of a generation */
    SandboxSession(long number, SocketChannel client, Instant began, Consumer<SandboxSession> ended)
            throws IOException {
        this.number = number;
        this.client = client;
        this.database = SocketChannel.open();
        this.began = began;
        this.peer = written(client.getRemoteAddress());
        this.ended = ended;
    }

    boolean isNamed(String handle) {
        return handle.equals(Long.toString(number));
    }

    /** A relay sees questions and answers, but knows nothing of transactions. */
    ProxySession listed(Instant now) {
        var state = answered ? State.IDLE : State.BUSY;
        return new ProxySession(Long.toString(number), peer, Duration.between(began, now), state, answered);
    }

    ProxySession.Details details() {
        return new ProxySession.Details(number, ours, theirs);
    }

    /** Connects to the database and relays; returns at once. */
    void relay(SocketAddress address, Runnable failed) {
        Thread.ofVirtual().name("sandbox-session").start(() -> {
            try {
                client.setOption(StandardSocketOptions.TCP_NODELAY, true);
                database.setOption(StandardSocketOptions.TCP_NODELAY, true);
                database.connect(address);
                theirs = written(database.getRemoteAddress());
                ours = written(database.getLocalAddress());
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

    private static String written(@Nullable SocketAddress address) {
        return address instanceof InetSocketAddress known ? ProxyConfiguration.written(known) : "";
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
