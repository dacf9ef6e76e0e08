package dev.changeover.temporal;

/**
 * Whether Temporal can be used now.
 *
 * @param reason one sentence for the operator, also when ready
 * @param refused whether it answers, but must not be used: that does not pass by waiting
 */
public record Readiness(boolean ready, String reason, boolean refused) {
    static Readiness yes(String reason) {
        return new Readiness(true, reason, false);
    }

    static Readiness no(String reason) {
        return new Readiness(false, reason, false);
    }

    static Readiness refused(String reason) {
        return new Readiness(false, reason, true);
    }
}
