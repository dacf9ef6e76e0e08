package dev.changeover.node.driver;

import dev.changeover.node.RetireProgress.State;
import java.time.Duration;

/**
 * One client's connection through a generation, as its engine lists it.
 *
 * @param handle what the engine calls it; it may be given to another session once this one has ended
 * @param client its address and port
 * @param age how long it has lived; never more than it really has
 * @param state what the engine itself knows of it; one that only passes bytes on says {@link State#UNKNOWN}
 * @param isQuiet nothing moved on it within the last second
 */
public record ProxySession(String handle, String client, Duration age, State state, boolean isQuiet) {

    /**
     * What a listing does not tell. None of it changes while the session lives, once it has reached its database.
     *
     * @param number counts the sessions of a generation: unlike the handle it never comes again
     * @param from this host's address towards the database, as the database sees it; empty while there is none
     * @param to the database's address; empty while there is none
     */
    public record Details(long number, String from, String to) {

        /** Whether there is nothing more to learn of it. */
        public boolean isConnected() {
            return !from.isEmpty();
        }
    }
}
