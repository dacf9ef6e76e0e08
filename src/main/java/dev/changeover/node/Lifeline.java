package dev.changeover.node;

/**
 * The connection to those who ordered a retirement. While it is cut nobody could stop the agent, so it must not go on
 * closing sessions.
 */
interface Lifeline {

    /** Reports; throws when the order was withdrawn. */
    void beat(RetireProgress progress);

    /** Whether a report has certainly arrived within the last two minutes. */
    boolean holds(RetireProgress progress);
}
