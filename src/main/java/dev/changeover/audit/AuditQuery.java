package dev.changeover.audit;

import dev.changeover.audit.AuditEntry.Subject;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A search in the audit trail. A field that is null or empty does not filter.
 *
 * @param subjects all of them
 * @param from at or after this
 * @param before before this
 * @param offset how many of the newest are left out, from 0
 * @param limit the most that are given, from 1
 */
public record AuditQuery(
        @Nullable String actor,
        @Nullable String action,
        List<Subject> subjects,
        @Nullable Instant from,
        @Nullable Instant before,
        @Nullable Result result,
        int offset,
        int limit) {

    /** How a call ended, by the status of its answer. */
    public enum Result {
        DONE(100, 399),
        /** Nothing was changed. */
        REFUSED(400, 499),
        /** Our fault, or something could not be reached. */
        FAILED(500, 599),
        /** Never answered: it is being done, or the server ended in the midst of it. */
        UNKNOWN(0, 0);

        final int least;
        final int most;

        Result(int least, int most) {
            this.least = least;
            this.most = most;
        }

        public static Result of(AuditEntry.@Nullable Outcome outcome) {
            if (outcome == null) {
                return UNKNOWN;
            }
            return outcome.status() < REFUSED.least ? DONE : outcome.status() < FAILED.least ? REFUSED : FAILED;
        }
    }

    public AuditQuery {
        if (offset < 0 || limit < 1) {
            throw new IllegalArgumentException("offset %d and limit %d".formatted(offset, limit));
        }
        subjects = List.copyOf(subjects);
    }
}
