package dev.changeover.audit;

import static java.util.Comparator.comparing;

import dev.changeover.audit.AuditEntry.Deed;
import dev.changeover.audit.AuditEntry.Intent;
import dev.changeover.audit.AuditEntry.Outcome;
import dev.changeover.audit.AuditEntry.Subject;
import dev.changeover.audit.AuditEntry.Who;
import dev.changeover.audit.AuditQuery.Result;
import dev.changeover.database.Row;
import dev.changeover.database.Select;
import dev.changeover.database.Sql;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One list of the audit trail. */
final class AuditList {
    private static final String COUNT = "select count(*) as total from audit a";

    private static final String ENTRIES = """
            select a.request_id, a.at, a.actor, a.credentials, a.address, a.action, a.method, a.path,
                o.at as ended_at, o.status, o.code, o.times, o.reason, o.before_state, o.after_state,
                i.reason as why, i.before_state as was, i.after_state as to_be
            from (
                select a.request_id from audit a%s order by a.at desc, a.request_id limit ? offset ?
            ) page join audit a on a.request_id = page.request_id
                left join audit_outcome o on o.request_id = a.request_id
                left join audit_intent i on i.request_id = a.request_id
            order by a.at desc, a.request_id
            """;

    private static final String WITH_SUBJECT =
            "a.request_id in (select request_id from audit_subject where kind = ? and id = ?)";
    private static final String ENDED =
            "a.request_id in (select request_id from audit_outcome where status between ? and ?)";
    private static final String NEVER_ENDED =
            "not exists (select 1 from audit_outcome where audit_outcome.request_id = a.request_id)";

    private final AuditQuery query;
    private final StringBuilder where = new StringBuilder(" where 1 = 1");
    private final List<Object> values = new ArrayList<>();

    AuditList(AuditQuery query) {
        this.query = query;
        and("a.actor = ?", query.actor());
        and("a.action = ?", query.action());
        and("a.at >= ?", query.from());
        and("a.at < ?", query.before());
        for (var subject : query.subjects()) {
            and(WITH_SUBJECT, subject.kind(), subject.id());
        }
        var result = query.result();
        if (result == Result.UNKNOWN) {
            where.append(" and ").append(NEVER_ENDED);
        } else if (result != null) {
            and(ENDED, result.least, result.most);
        }
    }

    AuditPage page(Sql database) {
        var total = count().rows(database, row -> row.number("total")).getFirst();
        if (total <= query.offset()) {
            return new AuditPage(total, List.of());
        }
        var lines = entries().rows(database, AuditList::entry);
        var subjects = subjects(database, lines);
        return new AuditPage(
                total,
                lines.stream()
                        .map(line -> line.with(subjects.getOrDefault(line.requestId(), List.of())))
                        .toList());
    }

    Select count() {
        return new Select(COUNT + where, values);
    }

    Select entries() {
        return new Select(
                ENTRIES.formatted(where),
                Stream.concat(values.stream(), Stream.of(query.limit(), query.offset()))
                        .toList());
    }

    private static Map<String, List<Subject>> subjects(Sql database, List<AuditEntry> entries) {
        var found = new HashMap<String, List<Subject>>();
        if (!entries.isEmpty()) {
            var sql = "select request_id, kind, id from audit_subject where request_id in (?"
                    + ", ?".repeat(entries.size() - 1) + ")";
            database.list(
                    sql,
                    row -> found.computeIfAbsent(row.text("request_id"), any -> new ArrayList<>())
                            .add(new Subject(row.constant(Subject.Kind.class, "kind"), row.text("id"))),
                    entries.stream().map(AuditEntry::requestId).toArray());
            found.values()
                    .forEach(subjects -> subjects.sort(comparing(Subject::kind).thenComparing(Subject::id)));
        }
        return found;
    }

    private void and(String condition, @Nullable Object... needed) {
        var given = Stream.of(needed).flatMap(Stream::ofNullable).toList();
        if (!given.isEmpty()) {
            where.append(" and ").append(condition);
            values.addAll(given);
        }
    }

    private static AuditEntry entry(Row row) {
        var outcome = outcome(row);
        return new AuditEntry(
                row.text("request_id"),
                row.instant("at"),
                new Who(row.text("actor"), row.text("credentials"), row.text("address")),
                new Deed(row.text("action"), row.text("method"), row.text("path")),
                List.of(),
                outcome == null ? intent(row) : null,
                outcome);
    }

    private static @Nullable Intent intent(Row row) {
        var why = row.textOrNull("why");
        return why == null ? null : new Intent(why, row.text("was"), row.text("to_be"));
    }

    private static @Nullable Outcome outcome(Row row) {
        var at = row.instantOrNull("ended_at");
        return at == null
                ? null
                : new Outcome(
                        at,
                        row.number("status"),
                        row.text("code"),
                        row.number("times"),
                        row.text("reason"),
                        row.text("before_state"),
                        row.text("after_state"));
    }
}
