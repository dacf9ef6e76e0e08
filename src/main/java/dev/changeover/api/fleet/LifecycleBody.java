package dev.changeover.api.fleet;

import dev.changeover.api.ApiException;
import dev.changeover.api.Parameters;
import dev.changeover.api.Times;
import dev.changeover.inventory.Kernel;
import dev.changeover.inventory.Kernel.Lifecycle;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A change of a version's lifecycle; what is not said stays as it is.
 *
 * @param lifecycle ACTIVE, RISKY, DEFECTIVE, EXPIRED or OFFLINE
 * @param reason for those who run it, at most 1,024 characters; needed for every lifecycle but ACTIVE
 * @param expiresAt the instant at which ACTIVE turns into EXPIRED by itself, or {@code never}
 */
record LifecycleBody(
        @Nullable String lifecycle,
        @Nullable String reason,
        @Nullable String expiresAt) {
    private static final String NEVER = "never";
    private static final int LONGEST = 1024;

    /**
     * The version as it is wanted.
     *
     * @throws ApiException naming the field that is wrong
     */
    Kernel changed(Kernel kernel, Instant now) {
        if (lifecycle == null && expiresAt == null) {
            throw ApiException.badParameter("lifecycle", "it or expires_at is needed");
        }
        var wanted =
                lifecycle == null ? kernel.lifecycle() : Parameters.constant("lifecycle", Lifecycle.class, lifecycle);
        var expiry = expiresAt == null ? kernel.expiresAt() : expiry(expiresAt);
        var why = reason == null ? "" : reason.strip();
        if (why.length() > LONGEST) {
            throw ApiException.badParameter("reason", "at most %d characters".formatted(LONGEST));
        }
        if (wanted == Lifecycle.ACTIVE) {
            if (expiry != null && !now.isBefore(expiry)) {
                throw ApiException.badParameter(
                        "expires_at",
                        "%s has passed: an ACTIVE version needs a later date, or never".formatted(expiry));
            }
            return kernel.with(wanted, "", expiry);
        }
        if (lifecycle != null && why.isEmpty()) {
            throw ApiException.badParameter("reason", "those who run the version are told why it is " + wanted);
        }
        return kernel.with(wanted, why.isEmpty() ? kernel.lifecycleReason() : why, expiry);
    }

    /** For the audit trail. */
    static String words(Kernel kernel) {
        var expiry = kernel.expiresAt() == null ? "" : ", expires at " + kernel.expiresAt();
        var why = kernel.lifecycleReason().isEmpty() ? "" : ": " + kernel.lifecycleReason();
        return kernel.lifecycle() + expiry + why;
    }

    private static @Nullable Instant expiry(String text) {
        return text.equals(NEVER) ? null : Times.parameter("expires_at", text);
    }
}
