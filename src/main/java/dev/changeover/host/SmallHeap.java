package dev.changeover.host;

/** The heap of a process that is kept small, such as an agent's. */
public final class SmallHeap {
    private static final long LARGEST = 64L << 20;

    private SmallHeap() {}

    /**
     * For after a step that needed megabytes for a moment, such as to unpack a package: the serial collector lets the
     * heap grow to its limit before it looks for what such steps left. Does nothing in a process with more.
     */
    public static void clean() {
        if (Runtime.getRuntime().maxMemory() <= LARGEST) System.gc();
    }
}
