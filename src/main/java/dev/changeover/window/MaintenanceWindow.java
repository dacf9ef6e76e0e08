package dev.changeover.window;

import static java.time.temporal.ChronoUnit.HOURS;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.changeover.window.WrongWindow.Part;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.zone.ZoneRulesProvider;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A daily time in which an owner allows work on an instance (REQUIREMENTS M1, M2): 1 to 4 hours, beginning and ending
 * on the hour, perhaps across midnight.
 *
 * <p><b>It is open exactly while the clock in its zone shows a time in [start, end).</b> All else follows from that. An
 * hour that a clock change skips opens nothing: if the start is skipped, it opens with the first time the clock shows
 * of the window, and if all of it is skipped, it does not open that day. An hour that the clock shows twice is open
 * both times; where the clock is set back across start or end, it may close and open again.
 *
 * <p>Instants come from the zone's rules as the Java runtime knows them, so two hosts may disagree about a future whose
 * rules one has not learnt yet. Goes through JSON as its text.
 *
 * @param start the first time of day at which it is open
 * @param end the first time of day at which it is closed again; before {@code start} where it crosses midnight
 * @param zone whose clock counts: one of the IANA time zones
 */
public record MaintenanceWindow(LocalTime start, LocalTime end, ZoneId zone) {
    private static final Pattern TIME = Pattern.compile("([01]\\d|2[0-3]):[0-5]\\d");
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration LONGEST = Duration.ofHours(4);

    /** The window of every instance until its owner chooses another (REQUIREMENTS M1). */
    public static final MaintenanceWindow DEFAULT =
            new MaintenanceWindow(LocalTime.of(2, 0), LocalTime.of(6, 0), ZoneId.of("UTC"));

    /** @throws WrongWindow if it is not on the hour, empty or longer than four hours, or not in an IANA zone */
    public MaintenanceWindow {
        onTheHour(Part.START, start);
        onTheHour(Part.END, end);
        if (start.equals(end)) {
            throw new WrongWindow(
                    Part.END, "a window from %s to %s is empty: it has 1 to 4 hours".formatted(start, end));
        }
        var length = between(start, end);
        if (length.compareTo(LONGEST) > 0) {
            throw new WrongWindow(
                    Part.END,
                    "a window from %s to %s has %d hours: at most 4 are allowed"
                            .formatted(start, end, length.toHours()));
        }
        refuseUnknown(zone.getId());
    }

    /**
     * Reads a window from its parts.
     *
     * @param start {@code HH:MM}, 00:00 to 23:00
     * @param end likewise; midnight is 00:00 as an end, too, and not 24:00
     * @param zone the id of an IANA time zone; null means UTC. Offsets like {@code +02:00} or {@code GMT+2} are none: they
     *     do not know when a clock is changed
     * @throws WrongWindow with a sentence that says which part is wrong and what is needed
     */
    public static MaintenanceWindow parse(String start, String end, @Nullable String zone) {
        return new MaintenanceWindow(
                time(Part.START, start), time(Part.END, end), zone == null ? DEFAULT.zone() : zone(zone));
    }

    /**
     * Reads a window.
     *
     * @param hours like {@code 02:00-06:00}
     * @param zone the id of an IANA time zone; null means UTC
     * @throws WrongWindow with a sentence that says which part is wrong and what is needed
     */
    public static MaintenanceWindow parse(String hours, @Nullable String zone) {
        var parts = hours.split("-", -1);
        if (parts.length != 2) {
            throw new WrongWindow(
                    Part.START, "'%s' is not a window: start and end are needed, like 02:00-06:00".formatted(hours));
        }
        return parse(parts[0], parts[1], zone);
    }

    /**
     * Reads what {@link #toString} wrote.
     *
     * @throws WrongWindow with a sentence that says which part is wrong and what is needed
     */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static MaintenanceWindow of(String text) {
        var parts = text.split(" ", 2);
        return parse(parts[0], parts.length == 1 ? null : parts[1]);
    }

