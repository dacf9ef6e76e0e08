package dev.changeover.task;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An upgrade as its owner sees it in the Task Center.
 *
 * @param key the caller's {@code Idempotency-Key}, unique within a project; null if none was sent
 * @param fingerprint of the request's body, so that the same key with another body is noticed
 * @param progress 0 to 100
 * @param phase where the upgrade stands, in the workflow's words
 * @param state the phase, or HELD or PAUSED where somebody has to say how to go on
 * @param stateReason why, or what happens next
 * @param outcome how the upgrade ended altogether; null while it runs, retirement included
 * @param code of the first blocker, when it was refused
 * @param plannedStart when the opening begins that a scheduled upgrade is planned for; null for an instant one
 * @param plannedEnd when that opening ends; null for an instant one
 * @param snapshot the upgrade's whole progress as JSON, as of the last record
 */
public record Task(
        String jobId,
        String projectId,
        String instanceId,
        String instanceName,
        String proxyId,
        String proxyName,
        Kind kind,
        Status status,
        int progress,
        String sourceVersion,
        String targetVersion,
        String phase,
        String state,
        String stateReason,
        @Nullable String outcome,
        String failReason,
        String code,
        String requester,
        @Nullable String key,
        String fingerprint,
        Instant createdAt,
        @Nullable Instant plannedStart,
        @Nullable Instant plannedEnd,
        @Nullable Instant endedAt,
        String snapshot) {
    /** The columns of what may change while it runs. */
    static final String[] CHANGING = {
        "status",
        "progress",
        "target_version",
        "phase",
        "state",
        "state_reason",
        "outcome",
        "fail_reason",
        "code",
        "planned_start",
        "planned_end",
        "ended_at",
        "snapshot"
    };

    /** What was stored of the job has to be of the same proxy. */
    void requireProxyOf(Task stored) {
        if (!stored.proxyId().equals(proxyId)) {
            throw new IllegalStateException(
                    "job '%s' belongs to proxy '%s', not to '%s'".formatted(jobId, stored.proxyId(), proxyId));
        }
    }

    /** REQUIREMENTS T1: the published task names. */
    public enum Kind {
        INSTANT("UpgradeProxyVersion"),
        SCHEDULED("PROXY_VERSION_UPGRADE");

        private final String publishedName;

        Kind(String publishedName) {
            this.publishedName = publishedName;
        }

        public String publishedName() {
            return publishedName;
        }
    }

    /** REQUIREMENTS T2. */
    public enum Status {
        PENDING("Pending"),
        RUNNING("Running"),
        COMPLETED("Completed"),
        FAILED("Failed"),
        CANCELED("Canceled"),
        UNAUTHORIZED("Unauthorized");

        private final String publishedName;

        Status(String publishedName) {
            this.publishedName = publishedName;
        }

        public String publishedName() {
            return publishedName;
        }
    }
}
