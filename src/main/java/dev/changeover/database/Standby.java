package dev.changeover.database;

import jakarta.inject.Singleton;
import java.util.Optional;

/**
 * Whether this server stands by, because another one of a newer version works on the same database: then it changes
 * nothing in there but what says who has called. Safe for concurrent use.
 */
@Singleton
public final class Standby {
    private volatile Optional<String> reason = Optional.empty();

    /** Which version works and what to do, as a sentence for an operator; empty where this server works itself. */
    public Optional<String> reason() {
        return reason;
    }

    /** @param why as {@link #reason()} gives it from now on */
    public void set(Optional<String> why) {
        reason = why;
    }

    /** Does it where this server works itself. */
    public void unless(Runnable regularWork) {
        if (reason.isEmpty()) regularWork.run();
    }
}
