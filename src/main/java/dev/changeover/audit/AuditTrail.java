package dev.changeover.audit;

import dev.changeover.audit.AuditEntry.Intent;
import dev.changeover.audit.AuditEntry.Outcome;
import dev.changeover.audit.AuditEntry.Subject;
import dev.changeover.database.Sql;
import io.micronaut.data.connection.exceptions.ConnectionException;
import io.micronaut.data.exceptions.DataAccessException;
import io.micronaut.scheduling.annotation.Scheduled;
import io.micronaut.transaction.exceptions.TransactionException;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * The door to the audit trail: who did what when, to what, why and from where, and who was refused. Entries are added and
 * never changed: nothing here does, and the database refuses it. Safe for concurrent use.
 */
@Singleton
public final class AuditTrail {
    private final Sql sql;
    private final Clock clock;
    private final RefusedCalls refused = new RefusedCalls();

    AuditTrail(Sql sql, Clock clock) {
        this.sql = sql;
        this.clock = clock;
    }

    public static final class NotWritten extends RuntimeException {
        NotWritten(Throwable cause) {
            super("the audit trail cannot be written: " + cause.getMessage(), cause);
        }
    }

    /**
     * Adds an entry: before anything is done, without its outcome, or whole.
     *
     * @throws NotWritten then nothing may be done
     */
    public void add(AuditEntry entry) {
        write(() -> {
            var who = entry.who();
            var deed = entry.deed();
            sql.change(
                    "insert into audit (request_id, at, actor, credentials, address, action, method, path)"
                            + " values (?, ?, ?, ?, ?, ?, ?, ?)",
                    entry.requestId(),
                    entry.at(),
                    who.actor(),
                    who.credentials(),
                    who.address(),
                    deed.action(),
                    deed.method(),
                    deed.path());
            add(entry.requestId(), entry.subjects());
            if (entry.outcome() != null) {
                add(entry.requestId(), entry.outcome());
            }
        });
    }

    /**
     * Adds what a call that has its entry is about to do: to be found also where the server ends in the midst of it. Only
     * what is announced first counts.
     *
     * @param also what it is done to besides, which was not known before
     * @throws NotWritten then nothing may be done
     */
    public void announced(String requestId, List<Subject> also, Intent intent) {
        write(() -> {
            add(requestId, also);
            sql.change(
                    "insert into audit_intent (request_id, reason, before_state, after_state) values (?, ?, ?, ?)"
                            + " on conflict do nothing",
                    requestId,
                    intent.reason(),
                    intent.before(),
                    intent.after());
        });
    }

    /**
     * Adds how a call ended that has its entry.
     *
     * @param also what it was done to besides, which was not known before
     * @throws NotWritten if the entry stays without its outcome
     */
    public void ended(String requestId, List<Subject> also, Outcome outcome) {
        write(() -> {
            add(requestId, also);
            add(requestId, outcome);
        });
    }

    /**
     * Adds a call that was refused; of a caller's many only the first, and in the next minutes how many there were. What
     * was counted is lost where the server is killed.
     *
     * @throws NotWritten if it is not recorded yet; it is counted, and recorded with the others
     */
    public void refused(AuditEntry entry) {
        if (refused.isFirst(entry)) {
            addOrCount(List.of(entry));
        }
    }

    public AuditPage page(AuditQuery query) {
        return new AuditList(query).page(sql);
    }

    @Scheduled(initialDelay = "1m", fixedDelay = "1m")
    void writeCounted() {
        addOrCount(refused.counted(clock.instant()));
    }

    @PreDestroy
    void close() {
        refused.counted(Instant.MAX).forEach(this::add);
    }

    /** After one that could not be written no other is tried: each would wait as long for the database. */
    private void addOrCount(List<AuditEntry> entries) {
        var left = new ArrayDeque<>(entries);
        try {
            while (!left.isEmpty()) {
                add(left.getFirst());
                left.removeFirst();
            }
        } finally {
            left.forEach(refused::notWritten);
        }
    }

    private void add(String requestId, List<Subject> subjects) {
        var values = new ArrayList<Object>();
        subjects.stream()
                .distinct()
                .forEach(subject -> values.addAll(List.of(requestId, subject.kind(), subject.id())));
        if (!values.isEmpty()) {
            sql.change(
                    "insert into audit_subject (request_id, kind, id) values (?, ?, ?)"
                            + ", (?, ?, ?)".repeat(values.size() / 3 - 1) + " on conflict do nothing",
                    values.toArray());
        }
    }

    private void add(String requestId, Outcome outcome) {
        sql.change(
                "insert into audit_outcome"
                        + " (request_id, at, status, code, times, reason, before_state, after_state)"
                        + " values (?, ?, ?, ?, ?, ?, ?, ?)",
                requestId,
                outcome.at(),
                outcome.status(),
                outcome.code(),
                outcome.times(),
                outcome.reason(),
                outcome.before(),
                outcome.after());
    }

    private void write(Runnable work) {
        try {
            sql.together(work);
        } catch (DataAccessException | ConnectionException | TransactionException failure) {
            throw new NotWritten(failure);
        }
    }
}
