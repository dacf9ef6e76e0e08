package dev.changeover.upgrade;

import dev.changeover.window.MaintenanceWindow;
import dev.changeover.window.Opening;
import java.time.Duration;
import java.time.Instant;

/**
 * When a scheduled upgrade may act; a snapshot for its whole life (REQUIREMENTS M4). Text and instants only: what a time
 * zone means differs between machines, so it is worked out by an activity.
 *
 * @param window as people write it: {@code 02:00-06:00 Europe/Berlin}
 * @param opening the one it waits for or works in
 * @param begun whether it has begun in one: from then on the proxy counts as being changed (REQUIREMENTS P2)
 * @param lifted somebody said start now: nodes need no window any more, closing sessions still does
 */
public record Schedule(String window, Opening opening, boolean begun, boolean lifted) {

    /** The opening that is open, if what is needed first still fits; otherwise the next one (REQUIREMENTS S6). */
    public static Schedule planned(MaintenanceWindow window, Instant now, Duration need) {
        var opening = window.current(now).filter(open -> open.fits(now, need)).orElseGet(() -> window.next(now));
        return new Schedule(window.toString(), opening, false, false);
    }

    /** The opening that was asked for, or the one that is planned. */
    public static Schedule asked(UpgradeRequest request, MaintenanceWindow window, Duration need) {
        var opening = request.opening();
        return opening == null
                ? planned(window, request.requestedAt(), need)
                : new Schedule(window.toString(), opening, false, false);
    }

    /** Whether something that takes so long may begin. */
    public boolean allows(Instant now, Duration need) {
        return lifted || opening.fits(now, need);
    }

    /** Another opening; until then the proxy counts as being changed only if a node was already. */
    public Schedule at(Opening next, boolean touched) {
        return new Schedule(window, next, touched, lifted);
    }

    public Schedule asBegun() {
        return new Schedule(window, opening, true, lifted);
    }

    public Schedule asLifted() {
        return new Schedule(window, opening, begun, true);
    }
}
