package dev.changeover.inventory;

import dev.changeover.database.Select;
import dev.changeover.window.MaintenanceWindow;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The MySQL DB instance an owner knows. Every instance belongs to one project.
 *
 * @param window when its owner allows what was not asked for upon submission
 */
public record Instance(String id, String projectId, String name, Status status, MaintenanceWindow window) {

    Instance in(String otherProjectId) {
        return new Instance(id, otherProjectId, name, status, window);
    }

    /** Whether proxies of the instance may be changed (REQUIREMENTS P3). */
    public enum Status {
        NORMAL,
        FROZEN,
        ABNORMAL
    }

    /**
     * A search for the instances of a project.
     *
     * @param id of the only one that is sought; null for every one
     * @param name as it is, of those that are sought; null for every one
     * @param offset how many of the first are left out, from 0
     * @param limit the most that are given
     */
    public record Query(
            String projectId, @Nullable String id, @Nullable String name, int offset, int limit) {

        public static Query all(String projectId, int offset, int limit) {
            return new Query(projectId, null, null, offset, limit);
        }

        /** What a selection of all that it seeks has behind its columns. */
        Select from() {
            var sql = new StringBuilder(" from instance where project_id = ?");
            var values = new ArrayList<Object>(List.of(projectId));
            if (id != null) {
                sql.append(" and id = ?");
                values.add(id);
            }
            if (name != null) {
                sql.append(" and name = ?");
                values.add(name);
            }
            return new Select(sql.toString(), values);
        }
    }
}
