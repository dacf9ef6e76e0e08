package dev.changeover.task;

import static org.awaitility.Awaitility.await;

import io.micronaut.context.ApplicationContext;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;

/** A ledger as full as a busy month leaves it. */
public final class ManyTasks {
    /** The project that has most of them. */
    public static final String PROJECT = "p-1";

    private ManyTasks() {}

    /**
     * Fills the ledger of a PostgreSQL: one every so many seconds over the last 30 days, nine of ten in {@link #PROJECT},
     * half of them scheduled, on 500 instances, one of a hundred failed, each with a
     * snapshot of 1,280 random characters. Leaves it as autovacuum does.
     */
    public static void fill(ApplicationContext database, int tasks) {
        var url = database.getRequiredProperty("changeover.database.url", String.class);
        try (var connection = DriverManager.getConnection(url, "postgres", "postgres");
                var statement = connection.createStatement()) {
            statement.execute("""
                    insert into task (job_id, project_id, instance_id, instance_name, proxy_id, proxy_name, kind,
                        status, progress, source_version, target_version, phase, outcome, fail_reason, code, requester,
                        idempotency_key, fingerprint, created_at, planned_start, planned_end, ended_at, snapshot)
                    select md5(n::text), case when n %% 10 = 0 then 'p-2' else 'p-1' end,
                        'i-' || n / 20 %% 500, 'instance ' || n / 20 %% 500, 'x-' || n / 20 %% 1000,
                        'proxy ' || n / 20 %% 1000,
                        case when n %% 20 < 10 then 'INSTANT' else 'SCHEDULED' end,
                        case n / 20 %% 100 when 2 then 'FAILED' else 'COMPLETED' end,
                        100, '2.6.12.3', '2.6.12.4', 'ENDED', 'DONE',
                        '', '', 'anna', md5(n::text), md5(n::text),
                        now() - n * (interval '30 days' / %1$d), now(), now(), now(),
                        (select string_agg(md5((n * 40 + m)::text), '') from generate_series(1, 40) as m)
                    from generate_series(0, %1$d - 1) as n
                    """.formatted(tasks));
            // Vacuum passes over rows that a transaction still open elsewhere (autovacuum's, a round of the server's)
            // may see.
            await().atMost(Duration.ofMinutes(2)).until(() -> {
                statement.execute("vacuum analyze task");
                try (var pages = statement.executeQuery(
                        "select relallvisible >= relpages from pg_class where oid = 'task'::regclass")) {
                    return pages.next() && pages.getBoolean(1);
                }
            });
        } catch (SQLException refused) {
            throw new IllegalStateException("the ledger could not be filled", refused);
        }
    }
}
