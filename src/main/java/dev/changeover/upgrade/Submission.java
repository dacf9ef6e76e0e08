package dev.changeover.upgrade;

import dev.changeover.inventory.KernelVersion;
import org.jspecify.annotations.Nullable;

/**
 * A caller's wish to upgrade a proxy upon submission. The ids are known to exist and to belong together.
 *
 * @param key the caller's {@code Idempotency-Key}; null if none was sent
 * @param fingerprint of the request's body
 */
public record Submission(
        String projectId,
        String instanceId,
        String proxyId,
        KernelVersion source,
        KernelVersion target,
        @Nullable String key,
        String fingerprint,
        String requester) {}
