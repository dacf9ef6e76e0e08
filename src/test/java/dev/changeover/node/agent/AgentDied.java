package dev.changeover.node.agent;

import dev.changeover.node.driver.Breakpoint;

/** An agent's sudden end. An error, so that no driver handles it by chance. */
public final class AgentDied extends Error {
    private static final long serialVersionUID = 1L;

    AgentDied(String step) {
        super("the agent died at step '" + step + "'");
    }

    /** Ends the agent when it passes this step. */
    public static Breakpoint at(String step) {
        return passed -> {
            if (passed.equals(step)) {
                throw new AgentDied(step);
            }
        };
    }
}
