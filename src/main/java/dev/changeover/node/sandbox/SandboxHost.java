package dev.changeover.node.sandbox;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What outlives an agent on a sandbox node: the listening socket and the generations that share it. Safe for use by
 * many threads.
 *
 * <p>One loop accepts from the one socket and deals the connections out to the generations that accept, in turn. So
 * there is no instant in a handover at which nobody listens, as long as one generation accepts before the other stops.
 */
final class SandboxHost implements AutoCloseable {
    private static final int BACKLOG = 1024;

    /** Far longer than a thread needs to notice that its socket was closed. */
    private static final Duration FREED_WITHIN = Duration.ofSeconds(5);

    private static final Duration COPIES_GONE = Duration.ofSeconds(1);
    private static final Duration BIND_AGAIN = Duration.ofMillis(20);

    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<SandboxGeneration> generations = new ArrayList<>();
    private @Nullable ServerSocketChannel socket;
    private @Nullable Thread acceptor;
    private boolean handsSocketsOver = true;
    private boolean isClosed;
    private int started;
    private int turn;

    SandboxHost(InstantSource clock) {
        this.clock = clock;
    }

    InstantSource clock() {
        return clock;
    }

    /** The generations that are alive, the oldest first. */
    List<SandboxGeneration> generations() {
        lock.lock();
        try {
            generations.removeIf(generation -> generation.stage() == SandboxGeneration.Stage.GONE);
            return List.copyOf(generations);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Starts a generation beside those that serve; it shares their socket. The first one binds the address.
     *
     * @throws BindException if another program listens there, or the socket is not handed over
     */
    SandboxGeneration start(Path kernel, SandboxKernel program, SandboxConfiguration settings, String checkUser)
            throws IOException {
        lock.lock();
        try {
            awaitAcceptorsEnd();
            if (isClosed) throw new IOException("the sandbox has ended");
            if (socket == null) {
                socket = listen(settings.listen());
            } else if (!handsSocketsOver) {
                throw new BindException("Address already in use");
            }
            var generation = new SandboxGeneration(
                    ++started, kernel, program.reportedVersion(), settings, checkUser, clock, this::noteChange);
            generations.add(generation);
            if (program.diesAfter().isPositive()) {
                dieLater(generation, program.diesAfter());
            }
            return generation;
        } finally {
            lock.unlock();
        }
    }

    /** Whether generations give their socket to the next one; a broken node's do not. */
    void handSocketsOver(boolean yes) {
        lock.lock();
        try {
            handsSocketsOver = yes;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        isClosed = true;
        lock.unlock();
        generations().forEach(SandboxGeneration::crash);
        settle();
    }

    /** Returns once the address of a socket that was closed is free. */
    void settle() {
        lock.lock();
        try {
            awaitAcceptorsEnd();
        } finally {
            lock.unlock();
        }
    }

    private static void dieLater(SandboxGeneration generation, Duration after) {
        CompletableFuture.delayedExecutor(after.toMillis(), TimeUnit.MILLISECONDS)
                .execute(generation::crash);
    }

    private ServerSocketChannel listen(InetSocketAddress address) throws IOException {
        var opened = ServerSocketChannel.open();
        try {
            opened.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            bind(opened, address);
        } catch (IOException taken) {
            opened.close();
            throw taken;
        }
        acceptor =
                Thread.ofVirtual().name("sandbox-accept-" + address.getPort()).start(() -> accept(opened));
        return opened;
    }

    /** A child that another thread starts holds a copy of a closed socket for milliseconds, until it runs its own program. */
    private static void bind(ServerSocketChannel opened, InetSocketAddress address) throws IOException {
        for (var left = COPIES_GONE.toNanos(); ; left -= BIND_AGAIN.toNanos()) {
            try {
                opened.bind(address, BACKLOG);
                return;
            } catch (BindException taken) {
                if (left <= 0) throw taken;
                LockSupport.parkNanos(BIND_AGAIN.toNanos());
            }
        }
    }

    /** The address of a closed socket is free only when the thread that waits at it has noticed. Lets go of the lock. */
    private void awaitAcceptorsEnd() {
        var left = FREED_WITHIN.toNanos();
        var step = Duration.ofMillis(1).toNanos();
        try {
            while (socket == null && acceptor != null && acceptor.isAlive() && left > 0) {
                left -= step - Math.max(0, changed.awaitNanos(step));
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private void accept(ServerSocketChannel from) {
        while (from.isOpen()) {
            try {
                deal(from.accept());
            } catch (IOException closed) {
                // the last generation died, which ends the loop, or the process is out of descriptors for a while
                if (from.isOpen()) {
                    pause();
                }
            }
        }
    }

    private void pause() {
        LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
    }

    private void deal(SocketChannel client) throws IOException {
        for (var generation : nextTurn()) {
            if (generation.serve(client)) {
                return;
            }
        }
        client.close();
    }

    private List<SandboxGeneration> nextTurn() {
        var accepting = new ArrayList<>(
                generations().stream().filter(SandboxGeneration::isAccepting).toList());
        if (!accepting.isEmpty()) {
            Collections.rotate(accepting, turn++ % accepting.size());
        }
        return accepting;
    }

    /** A socket lives as long as somebody accepts from it. */
    private void noteChange() {
        lock.lock();
        try {
            if (socket != null && generations.stream().noneMatch(SandboxGeneration::isAccepting)) {
                socket.close();
                socket = null;
            }
            changed.signalAll();
        } catch (IOException alreadyClosed) {
            socket = null;
        } finally {
            lock.unlock();
        }
    }
}
