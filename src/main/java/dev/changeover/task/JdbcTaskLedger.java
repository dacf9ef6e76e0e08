package dev.changeover.task;

import dev.changeover.database.Columns;
import dev.changeover.database.Sql;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The ledger in the database. */
@Singleton
final class JdbcTaskLedger implements TaskLedger {
    static final Columns<Task> TASK = Columns.of(Task.class, Map.of("key", "idempotency_key"));
    private static final Columns<TaskEvent> EVENT = Columns.of(TaskEvent.class);

    private final Sql sql;
    private final Instructions instructions;
    private final List<TaskListener> listeners;

    JdbcTaskLedger(Sql sql, List<TaskListener> listeners) {
        this.sql = sql;
        this.instructions = new Instructions(sql);
        this.listeners = List.copyOf(listeners);
    }

    @Override
    public Optional<Task> task(String jobId) {
        return sql.first("select * from task where job_id = ? and deleted_at is null", TASK::read, jobId);
    }

    @Override
    public Optional<Task> taskByKey(String projectId, String key) {
        return sql.first("select * from task where project_id = ? and idempotency_key = ?", TASK::read, projectId, key);
    }

    @Override
    public List<TaskPage.Line> open(TaskPage.@Nullable Line after, int limit) {
        return TaskLists.open(sql, after, limit);
    }

    @Override
    public List<Task> held() {
        return TaskLists.held(sql);
    }

    @Override
    public List<TaskPage.Line> openOf(List<String> proxyIds) {
        return proxyIds.isEmpty() ? List.of() : TaskLists.open(sql, proxyIds);
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
    public List<Duration> handovers(String proxyId, int limit) {
        return sql.list(
                "select millis from handover where proxy_id = ? order by serves_at desc limit ?",
                row -> Duration.ofMillis(row.number("millis")),
                proxyId,
                limit);
    }

    @Override
    public void handedOver(Handover handover) {
        var added = sql.change(
                "insert into handover (job_id, node_id, proxy_id, serves_at, millis) values (?, ?, ?, ?, ?)"
                        + " on conflict do nothing",
                handover.jobId(),
                handover.nodeId(),
                handover.proxyId(),
                handover.servesAt(),
                handover.took().toMillis());
        if (added > 0) listeners.forEach(listener -> listener.handedOver(handover));
    }

    @Override
    public String claim(String instanceId, String jobId) {
        return claim(() -> claimant(instanceId), "claim (instance_id, job_id)", instanceId, jobId);
    }

    @Override
    public String claimProxy(String proxyId, String jobId) {
        return claim(() -> proxyClaimant(proxyId), "proxy_claim (proxy_id, job_id)", proxyId, jobId);
    }

    private String claim(Supplier<Optional<String>> known, String row, String id, String jobId) {
        var claimant = claimed(row, id, jobId);
        // Empty where another job released it between the two statements.
        while (claimant.isEmpty()) {
            claimant = known.get().or(() -> claimed(row, id, jobId));
        }
        return claimant.get();
    }

    /** A row for each claim, so that the database decides who comes first. */
    private Optional<String> claimed(String row, String id, String jobId) {
        var added = sql.change("insert into " + row + " values (?, ?) on conflict do nothing", id, jobId);
        return Optional.of(jobId).filter(claimant -> added > 0);
    }

    @Override
    public Optional<String> claimant(String instanceId) {
        return sql.first("select job_id from claim where instance_id = ?", row -> row.text("job_id"), instanceId);
    }

    @Override
    public Optional<String> proxyClaimant(String proxyId) {
        return sql.first("select job_id from proxy_claim where proxy_id = ?", row -> row.text("job_id"), proxyId);
    }

    @Override
    public void releaseProxy(String jobId) {
        sql.change("delete from proxy_claim where job_id = ?", jobId);
    }

    @Override
    public int claims() {
        return sql.count("select count(*) from claim");
    }

    @Override
    public void release(String jobId) {
        sql.change("delete from claim where job_id = ?", jobId);
    }

    @Override
    public int pending(Instant now, Instant askedBefore) {
        return sql.count("""
                select count(*) from task
                where outcome is null and created_at < ? and status = ? and planned_start <= ?
                """, askedBefore, Task.Status.PENDING, now);
    }

    @Override
    public List<TaskEvent> events(String jobId, int afterNumber) {
        return sql.list(
                "select * from task_event where job_id = ? and number > ? order by number",
                EVENT::read,
                jobId,
                afterNumber);
    }

    @Override
    public <T> T together(Supplier<T> work) {
        return sql.together(work);
    }

    @Override
    public boolean record(Task task, int last, List<TaskEvent> events) {
        return sql.together(() -> {
            var news = true;
            // The first writing of a job has no events, and mostly nothing to wait for.
            var stored = events.isEmpty() ? Optional.<Task>empty() : lock(task);
            // Of two writers that add the same job at once the second waits here for the first, and then adds nothing.
            if (stored.isPresent() || !TASK.add(sql, "task", task)) {
                var now = stored.or(() -> lock(task)).orElseThrow(() -> keyTaken(task));
                task.requireProxyOf(now);
                news = isNews(now, task, last, events);
                if (news) TASK.change(sql, "task", task, "job_id", Task.CHANGING);
            }
            events.stream()
                    .filter(event -> EVENT.add(sql, "task_event", event))
                    .forEach(event -> listeners.forEach(listener -> listener.recorded(task, event)));
            return news;
        });
    }

    private Optional<Task> lock(Task task) {
        return sql.first("select * from task where job_id = ? for update", TASK::read, task.jobId());
    }

    private static IllegalStateException keyTaken(Task task) {
        var sentence = "the key '%s' of project '%s' belongs to another job than '%s'";
        return new IllegalStateException(sentence.formatted(task.key(), task.projectId(), task.jobId()));
    }

    /**
     * A slow first attempt may arrive after its repetition and later news. It is known by its events, which are there or
     * behind those already written, or by an upgrade that ended meanwhile; then its task is old and only its events are
     * kept. How an upgrade ended is always news.
     */
    private boolean isNews(Task stored, Task task, int last, List<TaskEvent> events) {
        if (task.outcome() != null || stored.outcome() != null) return task.outcome() != null;
        if (events.isEmpty()) return events(task.jobId(), last).isEmpty();
        var newest = events.getLast();
        var since = events(task.jobId(), newest.number() - 1);
        // Another one of its number was written by a run that Temporal has forgotten.
        return since.isEmpty()
                || since.size() == 1
                        && !(since.getFirst().kind().equals(newest.kind())
                                && since.getFirst().at().equals(newest.at()));
    }

    @Override
    public void instruct(Instruction instruction) {
        instructions.add(instruction);
    }

    @Override
    public void withdraw(String id) {
        instructions.withdraw(id);
    }

    @Override
    public void noted(String id, Instant at) {
        instructions.noted(id, at);
    }

    @Override
    public boolean retract(String jobId) {
        return instructions.retract(jobId);
    }

    @Override
    public List<Instruction> instructions(String jobId) {
        return instructions.of(jobId);
    }

    @Override
    public void workFor(String jobId, String runId) {
        instructions.workFor(jobId, runId);
    }

    @Override
    public Optional<String> runOf(String jobId) {
        return instructions.runOf(jobId);
    }

    @Override
    public long steps(String jobId, int count, long least) {
        return instructions.steps(jobId, count, least);
    }
}
