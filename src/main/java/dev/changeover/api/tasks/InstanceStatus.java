package dev.changeover.api.tasks;

import dev.changeover.inventory.Instance;

/** An instance's status, for which the two published interfaces of tasks have different words. */
enum InstanceStatus {
    NORMAL("normal", "ACTIVE"),
    FROZEN("abnormal", "FROZEN"),
    ABNORMAL("abnormal", "FAILED"),
    /** Its tasks outlive it. */
    DELETED("deleted", "DELETED");

    private final String inJobs;
    private final String inTasks;

    InstanceStatus(String inJobs, String inTasks) {
        this.inJobs = inJobs;
        this.inTasks = inTasks;
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
}
