package dev.changeover.api;

/** Where a filter stands among the others, for those that must not come earlier. */
public final class FilterOrder {
    /**
     * Behind the one that finds out who calls, and whether they may: {@code ServerFilterPhase.SECURITY.after()}, which is no
     * constant.
     */
    public static final int AFTER_SECURITY = 39251;

    private FilterOrder() {}
}
