package dev.changeover.upgrade;

/** Where an upgrade stands. */
public enum Phase {
    /** Prechecks on what inventory and ledger know. */
    ADMISSION,
    /** Every node is inspected. */
    PRECHECK,
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

    /** Whether the proxy counts as being changed (REQUIREMENTS P2): until the first completion mark. */
    public boolean changing() {
        return compareTo(RETIRING) < 0;
    }
}
