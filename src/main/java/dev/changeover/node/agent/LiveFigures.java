package dev.changeover.node.agent;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The figures of sessions that are to end, as a heartbeat. They are told at each call while any is being closed. While
 * sessions only end by themselves they are told less and less often, because nodes that retire for a day share one
 * Temporal: every two seconds in the first twenty, every half minute after five minutes. A beat after a silence waits
 * for its answer, so that nothing is closed that was forbidden meanwhile. For one thread.
 */
final class LiveFigures {
    private static final Duration OFTEN = Duration.ofSeconds(2);
    private static final Duration SELDOM = Duration.ofSeconds(30);

    private final ControlPlaneHeartbeat heartbeat;
    private final SessionDrain drain;
    private final LongSupplier nanos;
    private final long began;
    private long due;
    private boolean closing;

    LiveFigures(ControlPlaneHeartbeat heartbeat, SessionDrain drain) {
        this(heartbeat, drain, System::nanoTime);
    }

    LiveFigures(ControlPlaneHeartbeat heartbeat, SessionDrain drain, LongSupplier nanos) {
        this.heartbeat = heartbeat;
        this.drain = drain;
        this.nanos = nanos;
        this.began = nanos.getAsLong();
        this.due = began;
    }

    void tell() {
        var wasClosing = closing; // what was closed last is told too
        closing = drain.wantsToClose();
        var now = nanos.getAsLong();
        if (closing || wasClosing || now - due >= 0) {
            heartbeat.beat(drain.progress());
            due = now + Math.clamp((now - began) / 10, OFTEN.toNanos(), SELDOM.toNanos());
        }
    }
}
