package dev.changeover.task;

import dev.changeover.database.Sql;
import dev.changeover.task.TaskLedger.Handover;
import java.time.Duration;
import java.util.List;

/** Durations of handovers: read at every estimate, so no progress has to be read for it. */
final class Handovers {
    private final Sql sql;

    Handovers(Sql sql) {
        this.sql = sql;
    }

    List<Duration> newest(String proxyId, int limit) {
        return sql.list(
                "select millis from handover where proxy_id = ? order by serves_at desc limit ?",
                row -> Duration.ofMillis(row.number("millis")),
                proxyId,
                limit);
    }

    void add(Handover handover) {
        sql.change(
                "insert into handover (job_id, node_id, proxy_id, serves_at, millis) values (?, ?, ?, ?, ?)"
                        + " on conflict do nothing",
                handover.jobId(),
                handover.nodeId(),
                handover.proxyId(),
                handover.servesAt(),
                handover.took().toMillis());
    }
}
