package dev.changeover.node.agent;

/**
 * The connection to those who ordered sessions to be closed. While it is cut nobody could stop the agent, so it must
 * not go on closing them.
 */
public interface ControlPlaneHeartbeat {

    /** Reports; throws when the order was withdrawn. */
    void beat(Object progress);

    /** Whether a report has certainly arrived within the last two minutes. */
    boolean holds(Object progress);
}
