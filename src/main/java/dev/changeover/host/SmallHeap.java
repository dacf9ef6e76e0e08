package dev.changeover.host;

/** The heap of a process that is kept small, such as an agent's. */
public final class SmallHeap {
    private static final long LARGEST = 64L << 20;

    /** What lives for long in an agent with ten thousand sessions is 16 MiB. */
    private static final long GROWN = 20L << 20;

    private static volatile long lived;

    private SmallHeap() {}

    /**
     * For after a step that needed megabytes for a moment, such as to unpack a package: the serial collector lets the
     * heap grow to its limit before it looks for what such steps left. Does nothing in a process with more.
     */
    public static void clean() {
        if (isSmall()) System.gc();
    }

    /** For now and then: the same where more is used than lives for long, and a quarter more than what lived last time. */
    public static void cleanIfGrown() {
        if (!isSmall() || used() <= Math.max(GROWN, lived + lived / 4)) return;
        System.gc();
        lived = used();
    }

    private static long used() {
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    public static boolean isSmall() {
        return Runtime.getRuntime().maxMemory() <= LARGEST;
    }
}
