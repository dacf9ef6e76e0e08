package dev.changeover.inventory;

import dev.changeover.window.MaintenanceWindow;

/**
 * The MySQL DB instance an owner knows. Every instance belongs to one project.
 *
 * @param window when its owner allows what was not asked for upon submission
 */
public record Instance(String id, String projectId, String name, Status status, MaintenanceWindow window) {

    /** With the window that every instance has from the start (REQUIREMENTS M1). */
    public Instance(String id, String projectId, String name, Status status) {
        this(id, projectId, name, status, MaintenanceWindow.DEFAULT);
    }

    Instance in(String otherProjectId) {
        return new Instance(id, otherProjectId, name, status, window);
    }

    /** Whether proxies of the instance may be changed (REQUIREMENTS P3). */
    public enum Status {
        NORMAL,
        FROZEN,
        ABNORMAL
    }
}
