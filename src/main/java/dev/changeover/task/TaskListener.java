package dev.changeover.task;

/** A bean that is told of every event, once, within the transaction that records it: what it throws undoes both. */
public interface TaskListener {

    /** @param task as it is recorded together with the event */
    void recorded(Task task, TaskEvent event);

    /** A node of an upgrade serves; once for each, and not within a transaction of others. */
    default void handedOver(TaskLedger.Handover handover) {}
}
