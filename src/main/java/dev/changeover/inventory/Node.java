package dev.changeover.inventory;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One host that serves a proxy, as it was last seen.
 *
 * @param taskQueue the Temporal queue its agent polls
 * @param version the kernel version it last reported, or the one it was registered with
 * @param status {@code UNSEEN} until an agent has answered for it, whatever it was registered with
 * @param machineId the host pinned at the first inspection; null before it
 * @param observedAt when the facts were true; null before the first inspection
 * @param sessions sessions through all its generations at that time
 */
public record Node(
        String id,
        String proxyId,
        String name,
        Role role,
        String azCode,
        String taskQueue,
        KernelVersion version,
        Status status,
        @Nullable String machineId,
        @Nullable Instant observedAt,
        int sessions) {

    public Node {
        status = observedAt == null && status == Status.NORMAL ? Status.UNSEEN : status;
    }

    /** Without what was seen on it; the version counts as seen, because an upgrade changes it. */
    Node declaration() {
        return new Node(
                id, proxyId, name, role, azCode, taskQueue, KernelVersion.of("0.0.0.0"), Status.NORMAL, null, null, 0);
    }

    /** Standbys are upgraded first. */
    public enum Role {
        PRIMARY,
        STANDBY
    }

    /** The result of the last inspection; {@code ABNORMAL} refuses an upgrade (REQUIREMENTS P3). */
    public enum Status {
        NORMAL,
        /** No agent has answered for it: the prechecks ask its agent and learn. */
        UNSEEN,
        ABNORMAL,
        CRASH_LOOP
    }
}
