package dev.changeover.task;

import dev.changeover.database.Row;

/** Rows of the ledger as what they stand for. */
final class Rows {
    private Rows() {}

    static Task task(Row row) {
        return new Task(
                row.text("job_id"),
                row.text("project_id"),
                row.text("instance_id"),
                row.text("instance_name"),
                row.text("proxy_id"),
                row.text("proxy_name"),
                row.constant(Task.Kind.class, "kind"),
                row.constant(Task.Status.class, "status"),
                row.number("progress"),
                row.text("source_version"),
                row.text("target_version"),
                row.text("phase"),
                row.textOrNull("outcome"),
                row.text("fail_reason"),
                row.text("code"),
                row.text("requester"),
                row.textOrNull("idempotency_key"),
                row.text("fingerprint"),
                row.instant("created_at"),
                row.instantOrNull("planned_start"),
                row.instantOrNull("planned_end"),
                row.instantOrNull("ended_at"),
                row.text("snapshot"));
    }

    static TaskEvent event(Row row) {
        return new TaskEvent(
                row.text("job_id"),
                row.number("number"),
                row.instant("at"),
                row.text("kind"),
                row.textOrNull("node_id"),
                row.text("text"));
    }
}
