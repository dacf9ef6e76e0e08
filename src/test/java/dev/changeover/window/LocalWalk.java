package dev.changeover.window;

import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/**
 * The times that a clock showed, found by looking at it minute by minute, and second by second in a minute in which the
 * hour changed. It knows nothing of clock changes, so what it says about windows owes nothing to the code under test.
 */
final class LocalWalk {
    private final long from;
    private final long to;
    private final ZoneId zone;

    /** When the clock came to show another hour, and which. */
    private final List<Shown> hours = new ArrayList<>();

    private record Shown(long since, int hour) {}

    private LocalWalk(ZoneId zone, Instant from, Instant to) {
        this.zone = zone;
        this.from = from.getEpochSecond();
        this.to = to.getEpochSecond();
    }

    /** Looks at the clock from one instant to another. */
    static LocalWalk of(ZoneId zone, Instant from, Instant to) {
        var walk = new LocalWalk(zone, from, to);
        walk.look();
        return walk;
    }

    private void look() {
        var hour = hourAt(from);
        hours.add(new Shown(from, hour));
        for (var at = from + 60; at <= to; at += 60) {
            if (hourAt(at) != hour) {
                for (var second = at - 59; second <= at; second++) {
                    if (hourAt(second) != hour) {
                        hour = hourAt(second);
                        hours.add(new Shown(second, hour));
                    }
                }
            }
        }
    }

    private int hourAt(long second) {
        return Instant.ofEpochSecond(second).atZone(zone).getHour();
    }

    /** The openings that were seen to begin and to end. */
    List<Opening> openings(LocalTime start, LocalTime end) {
        var openings = new ArrayList<Opening>();
        var open = true; // whatever was open when the walk began was not seen to open
        var opened = Long.MIN_VALUE;
        for (var shown : hours) {
            var opens = isIn(shown.hour(), start.getHour(), end.getHour());
            if (opens && !open) {
                opened = shown.since();
            } else if (!opens && open && opened != Long.MIN_VALUE) {
                openings.add(new Opening(Instant.ofEpochSecond(opened), Instant.ofEpochSecond(shown.since())));
            }
            open = opens;
        }
        return openings;
    }

    private static boolean isIn(int hour, int start, int end) {
        return start < end ? hour >= start && hour < end : hour >= start || hour < end;
    }
}
