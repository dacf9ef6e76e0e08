package dev.changeover.campaign.plan;

import dev.changeover.window.MaintenanceWindow;
import dev.changeover.window.Opening;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Spreads the upgrades of a wave over openings, and inside each, so that no more meet than may run.
 *
 * @param members of the wave
 * @param atOnce how many of them may run at once
 * @param perMinute how many may begin within a minute
 * @param estimate how long one takes
 * @param spread over how much of an opening they are spread
 */
public record Slots(int members, int atOnce, int perMinute, Duration estimate, Duration spread) {
    /** Nobody's window is closed for longer than this. */
    private static final int OPENINGS = 8;

    /** How many one opening of such a length has room for. */
    private int perOpening(Duration length) {
        var takes = Math.max(1, estimate.toSeconds());
        var inARow = Math.max(1, length.toSeconds() / takes);
        return Math.clamp(Math.min(atOnce * inARow, perMinute * Math.max(1, length.toMinutes())), 1, Integer.MAX_VALUE);
    }

    /** The slot of a member: a part of an opening; empty where no opening is long enough for one node. */
    public Optional<Opening> of(int position, MaintenanceWindow window, Instant notBefore, Duration perNode) {
        var openings = Stream.concat(
                        window.current(notBefore).stream().map(open -> new Opening(notBefore, open.closes())),
                        Stream.iterate(window.next(notBefore), last -> window.next(last.closes())))
                .limit(OPENINGS)
                .filter(open -> open.fits(open.opens(), perNode))
                .toList();
        if (openings.isEmpty()) {
            return Optional.empty();
        }
        var first = openings.getFirst();
        var room = perOpening(Duration.between(first.opens(), first.closes()));
        var later = position / room;
        var opening = after(first, later, window);
        var meet = Math.min(room, members - later * room);
        return Optional.of(part(opening, position % room, Math.max(1, meet), perNode));
    }

    /** The opening so many later. Between two changes of the clock each day has one; around a change a day may have none. */
    private static Opening after(Opening first, int later, MaintenanceWindow window) {
        var opening = first;
        for (var left = later; left > 0; ) {
            var closes = opening.closes();
            var change = window.zone().getRules().nextTransition(closes);
            var even = change == null
                    ? left
                    : Duration.between(closes, change.getInstant()).toDays() - 1;
            var days = Math.clamp(even, 1, left);
            opening =
                    window.next(closes.atZone(window.zone()).plusDays(days - 1).toInstant());
            left -= days;
        }
        return opening;
    }

    private Opening part(Opening opening, int number, int of, Duration perNode) {
        var usable = Duration.between(opening.opens(), opening.closes()).minus(perNode);
        var over = spread.compareTo(usable) < 0 ? spread : usable;
        var start = opening.opens()
                .plus(
                        over.isNegative()
                                ? Duration.ZERO
                                : over.multipliedBy(number).dividedBy(of));
        return new Opening(Instant.ofEpochMilli(start.toEpochMilli()), opening.closes());
    }
}
