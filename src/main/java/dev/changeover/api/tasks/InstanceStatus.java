package dev.changeover.api.tasks;

import dev.changeover.inventory.Instance;

/** An instance's status, for which the published interfaces of tasks have different words. */
enum InstanceStatus {
    NORMAL("normal", "ACTIVE", "NORMAL"),
    FROZEN("abnormal", "FROZEN", "FROZEN"),
    ABNORMAL("abnormal", "FAILED", "FAILED"),
    /** Its tasks outlive it. */
    DELETED("deleted", "DELETED", "DELETED");

    private final String inJobs;
    private final String inTasks;
    private final String inExistingTasks;

    InstanceStatus(String inJobs, String inTasks, String inExistingTasks) {
        this.inJobs = inJobs;
        this.inTasks = inTasks;
        this.inExistingTasks = inExistingTasks;
    }

    static InstanceStatus of(Instance instance) {
        return switch (instance.status()) {
            case NORMAL -> NORMAL;
            case FROZEN -> FROZEN;
            case ABNORMAL -> ABNORMAL;
        };
    }

    /** The word of immediate and scheduled jobs. */
    String inJobs() {
        return inJobs;
    }

    /** The word of the task list and of schedule tasks. */
    String inTasks() {
        return inTasks;
    }

    /** The word of the answer whether scheduled tasks exist. */
    String inExistingTasks() {
        return inExistingTasks;
    }
}
