package dev.changeover.upgrade.engine;

import dev.changeover.inventory.KernelVersion;
import org.jspecify.annotations.Nullable;

/**
 * A caller's wish to upgrade a proxy. The ids are known to exist and to belong together.
 *
 * @param scheduled whether it waits for the maintenance window; otherwise it begins upon submission (REQUIREMENTS S4)
 * @param key the caller's {@code Idempotency-Key}; null if none was sent
 * @param fingerprint of the request's body
 * @param acceptLostStickiness whether clients may go to another server than stick tables say, where those are lost
 */
public record Submission(
        String projectId,
        String instanceId,
        String proxyId,
        KernelVersion source,
        KernelVersion target,
        boolean scheduled,
        @Nullable String key,
        String fingerprint,
        String requester,
        boolean acceptLostStickiness) {}
