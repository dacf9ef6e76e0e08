package dev.changeover.contact;

import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.regex.Pattern;

/**
 * The hours of the day in which nobody wants to be told, on the clock of a contact's zone; perhaps across midnight.
 *
 * @param from the first quiet time of day
 * @param to the first one that is not quiet any more; the same as {@code from} where no hour is quiet
 */
public record QuietHours(LocalTime from, LocalTime to) {
    /** The quiet hours of every contact that does not choose: 22:00 to 07:00. */
    public static final QuietHours DEFAULT = new QuietHours(LocalTime.of(22, 0), LocalTime.of(7, 0));

    public static final QuietHours NONE = new QuietHours(LocalTime.MIDNIGHT, LocalTime.MIDNIGHT);

    private static final Pattern HOURS = Pattern.compile("([01]\\d|2[0-3])(:[0-5]\\d)?-([01]\\d|2[0-3])(:[0-5]\\d)?");

    /**
     * Reads {@code 22-07}, {@code 22:00-07:00} or {@code none}.
     *
     * @throws WrongContact if it is none of them
     */
    public static QuietHours of(String text) {
        if (text.equals("none")) {
            return NONE;
        }
        var parts = HOURS.matcher(text);
        if (!parts.matches()) {
            throw new WrongContact(
                    "quiet_hours", "'%s' are no quiet hours: 22-07, 22:30-06:30 or none is needed".formatted(text));
        }
        return new QuietHours(time(parts.group(1), parts.group(2)), time(parts.group(3), parts.group(4)));
    }

    private static LocalTime time(String hour, String minute) {
        return LocalTime.parse(hour + (minute == null ? ":00" : minute));
    }

    /** The first instant, from this one on, that is not quiet. */
    public Instant endAfter(Instant at, ZoneId zone) {
        var local = at.atZone(zone);
        var time = local.toLocalTime();
        var quiet = from.isBefore(to)
                ? !time.isBefore(from) && time.isBefore(to)
                : !from.equals(to) && (!time.isBefore(from) || time.isBefore(to));
        if (!quiet) {
            return at;
        }
        var day = time.isBefore(to) ? local.toLocalDate() : local.toLocalDate().plusDays(1);
        var end = day.atTime(to).atZone(zone).toInstant();
        // The hour that a clock shows twice: its second showing is meant.
        return end.isAfter(at)
                ? end
                : day.atTime(to).atZone(zone).withLaterOffsetAtOverlap().toInstant();
    }

    @Override
    public String toString() {
        return from.equals(to) ? "none" : from + "-" + to;
    }
}
