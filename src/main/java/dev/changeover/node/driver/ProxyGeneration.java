package dev.changeover.node.driver;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * One generation that has answered: a copy of the engine with its own kernel, configuration and sessions. What it says
 * of itself was true when it was observed; what it is asked, it answers now. Every question may end in a
 * {@link NoAnswerException}.
 */
public interface ProxyGeneration {

    /** 1 or more; a later generation has a greater number. */
    int number();

    /** What accepts and holds the sessions: a process, where the engine has some. Another one after a restart. */
    long process();

    /** What it says it is, such as {@code 2.6.12-1+deb12u4}. */
    String reportedVersion();

    /** Whether it accepts connections. One that does not is retiring, and ends after its last session. */
    boolean isAccepting();

    /** The same one as it is now; empty when it has ended, was restarted, or does not answer. */
    Optional<ProxyGeneration> now();

    /** What it runs. */
    ProxyConfiguration configuration() throws IOException;

    /** Stops accepting and keeps the sessions. Repeating it is harmless. */
    void stopAccepting() throws IOException, InterruptedException;

    /** Clients on the operator's addresses. */
    List<ProxySession> sessions() throws IOException;

    /** What else is known of this session; empty when it has gone. */
    Optional<ProxySession.Details> details(ProxySession session) throws IOException;

    /** The last word before a session is closed. */
    interface LastWord {
        boolean isYes() throws IOException;
    }

    /**
     * Closes one session, if it is still the one that was listed.
     *
     * @param lastWord asked after the comparison, when nothing but the closing itself is left to do
     * @return whether a session was closed; false when it had gone, or the last word was no
     * @throws IOException when it would not be closed; the message says why
     */
    boolean close(ProxySession session, ProxySession.Details expected, LastWord lastWord) throws IOException;

    /** Why its sessions can only be counted, not listed with their ages and closed; empty where they can. */
    default Optional<String> cannotClose() {
        return Optional.empty();
    }

    Health health() throws IOException;

    /**
     * Logs in to a backend of its configuration through exactly this generation, whatever others accept. A backend that
     * is not said to be a database, and does not greet like one, has proven itself by being silent or something else.
     *
     * @throws IOException when it does not come through; the message says why
     */
    void proveBackend(String backend) throws IOException;

    /** What the next generation cannot know of what this one knows, for people. */
    List<String> lossesAtHandover() throws IOException;

    /** What says to which server clients go, and that the next generation would begin without: its names. */
    default List<String> lostStickiness() throws IOException {
        return List.of();
    }

    /** Why the host has no room for one more generation like this beside all that run, with figures; empty when it has. */
    default Optional<String> lackOfRoom() {
        return Optional.empty();
    }

    /** Whether both are the same generation, not restarted in between. */
    default boolean isSame(ProxyGeneration other) {
        return number() == other.number() && process() == other.process();
    }
}
