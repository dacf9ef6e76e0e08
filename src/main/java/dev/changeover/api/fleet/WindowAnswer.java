package dev.changeover.api.fleet;

import dev.changeover.api.Times;
import dev.changeover.window.MaintenanceWindow;
import dev.changeover.window.Opening;
import java.util.List;

/**
 * A maintenance window and when it opens.
 *
 * @param timeZone whose clock shows {@code startTime} and {@code endTime}; the openings' times are UTC
 */
record WindowAnswer(String startTime, String endTime, String timeZone, List<Open> openings) {

    /** From when, and until when not any more. */
    record Open(String opens, String closes) {
        static Open of(Opening opening) {
            return new Open(Times.of(opening.opens()), Times.of(opening.closes()));
        }
    }

    static WindowAnswer of(MaintenanceWindow window, List<Opening> openings) {
        return new WindowAnswer(
                window.start().toString(),
                window.end().toString(),
                window.zone().getId(),
                openings.stream().map(Open::of).toList());
    }
}
