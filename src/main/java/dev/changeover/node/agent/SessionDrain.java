package dev.changeover.node.agent;

import dev.changeover.node.driver.GenerationSnapshot;
import java.io.IOException;
import java.time.Duration;

/** Something that goes on until sessions have ended, and closes some of them, one at a time. For one thread. */
interface SessionDrain {

    void look(GenerationSnapshot observed) throws IOException, InterruptedException;

    boolean isDone(GenerationSnapshot observed);

    /** Whether there is a session that may be closed now, but for the pace. */
    boolean wantsToClose();

    /** Closes at most one session, if it still may be and the pace allows it. The caller holds the node's lock. */
    void closeOne() throws IOException;

    /** How long the pace still forbids the next closing, whoever did the last; zero or less when one is due. */
    Duration untilDue() throws IOException;

    /** What is told to those who ordered it. */
    Object progress();
}
