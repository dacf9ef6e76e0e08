package dev.changeover.node;

/** What an agent can be ordered to do. */
public enum OrderKind {
    INSPECT,
    STAGE,
    HAND_OVER,
    WATCH,
    RETIRE,
    CLOSE,
    VERIFY;

    /** Closings go on beside a retirement; all else on a node comes one after the other. */
    public boolean isBeside() {
        return this == CLOSE;
    }

    /** How often the control plane tries one order at most, so that an agent begins none more often. */
    public int attempts() {
        // A retirement lasts a day: an agent may be restarted more than five times in it.
        return this == RETIRE ? 50 : 5;
    }

    /** Whether it is ordered by the one upgrade only that may change the node; an earlier one may let its sessions end. */
    public boolean isChange() {
        return this == STAGE || this == HAND_OVER;
    }

    /** A look changes nothing, so it may come late, or again. */
    public boolean isLook() {
        return this == INSPECT;
    }
}
