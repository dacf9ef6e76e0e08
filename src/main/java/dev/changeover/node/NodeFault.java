package dev.changeover.node;

import io.temporal.failure.ApplicationFailure;

/** Why an activity failed. The name is the failure's type; permanent ones are not retried and hold the upgrade. */
public enum NodeFault {
    /** The agent is another node's, or another host took this node's id. */
    WRONG_HOST(true),
    /** No package for this host's architecture. */
    NO_PACKAGE(true),
    /** The package's address is not on this host's allow-list. */
    ADDRESS_NOT_ALLOWED(true),
    /** The package cannot be fetched. */
    PACKAGE_UNREACHABLE(false),
    /** The package is not the one in the catalogue. */
    CHECKSUM_MISMATCH(true),
    /** The package holds something that must not be unpacked, or not exactly one program. */
    BAD_PACKAGE(true),
    /** Not enough room for the package. */
    DISK_FULL(true),
    /** The program does not run here, or says it is another version. */
    BROKEN_KERNEL(true),
    /** The program refuses the node's configuration. */
    CONFIG_REFUSED(true),
    /** The operator's configuration differs from the one that serves. */
    CONFIG_CHANGED(true),
    /** Somebody else listens on a configured address. */
    FOREIGN_PROXY(true),
    /** The new generation did not come up; the old one serves on. */
    START_FAILED(false),
    /** The new generation did not take over the listening sockets; the old one serves on. */
    SOCKETS_NOT_HANDED_OVER(true),
    /** The database refuses logins through the new generation, or is full; the old one serves on. */
    DATABASE_REFUSES(false),
    /** The new generation's server checks disagree with the old one's. */
    CHECKS_DISAGREE(false),
    /** The peers of other hosts have not told the new generation to which server clients go; the old one serves on. */
    STICKINESS_NOT_LEARNED(false),
    /** A generation does not answer: nobody knows whether it lives. */
    NO_ANSWER(false),
    /** The state on the host is not one that a program may repair. */
    NOT_SAFE(true),
    /** The kernel keeps dying after its start. */
    CRASH_LOOP(true),
    /** Watching the node found it worse than before. */
    SOAK_FAILED(true),
    /** The node is not in the state it must be in. */
    NOT_VERIFIED(false),
    /** More sessions remain than the operator confirmed; none was closed. */
    COUNT_CHANGED(true),
    /** What was named is not a session of a retiring generation; none was closed. */
    NO_SUCH_SESSION(true),
    /** The agent does not know the control plane's key yet, so it takes no order. */
    NOT_ENROLLED(true),
    /** The order is not signed, or not by the control plane that the agent is enrolled with, or for something else. */
    UNSIGNED_ORDER(true),
    /** The order was good once: its time is over, or a later step of its job was seen. */
    STALE_ORDER(true),
    /** The order goes below what {@code agent.toml} allows. */
    BELOW_FLOOR(true);

    private final boolean permanent;

    NodeFault(boolean permanent) {
        this.permanent = permanent;
    }

    /** Whether a retry cannot help. */
    public boolean permanent() {
        return permanent;
    }

    /** The failure to throw from an activity; the message says what was tried, on what, and what to do. */
    public ApplicationFailure because(String message) {
        return permanent
                ? ApplicationFailure.newNonRetryableFailure(message, name())
                : ApplicationFailure.newFailure(message, name());
    }
}
