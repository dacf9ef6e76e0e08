package dev.changeover.upgrade;

import dev.changeover.inventory.KernelVersion;
import dev.changeover.window.Opening;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The request for an upgrade.
 *
 * @param jobId also the id of the admitting update
 * @param source what the caller believes the proxy runs; must be true (an optimistic lock)
 * @param scheduled whether it waits for the maintenance window; otherwise it begins upon submission (REQUIREMENTS S4)
 * @param key the caller's {@code Idempotency-Key}; null if none was sent
 * @param fingerprint of the request's body
 * @param acceptLostStickiness whether clients may go to another server than stick tables say, where those are lost
 * @param orderKey the public key of the control plane that signs commands to this upgrade; null if it was admitted before
 *     they were signed
 * @param opening when a scheduled one is to begin; null for the window's next opening
 */
public record UpgradeRequest(
        String jobId,
        String projectId,
        String instanceId,
        String proxyId,
        KernelVersion source,
        KernelVersion target,
        boolean scheduled,
        String requester,
        @Nullable String key,
        String fingerprint,
        Instant requestedAt,
        UpgradeSettings settings,
        boolean acceptLostStickiness,
        @Nullable String orderKey,
        @Nullable Opening opening) {

    /** Whether its caller asks for something else by now: a campaign does, whose fingerprints do not tell. */
    public boolean isOutdatedBy(UpgradeRequest later) {
        return fingerprint.equals(later.fingerprint)
                && !(scheduled == later.scheduled
                        && Objects.equals(opening, later.opening)
                        && source.equals(later.source)
                        && target.equals(later.target));
    }
}
