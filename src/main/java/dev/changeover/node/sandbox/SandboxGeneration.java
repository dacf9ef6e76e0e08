package dev.changeover.node.sandbox;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One generation of a sandbox node: accepts while it serves, keeps its sessions when it retires, and is gone after
 * the last of them. What a real node has as a tree of processes.
 */
final class SandboxGeneration {
    /** How the generation stands. */
    enum State {
        ACCEPTING,
        RETIRING,
        GONE
    }

    private final int number;
    private final SandboxKernel kernel;
    private final SandboxConfiguration configuration;
    private final InstantSource clock;
    private final Runnable changed;
    private final Set<SandboxSession> sessions = ConcurrentHashMap.newKeySet();
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong errors = new AtomicLong();
    private State state = State.ACCEPTING;
    private volatile boolean answers = true;
    private volatile boolean orphaned;

    SandboxGeneration(
            int number,
            SandboxKernel kernel,
            SandboxConfiguration configuration,
            InstantSource clock,
            Runnable changed) {
        this.number = number;
        this.kernel = kernel;
        this.configuration = configuration;
        this.clock = clock;
        this.changed = changed;
    }

    int number() {
        return number;
    }

    SandboxKernel kernel() {
        return kernel;
    }

    SandboxConfiguration configuration() {
        return configuration;
    }

    List<SandboxSession> sessions() {
        return List.copyOf(sessions);
    }

    /** Connections taken since the start. */
    long accepted() {
        return accepted.get();
    }

    /** Connections that did not reach the database. */
    long errors() {
        return errors.get();
    }

    synchronized State state() {
        return state;
    }

    boolean accepting() {
        return state() == State.ACCEPTING;
    }

    /** Whether the generation answers its agent. One that does not may still relay. */
    boolean answers() {
        return answers;
    }

    void answer(boolean yes) {
        answers = yes;
    }

    /** Whether the agent has lost what it needs to steer the generation. */
    boolean orphaned() {
        return orphaned;
    }

    void orphan() {
        orphaned = true;
    }

    /** Whether the agent can make it do anything. */
    boolean steerable() {
        return answers && !orphaned;
    }

    /** Takes a new connection; false when the generation no longer accepts. */
    boolean serve(SocketChannel client) throws IOException {
        SandboxSession session;
        synchronized (this) {
            if (state != State.ACCEPTING) {
                return false;
            }
            session = new SandboxSession(accepted.incrementAndGet(), client, clock.instant(), this::ended);
            sessions.add(session);
        }
        session.relay(configuration.database(), errors::incrementAndGet);
        return true;
    }

    /** Accepts no more, keeps the sessions. Harmless when it is done already. */
    void retire() {
        synchronized (this) {
            if (state == State.ACCEPTING) {
                state = sessions.isEmpty() ? State.GONE : State.RETIRING;
            }
        }
        changed.run();
    }

    /** Dies with all its sessions. */
    void crash() {
        synchronized (this) {
            state = State.GONE;
        }
        sessions().forEach(SandboxSession::close);
        changed.run();
    }

    private void ended(SandboxSession session) {
        synchronized (this) {
            sessions.remove(session);
            if (state != State.RETIRING || !sessions.isEmpty()) {
                return;
            }
            state = State.GONE;
        }
        changed.run();
    }
}
