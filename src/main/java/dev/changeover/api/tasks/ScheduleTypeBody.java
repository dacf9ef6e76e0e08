package dev.changeover.api.tasks;

import static io.swagger.v3.oas.annotations.media.Schema.RequiredMode.REQUIRED;

import dev.changeover.api.ApiException;
import dev.changeover.task.Task;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which scheduled tasks are asked about.
 *
 * @param scheduleType {@code PROXY_VERSION_UPGRADE}, or another published one, of which there never is a task
 * @param proxyId of this proxy only; null for every proxy of the instance
 */
record ScheduleTypeBody(
        @Schema(requiredMode = REQUIRED, nullable = false) @Nullable String scheduleType,

        @Nullable String proxyId) {
    private static final String OURS = Task.Kind.SCHEDULED.publishedName();

    private static final Set<String> OTHERS =
            Set.of("VERSION_UPGRADE", "RESIZE_FLAVOR", "REBOOT_NODE", "REBOOT_INSTANCE");

    /**
     * Whether there can be such tasks at all.
     *
     * @throws ApiException if nobody knows the type
     */
    boolean isOfUpgrades() {
        if (!OURS.equals(scheduleType) && (scheduleType == null || !OTHERS.contains(scheduleType))) {
            throw ApiException.badParameter("schedule_type", "%s is needed".formatted(OURS));
        }
        return OURS.equals(scheduleType);
    }
}
