package dev.changeover.audit;

import dev.changeover.audit.AuditEntry.Deed;
import dev.changeover.audit.AuditEntry.Outcome;
import dev.changeover.audit.AuditEntry.Who;
import dev.changeover.value.Network;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/**
 * Keeps a flood of refused calls from filling the disk: the first of a caller is written, those of the next minute are
 * counted, and the count is written once. A caller is an account in a {@link Network}; of callers that nobody knows, at most
 * {@value #MOST_STRANGERS} networks are told apart at a time, the others are one. Safe for concurrent use.
 */
final class RefusedCalls {
    static final int MOST_STRANGERS = 20;

    /** The word of an entry that stands for several calls. */
    static final String ACTION = "calls.refused";

    /** The address of those that are not told apart. */
    static final String ELSEWHERE = "elsewhere";

    private static final Duration COUNTED_FOR = Duration.ofMinutes(1);

    private final Map<Who, Count> counts = new HashMap<>();

    /** The calls of one caller after the first. */
    private static final class Count {
        final Instant since;
        int calls;
        Instant last;
        Outcome outcome;

        Count(Instant since, Outcome outcome) {
            this.since = since;
            this.last = since;
            this.outcome = outcome;
        }
    }

    /** Whether the call is to be written; if not, it is counted. */
    synchronized boolean isFirst(AuditEntry entry) {
        var outcome = Objects.requireNonNull(entry.outcome(), "a refused call has its outcome");
        var who = toldApart(entry.who());
        var count = counts.get(who);
        if (count == null) {
            counts.put(who, new Count(entry.at(), outcome));
            return true;
        }
        count.calls++;
        count.last = entry.at();
        count.outcome = outcome;
        return false;
    }

    /** The entries for what was counted since a minute or more before {@code now}; then counting begins anew. */
    synchronized List<AuditEntry> counted(Instant now) {
        var entries = new ArrayList<AuditEntry>();
        counts.entrySet().removeIf(each -> {
            var over = !each.getValue().since.plus(COUNTED_FOR).isAfter(now);
            if (over && each.getValue().calls > 0) {
                entries.add(entry(each.getKey(), each.getValue()));
            }
            return over;
        });
        return entries;
    }

    /** Counts again what could not be written. */
    synchronized void notWritten(AuditEntry entry) {
        var outcome = Objects.requireNonNull(entry.outcome(), "a refused call has its outcome");
        counts.computeIfAbsent(toldApart(entry.who()), first -> new Count(entry.at(), outcome)).calls +=
                outcome.times();
    }

    private Who toldApart(Who who) {
        var plain = new Who(who.actor(), "", Network.of(who.address()));
        if (!who.actor().isEmpty() || counts.containsKey(plain)) {
            return plain;
        }
        var strangers = counts.keySet().stream()
                .filter(known -> known.actor().isEmpty() && !known.address().equals(ELSEWHERE))
                .count();
        return strangers < MOST_STRANGERS ? plain : new Who("", "", ELSEWHERE);
    }

    private static AuditEntry entry(Who who, Count count) {
        var last = count.outcome;
        return new AuditEntry(
                UUID.randomUUID().toString(),
                count.last,
                who,
                new Deed(ACTION, "", ""),
                List.of(),
                null,
                new Outcome(count.last, last.status(), last.code(), count.calls, "", Outcome.NOTHING, Outcome.NOTHING));
    }
}
