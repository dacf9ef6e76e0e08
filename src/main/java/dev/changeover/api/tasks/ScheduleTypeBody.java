package dev.changeover.api.tasks;

import static io.swagger.v3.oas.annotations.media.Schema.RequiredMode.REQUIRED;

import dev.changeover.api.ApiException;
import dev.changeover.task.Task;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Which scheduled tasks are asked about.
 *
 * @param scheduleType {@code PROXY_VERSION_UPGRADE}
 * @param proxyId of this proxy only; null for every proxy of the instance
 */
record ScheduleTypeBody(
        @Schema(requiredMode = REQUIRED, nullable = false) @Nullable String scheduleType,

        @Nullable String proxyId) {
    private static final String ONLY = Task.Kind.SCHEDULED.publishedName();

    void refuseOtherTypes() {
        if (!ONLY.equals(scheduleType)) {
            throw ApiException.badParameter("schedule_type", "%s is the only type there is".formatted(ONLY));
        }
    }
}
