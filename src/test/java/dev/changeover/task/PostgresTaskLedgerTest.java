package dev.changeover.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.database.Select;
import dev.changeover.database.Sql;
import dev.changeover.database.TestDatabase;
import io.micronaut.context.ApplicationContext;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PostgresTaskLedgerTest extends TaskLedgerContract {
    @Override
    ApplicationContext database() {
        return TestDatabase.postgres();
    }

    @Test
    void no_list_reads_rows_that_it_does_not_show() {
        try (var full = TestDatabase.postgres()) {
            var sql = full.getBean(Sql.class);
            ManyTasks.fill(full, 20_000);

            for (var query : everyList()) {
                assertThat(plan(sql, new TaskLists(query).count()))
                        .as("counting %s", query)
                        .anyMatch(line -> line.contains("Index"))
                        .noneMatch(line -> line.contains("Seq Scan"));
                assertThat(plan(sql, new TaskLists(query).lines()))
                        .as("paging %s", query)
                        .anyMatch(line -> line.contains("task_pkey"))
                        .noneMatch(line -> line.contains("Seq Scan"));
            }
        }
    }

    private static List<TaskQuery> everyList() {
        var week = Instant.now().minus(Duration.ofDays(7));
        var month = Instant.now().minus(Duration.ofDays(30));
        return List.of(
                query(week, List.of(), null, null, null, null, 0),
                query(month, List.of(), null, null, null, null, 0),
                query(month, List.of(), null, null, null, null, 8_000),
                query(month, List.of(Task.Status.FAILED), null, null, null, null, 0),
                query(month, List.of(Task.Status.COMPLETED), null, null, null, null, 0),
                query(month, List.of(), "no-such-job", null, null, null, 0),
                query(month, List.of(), null, "i-7", null, null, 0),
                query(month, List.of(), null, null, "instance 7", null, 0),
                query(null, List.of(Task.Status.PENDING, Task.Status.RUNNING), null, "i-7", null, "x-7", 0));
    }

    private static TaskQuery query(
            @Nullable Instant from,
            List<Task.Status> statuses,
            @Nullable String jobId,
            @Nullable String instanceId,
            @Nullable String instanceName,
            @Nullable String proxyId,
            int offset) {
        return new TaskQuery(
                ManyTasks.PROJECT,
                Task.Kind.SCHEDULED,
                from,
                null,
                statuses,
                jobId,
                instanceId,
                instanceName,
                proxyId,
                offset,
                10);
    }

    private static List<String> plan(Sql sql, Select select) {
        return sql.list(
                "explain " + select.sql(),
                row -> row.text("QUERY PLAN"),
                select.values().toArray());
    }
}
