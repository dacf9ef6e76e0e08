package dev.changeover.metrics;

import dev.changeover.database.Sql;
import dev.changeover.task.Task;
import dev.changeover.task.TaskEvent;
import dev.changeover.task.TaskListener;
import dev.changeover.upgrade.EventKind;
import jakarta.inject.Singleton;

/** Keeps beside a task since when one of its nodes waits for an operator, so that a look at the figures reads no events. */
@Singleton
record HeldSince(Sql sql) implements TaskListener {
    @Override
    public void recorded(Task task, TaskEvent event) {
        switch (EventKind.of(event)) {
            case HELD, RELEASED -> sql.change("""
                    update task set held_since = (
                        select min(h.at) from task_event h
                        where h.job_id = task.job_id and h.kind = 'HELD' and not exists (
                            select 1 from task_event r where r.job_id = h.job_id and r.node_id = h.node_id
                                and r.kind = 'RELEASED' and r.number > h.number))
                    where job_id = ?
                    """, task.jobId());
            default -> {}
        }
    }
}
