package dev.changeover.api.campaigns;

import static io.swagger.v3.oas.annotations.media.Schema.RequiredMode.REQUIRED;

import dev.changeover.api.ApiException;
import dev.changeover.api.Parameters;
import dev.changeover.window.MaintenanceWindow;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an owner wants done about planned events.
 *
 * @param eventInstances 1 to 50 of them
 * @param operationType cancel, execute or reservation
 * @param eventScheduleWindow with reservation: when, on the clock of the instance's window
 */
record EventBody(
        @Schema(requiredMode = REQUIRED, nullable = false) @Nullable List<@Nullable Named> eventInstances,

        @Schema(requiredMode = REQUIRED, nullable = false) @Nullable String operationType,

        @Nullable Window eventScheduleWindow) {
    private static final int MOST = 50;

    /** What can be done. */
    enum Operation {
        CANCEL,
        EXECUTE,
        RESERVATION
    }

    /**
     * One event.
     *
     * @param instanceId that it is about; programs for GaussDB do not say it
     */
    record Named(
            @Schema(requiredMode = REQUIRED, nullable = false) @Nullable String eventId,

            @Nullable String instanceId) {}

    /**
     * A part of a day.
     *
     * @param plannedDay like 2026-12-08
     * @param startTime like 02:30; when the window begins if left out
     * @param endTime like 04:00, after which nothing is begun that day; the end of the maintenance window if left out
     */
    record Window(
            @Nullable String plannedDay,
            @Nullable String startTime,
            @Nullable String endTime) {

        /** Its beginning, on the clock of the maintenance window, which it has to be in. */
        Instant start(MaintenanceWindow window) {
            return at(startTime, window, 0);
        }

        /** Its end, after its beginning, if need be on the next day; null where none is given. */
        @Nullable Instant end(Instant start, MaintenanceWindow window) {
            if (endTime == null) {
                return null;
            }
            var end = at(endTime, window, 0);
            if (end.equals(start)) {
                throw ApiException.badParameter("event_schedule_window", "it ends when it begins");
            }
            return end.isAfter(start) ? end : onTheNextDay(start, window);
        }

        /** The window has to cross midnight for that: what ends before it begins would otherwise last until it closes. */
        private Instant onTheNextDay(Instant start, MaintenanceWindow window) {
            var end = at(endTime, window, 1);
            if (window.current(start).filter(open -> end.isAfter(open.closes())).isPresent()) {
                throw ApiException.badParameter(
                        "event_schedule_window",
                        "end_time %s is before start_time, and the maintenance window %s closes before the next day's"
                                .formatted(endTime, window));
            }
            return end;
        }

        private Instant at(@Nullable String time, MaintenanceWindow window, int daysLater) {
            try {
                var day = LocalDate.parse(Objects.requireNonNullElse(plannedDay, ""));
                var clock = time == null ? window.start() : LocalTime.parse(time);
                var local = day.plusDays(daysLater).atTime(clock);
                var offsets = window.zone().getRules().getValidOffsets(local);
                if (offsets.isEmpty()) {
                    throw ApiException.badParameter(
                            "event_schedule_window", "the clocks of %s skip %s".formatted(window.zone(), local));
                }
                return local.toInstant(offsets.getFirst());
            } catch (DateTimeException wrong) {
                throw ApiException.badParameter(
                        "event_schedule_window",
                        "a planned_day like 2026-12-08 is needed; start_time and end_time are like 02:30 where given");
            }
        }
    }

    Operation operation() {
        if (operationType == null) {
            throw ApiException.badParameter("operation_type", "cancel, execute or reservation is needed");
        }
        return Parameters.constant("operation_type", Operation.class, operationType);
    }

    /** Each with its id. */
    List<Named> named() {
        if (eventInstances == null
                || eventInstances.isEmpty()
                || eventInstances.size() > MOST
                || eventInstances.stream().anyMatch(one -> one == null || one.eventId() == null)) {
            throw ApiException.badParameter(
                    "event_instances", "1 to %d are needed, each with event_id".formatted(MOST));
        }
        return eventInstances.stream().map(Objects::requireNonNull).toList();
    }

    /** With reservation, and only then. */
    Window window() {
        if (eventScheduleWindow == null) {
            throw ApiException.badParameter("event_schedule_window", "a reservation needs it");
        }
        return eventScheduleWindow;
    }
}
