package dev.changeover.task;

import dev.changeover.database.Sql;
import java.time.Instant;
import java.util.Optional;

/** Which job changes which instance: a row for each, so that the database decides who comes first. */
final class Claims {
    private final Sql sql;

    Claims(Sql sql) {
        this.sql = sql;
    }

    String claim(String instanceId, String jobId) {
        var claimant = claimed(instanceId, jobId);
        // Empty where another job released it between the two statements.
        while (claimant.isEmpty()) {
            claimant = claimant(instanceId).or(() -> claimed(instanceId, jobId));
        }
        return claimant.get();
    }

    private Optional<String> claimed(String instanceId, String jobId) {
        var added = sql.change(
                "insert into claim (instance_id, job_id) values (?, ?) on conflict do nothing", instanceId, jobId);
        return Optional.of(jobId).filter(claimant -> added > 0);
    }

    Optional<String> claimant(String instanceId) {
        return sql.first("select job_id from claim where instance_id = ?", row -> row.text("job_id"), instanceId);
    }

    int count() {
        return sql.first("select count(*) as claims from claim", row -> row.number("claims"))
                .orElseThrow();
    }

    void release(String jobId) {
        sql.change("delete from claim where job_id = ?", jobId);
    }

    /** The upgrades that wait for one, first come first served. */
    int pending(Instant now, Instant askedBefore) {
        return sql.first("""
                        select count(*) as pending from task
                        where outcome is null and created_at < ? and status = ? and planned_start <= ?
                        """, row -> row.number("pending"), askedBefore, Task.Status.PENDING, now)
                .orElseThrow();
    }
}
