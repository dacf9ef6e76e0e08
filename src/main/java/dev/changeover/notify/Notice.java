package dev.changeover.notify;

import dev.changeover.inventory.KernelVersion;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that contacts must be told.
 *
 * @param key of its cause, up to 190 characters, unlike any other's: told again with the same key, it is told once
 * @param jobId the upgrade; null while there is none yet
 * @param campaignId null where no campaign is behind it
 * @param memberId the planned event of the campaign as its owner sees it; null where no campaign is behind it
 * @param source the version that the proxy runs
 * @param target the version that it gets
 * @param plannedAt when it is to begin; null where that is not known, or not to come any more
 * @param latestAt until when the owner may choose; null where there is no deadline
 * @param reason why, in a sentence; may be empty
 * @param at when it happened
 */
public record Notice(
        String key,
        Kind kind,
        Level level,
        String projectId,
        String instanceId,
        String proxyId,
        @Nullable String jobId,
        @Nullable String campaignId,
        @Nullable String memberId,
        KernelVersion source,
        KernelVersion target,
        @Nullable Instant plannedAt,
        @Nullable Instant latestAt,
        String reason,
        Instant at) {

    /** What a contact can be told; the names are stable words for programs. */
    public enum Kind {
        PLANNED("is planned"),
        RESCHEDULED("has another time"),
        STARTED("has started"),
        SERVING("serves the new version"),
        HELD("is held and waits for an operator"),
        DONE("is done"),
        MIXED("is not done on every node"),
        CANCELLED("is cancelled"),
        NEEDS_OPERATOR("needs an operator"),
        WAITING("has waited for more than five days");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        /** In a short phrase that follows "the upgrade". */
        public String words() {
            return words;
        }

        /** Whether a calendar's entry stands for it. */
        boolean isPlan() {
            return this == PLANNED || this == RESCHEDULED;
        }
    }

    /** How urgent it is, as the planned events have it. */
    public enum Level {
        CRITICAL,
        MAJOR,
        MINOR,
        INFO
    }
}
