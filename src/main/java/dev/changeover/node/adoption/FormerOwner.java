package dev.changeover.node.adoption;

import dev.changeover.haproxy.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Whoever started and reloaded the HAProxy of this host before it was adopted, and may get it back. */
interface FormerOwner {

    /** For people. */
    String name();

    /** What {@link #hold} will do, for people; empty for nothing. */
    default String plan() {
        return "";
    }

    /** Keeps it from starting a second listener. Repeating it is harmless. */
    default void hold() throws IOException {}

    /** Takes back what {@link #hold} did. */
    default void release() throws IOException {}

    /**
     * Looks whether it could start HAProxy, and changes nothing.
     *
     * @throws IOException where it certainly could not; the message says what to do
     */
    default void requireStartable() throws IOException {}

    /**
     * The HAProxy that it would start, once it is no longer held.
     *
     * @throws IOException where none can be found
     */
    Program program() throws IOException;

    /** Starts HAProxy as it always was, but for the listening sockets, which it takes from this one. */
    void startWithSocketsOf(Path statsSocket) throws IOException;

    /** Where people read what it said. */
    String log();

    /** What it has started and still runs. */
    List<Long> processes() throws IOException;

    /** From its next start on it is as it was before. */
    default void settle() throws IOException {}

    /** Ends what was started and has no sessions. */
    void stop() throws IOException;
}
