package dev.changeover.upgrade.engine;

import dev.changeover.inventory.KernelVersion;
import dev.changeover.window.Opening;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A caller's wish to upgrade a proxy. The ids are known to exist and to belong together.
 *
 * @param scheduled whether it waits for the maintenance window; otherwise it begins upon submission (REQUIREMENTS S4)
 * @param key the caller's {@code Idempotency-Key}; null if none was sent
 * @param fingerprint of the request's body
 * @param acceptLostStickiness whether clients may go to another server than stick tables say, where those are lost
 * @param opening when a scheduled one is to begin; null for the window's next opening
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
        boolean acceptLostStickiness,
        @Nullable Opening opening) {
    private static final List<String> RESERVED = List.of("campaign:", "repair:");

    /** The same key always names the same job: Temporal then answers two callers at once alike. Empty without a key. */
    public Optional<String> jobId() {
        return Optional.ofNullable(key).map(it -> jobId(projectId, it));
    }

    /** Whether a key is one that campaigns and repairs make for themselves, which no caller may take from them. */
    public static boolean isReserved(String key) {
        return RESERVED.stream().anyMatch(key::startsWith);
    }

    /** The job that a key of a project names. */
    public static String jobId(String projectId, String key) {
        return UUID.nameUUIDFromBytes((projectId + "\n" + key).getBytes(StandardCharsets.UTF_8))
                .toString();
    }
}
