package dev.changeover.node.driver;

/**
 * A place where a test may end an agent: a driver calls it after each of its steps, with the step's name. What it
 * throws stands for the agent's sudden death, so a driver neither catches nor cleans up after it.
 */
@FunctionalInterface
public interface Breakpoint {
    /** What production runs with. */
    Breakpoint NONE = step -> {};

    /** The step of this name is done. */
    void passed(String step);
}
