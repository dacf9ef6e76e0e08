package dev.changeover.upgrade;

/** Where an upgrade stands. */
public enum Phase {
    /** Prechecks on what inventory and ledger know. */
    ADMISSION,
    /** Every node is inspected. */
    PRECHECK,
    /** For the maintenance window: until the nodes fetch the kernel, for the opening, or between two nodes for the next. */
    WAITING,
    /** Every node fetches the kernel; nothing has changed for clients yet. */
    STAGING,
    /** Node by node, the target takes over. */
    NODES,
    /** New connections are served by the target; old generations wait for their sessions. */
    RETIRING,
    /** Nothing older may be left. */
    VERIFYING,
    /** Over. */
    ENDED;

    /** Whether nodes are still to come: until the first completion mark. */
    public boolean changing() {
        return compareTo(RETIRING) < 0;
    }
}