    /** Whether it is open at that instant. */
    public boolean isOpen(Instant at) {
        return sinceClockShowed(start, at).compareTo(between(start, end)) < 0;
    }

    /** The opening that the instant is in; empty where it is not open. */
    public Optional<Opening> current(Instant at) {
        return isOpen(at) ? Optional.of(new Opening(opened(at), closes(at))) : Optional.empty();
    }

    /** The first opening that opens at or after an instant; one that is under way then is not meant. */
    public Opening next(Instant from) {
        var at = current(from)
                .filter(opening -> opening.opens().isBefore(from))
                .map(Opening::closes)
                .orElse(from);
        while (!isOpen(at)) {
            at = clockShowsOrJumps(start, at);
        }
        return new Opening(at, closes(at));
    }

    /** The first openings that open at or after an instant, in order. */
    public List<Opening> next(Instant from, int count) {
        return Stream.iterate(next(from), opening -> next(opening.closes()))
                .limit(count)
                .toList();
    }

    /** Start and end alone, like {@code 02:00-06:00}. */
    public String hours() {
        return start + "-" + end;
    }

    /** Like {@code 02:00-06:00 Europe/Berlin}. */
    @JsonValue
    @Override
    public String toString() {
        return hours() + " " + zone;
    }

    private Instant closes(Instant open) {
        var at = open;
        while (isOpen(at)) {
            at = clockShowsOrJumps(end, at);
        }
        return at;
    }

    /** It may have been open before the clock jumped, too. */
    private Instant opened(Instant open) {
        var at = open;
        var before = open;
        while (isOpen(before)) {
            at = clockShowedOrJumped(start, before);
            before = at.minusNanos(1);
        }
        return at;
    }

    /** The first instant after this one at which the clock shows the time or is changed. */
    private Instant clockShowsOrJumps(LocalTime time, Instant after) {
        var shows = after.plus(DAY.minus(sinceClockShowed(time, after)));
        var change = zone.getRules().nextTransition(after);
        return change == null || shows.isBefore(change.getInstant()) ? shows : change.getInstant();
    }

    /** The last instant, this one included, at which the clock showed the time or was changed. */
    private Instant clockShowedOrJumped(LocalTime time, Instant until) {
        var showed = until.minus(sinceClockShowed(time, until));
        var change = zone.getRules().previousTransition(until.plusNanos(1));
        return change == null || showed.isAfter(change.getInstant()) ? showed : change.getInstant();
    }

    /** How long ago the clock showed the time, had it not been changed meanwhile: less than a day. */
    private Duration sinceClockShowed(LocalTime time, Instant at) {
        return between(time, at.atZone(zone).toLocalTime());
    }

    private static Duration between(LocalTime from, LocalTime to) {
        var forward = Duration.between(from, to);
        return forward.isNegative() ? forward.plus(DAY) : forward;
    }

    private static void onTheHour(Part part, LocalTime time) {
        if (!time.equals(time.truncatedTo(HOURS))) {
            throw new WrongWindow(part, "a window begins and ends on the hour, not at " + time);
        }
    }

    private static LocalTime time(Part part, String text) {
        if (!TIME.matcher(text).matches()) {
            throw new WrongWindow(
                    part, "'%s' is not a time: HH:MM from 00:00 to 23:00 is needed; midnight is 00:00".formatted(text));
        }
        return LocalTime.parse(text);
    }

    private static ZoneId zone(String id) {
        refuseUnknown(id);
        return ZoneId.of(id);
    }

    private static void refuseUnknown(String zone) {
        if (!ZoneRulesProvider.getAvailableZoneIds().contains(zone)) {
            throw new WrongWindow(
                    Part.ZONE,
                    "'%s' is not a time zone known here: an IANA name is needed, like Europe/Berlin".formatted(zone));
        }
    }
}
