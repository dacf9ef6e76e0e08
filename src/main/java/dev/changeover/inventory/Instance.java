package dev.changeover.inventory;

/** The MySQL DB instance an owner knows. Every instance belongs to one project. */
public record Instance(String id, String projectId, String name, Status status) {

    /** Whether proxies of the instance may be changed (REQUIREMENTS P3). */
    public enum Status {
        NORMAL,
        FROZEN,
        ABNORMAL
    }
}
