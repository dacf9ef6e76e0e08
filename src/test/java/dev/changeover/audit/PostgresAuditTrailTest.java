package dev.changeover.audit;

import static dev.changeover.audit.AuditEntry.Subject.Kind.INSTANCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.changeover.audit.AuditEntry.Subject;
import dev.changeover.audit.AuditQuery.Result;
import dev.changeover.database.Sql;
import dev.changeover.database.TestDatabase;
import io.micronaut.context.ApplicationContext;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class PostgresAuditTrailTest extends AuditTrailContract {
    @Override
    ApplicationContext database() {
        return TestDatabase.postgres();
    }

    @Test
    void no_list_reads_entries_that_it_does_not_show() {
        try (var full = TestDatabase.postgres()) {
            var database = full.getBean(Sql.class);
            fill(database, 20_000);

            for (var query : everyList()) {
                var page = new AuditList(query).entries();
                var plan = database.list(
                        "explain " + page.sql(),
                        row -> row.text("QUERY PLAN"),
                        page.values().toArray());
                assertThat(plan).as("%s", query).noneMatch(line -> line.contains("Seq Scan"));
            }
        }
    }

    private static List<AuditQuery> everyList() {
        var month = Instant.now().minus(Duration.ofDays(30));
        return List.of(
                new AuditQuery(null, null, List.of(), month, null, null, 0, 10),
                new AuditQuery(null, null, List.of(), month, null, null, 5_000, 10),
                new AuditQuery("anna-7", null, List.of(), month, null, null, 0, 10),
                new AuditQuery(null, "task.cancel", List.of(), month, null, null, 0, 10),
                new AuditQuery(null, null, List.of(new Subject(INSTANCE, "i-7")), month, null, null, 0, 10),
                new AuditQuery(null, null, List.of(), month, null, Result.REFUSED, 0, 10));
    }

    /** One entry every so many seconds over the last 30 days: of 200 accounts, on 500 instances, one of 100 refused. */
    private static void fill(Sql database, int entries) {
        database.change("""
                insert into audit (request_id, at, actor, credentials, address, action, method, path)
                select md5(n::text), now() - n * (interval '30 days' / %1$d), 'anna-' || n %% 200, 'token', '10.0.0.7',
                    case n %% 100 when 3 then 'task.cancel' else 'window.change' end, 'PUT', '/v3'
                from generate_series(0, %1$d - 1) as n
                """.formatted(entries));
        database.change("""
                insert into audit_subject (request_id, kind, id)
                select md5(n::text), 'INSTANCE', 'i-' || n %% 500 from generate_series(0, %d - 1) as n
                """.formatted(entries));
        database.change("""
                insert into audit_outcome (request_id, at, status, code, times, reason, before_state, after_state)
                select md5(n::text), now(), case n %% 100 when 7 then 403 else 200 end, '', 1, '', '{}', '{}'
                from generate_series(0, %d - 1) as n
                """.formatted(entries));
        database.change("""
                insert into audit_intent (request_id, reason, before_state, after_state)
                select md5(n::text), '', '{}', '{}' from generate_series(0, %d - 1) as n
                """.formatted(entries));
        List.of("audit", "audit_subject", "audit_intent", "audit_outcome")
                .forEach(table -> database.change("analyze " + table));
    }

    @Test
    void nobody_empties_it() {
        assertThatThrownBy(() -> sql.change("truncate audit, audit_subject, audit_intent, audit_outcome"))
                .hasMessageContaining("append-only");
    }
}
