package dev.changeover.node.order;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Changes the key with which orders are signed. */
public interface KeyChange {

    /**
     * A new key signs from now on, whichever server of the database does.
     *
     * @param overlap how long agents still carry out what the key before it signed
     * @throws IllegalStateException if somebody else changes it at the same time; nothing was changed
     */
    void change(Duration overlap);

    /** When it was last changed; empty if it is the first. */
    Optional<Instant> changedAt();
}
