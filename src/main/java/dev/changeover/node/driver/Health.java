package dev.changeover.node.driver;

import java.util.List;

/**
 * A generation's own view of what lies behind it, and its counters since it started.
 *
 * @param errors failed connections to, and broken responses from, the servers
 * @param sessions sessions that the servers were given
 * @param accepted sessions that clients have opened on the operator's addresses
 */
public record Health(List<Server> servers, List<Backend> backends, long errors, long sessions, long accepted) {

    public Health {
        servers = List.copyOf(servers);
        backends = List.copyOf(backends);
    }

    /**
     * @param name unique in its generation, such as {@code backend/server}
     * @param isSettled whether its status rests on a check, and is not what a fresh generation assumes
     * @param isUp whether clients can be sent there
     * @param status in the engine's words
     */
    public record Server(String name, boolean isSettled, boolean isUp, String status) {}

    /** One that is neither up nor down is in nobody's use, or was taken out by hand. */
    public record Backend(String name, boolean isUp, boolean isDown) {}
}
