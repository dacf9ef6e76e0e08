package dev.changeover.task;

import dev.changeover.database.Sql;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The ledger in the database. */
@Singleton
final class JdbcTaskLedger implements TaskLedger {
    private final Sql sql;
    private final Claims claims;
    private final Handovers handovers;

    JdbcTaskLedger(Sql sql) {
        this.sql = sql;
        this.claims = new Claims(sql);
        this.handovers = new Handovers(sql);
    }

    @Override
    public Optional<Task> task(String jobId) {
        return sql.first("select * from task where job_id = ? and deleted_at is null", Rows::task, jobId);
    }

    @Override
    public Optional<Task> taskByKey(String projectId, String key) {
        return sql.first("select * from task where project_id = ? and idempotency_key = ?", Rows::task, projectId, key);
    }

    @Override
    public List<Task> open() {
        return sql.list("select * from task where outcome is null order by created_at, job_id", Rows::task);
    }

    @Override
    public TaskPage page(TaskQuery query) {
        return new TaskLists(query).page(sql);
    }

    @Override
    public boolean delete(String jobId, Instant at) {
        return sql.change(
                        "update task set deleted_at = ? where job_id = ? and outcome is not null and deleted_at is null",
                        at,
                        jobId)
                == 1;
    }

    @Override
    public List<Task> openOf(String proxyId) {
        return sql.list(
                "select * from task where proxy_id = ? and outcome is null order by created_at, job_id",
                Rows::task,
                proxyId);
    }

    @Override
    public List<Duration> handovers(String proxyId, int limit) {
        return handovers.newest(proxyId, limit);
    }

    @Override
    public void handedOver(Handover handover) {
        handovers.add(handover);
    }

    @Override
    public String claim(String instanceId, String jobId) {
        return claims.claim(instanceId, jobId);
    }

    @Override
    public Optional<String> claimant(String instanceId) {
        return claims.claimant(instanceId);
    }

    @Override
    public int claims() {
        return claims.count();
    }

    @Override
    public void release(String jobId) {
        claims.release(jobId);
    }

    @Override
    public int pending(Instant now, Instant askedBefore) {
        return claims.pending(now, askedBefore);
    }

    @Override
    public List<TaskEvent> events(String jobId, int afterNumber) {
        return sql.list(
                "select * from task_event where job_id = ? and number > ? order by number",
                Rows::event,
                jobId,
                afterNumber);
    }

    @Override
    public void record(Task task, List<TaskEvent> events) {
        sql.together(() -> {
            // The first writing of a job has no events, and mostly nothing to wait for.
            var stored = events.isEmpty() ? Optional.<Task>empty() : lock(task);
            if (stored.isPresent() || !add(task)) {
                var now = stored.or(() -> lock(task)).orElseThrow(() -> keyTaken(task));
                refuseOtherProxy(now, task);
                if (!isOvertaken(now, task, events)) {
                    replace(task);
                }
            }
            events.forEach(event -> add(task.jobId(), event));
        });
    }

    /** Two writers that add the same job at once meet here: the second waits for the first and then adds nothing. */
    private boolean add(Task task) {
        return sql.change(
                        """
                insert into task (job_id, project_id, instance_id, instance_name, proxy_id, proxy_name, kind, status,
                    progress, source_version, target_version, phase, outcome, fail_reason, code, requester,
                    idempotency_key, fingerprint, created_at, planned_start, planned_end, ended_at, snapshot)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                on conflict do nothing
                """,
                        task.jobId(),
                        task.projectId(),
                        task.instanceId(),
                        task.instanceName(),
                        task.proxyId(),
                        task.proxyName(),
                        task.kind(),
                        task.status(),
                        task.progress(),
                        task.sourceVersion(),
                        task.targetVersion(),
                        task.phase(),
                        task.outcome(),
                        task.failReason(),
                        task.code(),
                        task.requester(),
                        task.key(),
                        task.fingerprint(),
                        task.createdAt(),
                        task.plannedStart(),
                        task.plannedEnd(),
                        task.endedAt(),
                        task.snapshot())
                > 0;
    }

    private Optional<Task> lock(Task task) {
        return sql.first("select * from task where job_id = ? for update", Rows::task, task.jobId());
    }

    private static IllegalStateException keyTaken(Task task) {
        return new IllegalStateException("the key '%s' of project '%s' belongs to another job than '%s'"
                .formatted(task.key(), task.projectId(), task.jobId()));
    }

    private static void refuseOtherProxy(Task stored, Task task) {
        if (!stored.proxyId().equals(task.proxyId())) {
            throw new IllegalStateException("job '%s' belongs to proxy '%s', not to '%s'"
                    .formatted(task.jobId(), stored.proxyId(), task.proxyId()));
        }
    }

    /**
     * A slow first attempt may arrive after later news. It is known by its events, which are behind those already
     * written, or by an upgrade that ended meanwhile; then its task is old and only its events are kept. How an upgrade
     * ended is always news.
     */
    private boolean isOvertaken(Task stored, Task task, List<TaskEvent> events) {
        if (task.outcome() != null) {
            return false;
        }
        if (stored.outcome() != null) {
            return true;
        }
        var newest = events.stream().mapToInt(TaskEvent::number).max();
        return newest.isPresent()
                && sql.exists(
                        "select 1 from task_event where job_id = ? and number > ?", task.jobId(), newest.getAsInt());
    }

    private void replace(Task task) {
        sql.change(
                """
                update task set status = ?, progress = ?, target_version = ?, phase = ?, outcome = ?, fail_reason = ?,
                    code = ?, planned_start = ?, planned_end = ?, ended_at = ?, snapshot = ?
                where job_id = ?
                """,
                task.status(),
                task.progress(),
                task.targetVersion(),
                task.phase(),
                task.outcome(),
                task.failReason(),
                task.code(),
                task.plannedStart(),
                task.plannedEnd(),
                task.endedAt(),
                task.snapshot(),
                task.jobId());
    }

    private void add(String jobId, TaskEvent event) {
        sql.change("""
                insert into task_event (job_id, number, at, kind, node_id, text) values (?, ?, ?, ?, ?, ?)
                on conflict do nothing
                """, jobId, event.number(), event.at(), event.kind(), event.nodeId(), event.text());
    }
}
