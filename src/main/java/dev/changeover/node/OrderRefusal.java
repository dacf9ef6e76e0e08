package dev.changeover.node;

import java.time.Instant;

/**
 * An order that an agent did not carry out because it could not trust it.
 *
 * @param fault why, as a word for programs
 * @param times how many orders this tells of; more than one where they came faster than they can be told
 */
public record OrderRefusal(String nodeId, NodeFault fault, String reason, Instant at, int times) {
    /** This one, told together with earlier ones. */
    public OrderRefusal after(OrderRefusal earlier) {
        return new OrderRefusal(nodeId, fault, reason, at, times + earlier.times());
    }
}
