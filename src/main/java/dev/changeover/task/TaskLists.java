package dev.changeover.task;

import dev.changeover.database.Columns;
import dev.changeover.database.Select;
import dev.changeover.database.Sql;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One list of the Task Center. Counting and paging look only at what an index has; the rows of the page are read after
 * that, and of them only what is shown: snapshots are large.
 */
final class TaskLists {
    private static final Columns<TaskPage.Line> LINE = Columns.of(TaskPage.Line.class);

    private static final String COUNT = "select count(*) as total from task";

    private static final String LINES = """
            select %s
            from task t join (
                select job_id from task%s order by created_at desc, job_id limit ? offset ?
            ) page on page.job_id = t.job_id
            order by t.created_at desc, t.job_id
            """;

    private final TaskQuery query;
    private final StringBuilder where = new StringBuilder(" where deleted_at is null");
    private final List<Object> values = new ArrayList<>();

    TaskLists(TaskQuery query) {
        this.query = query;
        and("project_id = ?", query.projectId());
        and("kind = ?", query.kind());
        and("created_at >= ?", query.from());
        and("created_at < ?", query.before());
        and("job_id = ?", query.jobId());
        and("instance_id = ?", query.instanceId());
        and("instance_name = ?", query.instanceName());
        and("proxy_id = ?", query.proxyId());
        if (!query.statuses().isEmpty()) {
            where.append(" and status in (?")
                    .repeat(", ?", query.statuses().size() - 1)
                    .append(')');
            values.addAll(query.statuses());
        }
    }

    TaskPage page(Sql database) {
        var total = count().rows(database, row -> row.number("total")).getFirst();
        return total <= query.offset()
                ? new TaskPage(total, List.of())
                : new TaskPage(total, lines().rows(database, LINE::read));
    }

    static List<TaskPage.Line> open(Sql database, List<String> proxyIds) {
        return database.list(
                "select %s from task t where t.outcome is null and t.proxy_id in %s order by t.created_at desc, t.job_id"
                        .formatted(LINE.namesOf("t"), Sql.places(proxyIds)),
                LINE::read,
                proxyIds.toArray());
    }

    /** By the index: of those that have ended none is read. */
    static List<TaskPage.Line> open(Sql database, TaskPage.@Nullable Line after, int limit) {
        var behind = after == null ? "" : " and created_at >= ? and (created_at > ? or job_id > ?)";
        var values = new ArrayList<Object>();
        if (after != null) values.addAll(List.of(after.createdAt(), after.createdAt(), after.jobId()));
        values.add(limit);
        return database.list(
                "select %s from task t where outcome is null%s order by created_at, job_id limit ?"
                        .formatted(LINE.namesOf("t"), behind),
                LINE::read,
                values.toArray());
    }

    /** Those of which a node waits for an operator. */
    static List<Task> held(Sql database) {
        return database.list(
                "select * from task where outcome is null and held_since is not null order by created_at, job_id",
                JdbcTaskLedger.TASK::read);
    }

    Select count() {
        return new Select(COUNT + where, values);
    }

    Select lines() {
        return new Select(
                LINES.formatted(LINE.namesOf("t"), where),
                Stream.concat(values.stream(), Stream.of(query.limit(), query.offset()))
                        .toList());
    }

    private void and(String condition, @Nullable Object value) {
        if (value != null) {
            where.append(" and ").append(condition);
            values.add(value);
        }
    }
}
