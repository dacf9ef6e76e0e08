package dev.changeover.api.fleet;

import static io.swagger.v3.oas.annotations.media.Schema.RequiredMode.REQUIRED;

import dev.changeover.api.ApiException;
import dev.changeover.window.MaintenanceWindow;
import dev.changeover.window.WrongWindow;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A maintenance window as its owner sends it: on the hour, 1 to 4 hours, perhaps across midnight (REQUIREMENTS M2).
 *
 * @param startTime {@code HH:MM}, the first time of day at which it is open
 * @param endTime {@code HH:MM}, the first at which it is closed again; midnight is 00:00
 * @param timeZone name of the IANA time zone whose clock counts; null means UTC
 */
record WindowBody(
        @Schema(requiredMode = REQUIRED, nullable = false) @Nullable String startTime,

        @Schema(requiredMode = REQUIRED, nullable = false) @Nullable String endTime,

        @Nullable String timeZone) {

    MaintenanceWindow window() {
        try {
            return MaintenanceWindow.parse(given("start_time", startTime), given("end_time", endTime), timeZone);
        } catch (WrongWindow wrong) {
            throw ApiException.badParameter(field(wrong.part()), String.valueOf(wrong.getMessage()));
        }
    }

    private static String given(String name, @Nullable String text) {
        if (text == null) {
            throw ApiException.badParameter(name, "is missing; HH:MM on the hour is needed");
        }
        return text;
    }

    private static String field(WrongWindow.Part part) {
        return switch (part) {
            case START -> "start_time";
            case END -> "end_time";
            case ZONE -> "time_zone";
        };
    }
}
