package dev.changeover.node;

import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;

/**
 * What the workflow asks of a node's agent. Every activity first observes and then acts, so it may run twice, or again
 * after a crash at any point. Failures are {@link NodeFault}s: permanent ones by name, all others are retried.
 *
 * <p>Every order names the node and the host it was pinned to; an agent that is another node, or runs on another host,
 * fails for good with {@link NodeFault#WRONG_HOST}.
 */
@ActivityInterface(namePrefix = "Node")
public interface NodeActivities {

    /** Looks, changes nothing. Bad findings are problems in the answer, not failures. */
    @ActivityMethod
    NodeState inspect(NodeOrder order);

    /**
     * Fetches, verifies and unpacks the kernel into an immutable directory and preflights it: it reports the right
     * version and accepts the node's configuration. Changes nothing for clients. Heartbeats.
     */
    @ActivityMethod
    NodeState stage(StageOrder order);

    /**
     * Starts a generation of the kernel, proves it, commits to it and confirms. Done when exactly one generation
     * serves, it is the kernel, and the boot pointer names it; then it changes nothing. Heartbeats.
     */
    @ActivityMethod
    HandOver handOver(HandOverOrder order);

    /**
     * Watches the node for the soak time and fails on a restarted worker, a backend that is DOWN, or more errors than
     * before. With {@code alone} also: the one that serves, the order's or a newer one, listens on every configured
     * address, a login through it works, and nothing that is older than the order's is left. Heartbeats.
     */
    @ActivityMethod
    NodeState verify(VerifyOrder order);

    /**
     * Waits until every generation has ended that is older than the order's; closes sessions older than the limit, paced, oldest first, idle
     * before busy, and no others (REQUIREMENTS S14), and that only in the order's openings. Heartbeats {@link RetireProgress}; on cancellation it stops
     * closing within 5 s and may be started again.
     */
    @ActivityMethod
    Retirement retire(RetireOrder order);

    /**
     * Closes one session of a retiring generation, or all that remain, younger ones too: what an operator orders, and
     * the only thing that may (REQUIREMENTS S14). Paced together with a retirement that runs, in the same order of
     * preference. More sessions than were confirmed: {@link NodeFault#COUNT_CHANGED}, and nothing is closed. Sessions
     * that have gone count as done. Heartbeats {@link Closed}; on cancellation it stops closing within 5 s. Agents
     * before protocol 2 do not know it.
     */
    @ActivityMethod
    Closed closeSessions(CloseOrder order);
}
