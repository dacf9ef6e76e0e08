package dev.changeover.temporal;

/**
 * Whether Temporal can be used now.
 *
 * @param reason one sentence for the operator, also when ready
 */
public record Readiness(boolean ready, String reason) {
    static Readiness yes(String reason) {
        return new Readiness(true, reason);
    }

    static Readiness no(String reason) {
        return new Readiness(false, reason);
    }
}
