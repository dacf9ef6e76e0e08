package dev.changeover.node.agent;

import dev.changeover.node.driver.Health;

/**
 * Failed connections to the servers and broken responses, and the sessions they happened in.
 *
 * @param errors may be more than sessions, as each may be tried again
 */
record ErrorShare(long errors, long sessions) {

    /** Nothing is known. */
    static final ErrorShare NONE = new ErrorShare(0, 0);

    /** Standard deviations; chance alone goes beyond them once in 30,000 looks, and a soak has one a second. */
    private static final double BEYOND_CHANCE = 4;

    static ErrorShare of(Health health) {
        return new ErrorShare(health.errors(), health.sessions());
    }

    ErrorShare minus(ErrorShare other) {
        return new ErrorShare(errors - other.errors, sessions - other.sessions);
    }

    /**
     * Whether there are more errors than can be chance, given how many there were before: a server that fails as often as
     * it always did is not the new generation's doing. The test of two proportions, for which a share is at most 1.
     */
    boolean isWorseThan(ErrorShare usual) {
        if (errors == 0) return false;
        double before = Math.max(1, Math.max(usual.sessions, 0));
        double now = Math.max(1, sessions);
        var was = Math.min(1, usual.errors / before);
        var is = Math.min(1, errors / now);
        var both = (was * before + is * now) / (before + now);
        var deviation = Math.sqrt(both * (1 - both) * (1 / before + 1 / now));
        return is - was > BEYOND_CHANCE * deviation;
    }
}
