package dev.changeover.upgrade;

/** How an upgrade ended. */
public enum Outcome {
    /** Every node serves the target and nothing older is left. */
    DONE,
    /** Stopped, or nodes were skipped: some nodes serve the target. */
    MIXED,
    /** A precheck refused it; nothing was changed. */
    REFUSED,
    /** Stopped before any change. */
    CANCELLED
}
