package dev.changeover.inventory;

/** When an owner wants to be served: the early ones fill the first waves, the late ones the last. */
public enum Ring {
    EARLY,
    NORMAL,
    LATE
}
