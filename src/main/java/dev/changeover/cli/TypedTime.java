package dev.changeover.cli;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.time.temporal.TemporalAccessor;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A time as a person types it: with its offset, or on a clock that is named. */
final class TypedTime {
    private static final DateTimeFormatter LOCAL =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm[:ss]").withResolverStyle(ResolverStyle.STRICT);
    private static final DateTimeFormatter WITH_OFFSET =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm[:ss][XXX][XX][X]").withResolverStyle(ResolverStyle.STRICT);
    private static final Pattern OFFSET = Pattern.compile(".*(Z|[+-]\\d\\d(:?\\d\\d)?)$");

    private static final Pattern MILLIS = Pattern.compile("[0-9]{1,15}");

    private TypedTime() {}

    /**
     * The instant of it, which is one: a local time that a clock change skips, or repeats, is refused.
     *
     * @param zone of a time without an offset; null where it has one
     * @throws DateTimeException why it is none, in a sentence that begins with the option's name
     */
    static Instant read(String typed, @Nullable String zone) {
        var text = typed.strip().replace(' ', 'T');
        if (OFFSET.matcher(text).matches() && text.contains("T")) {
            if (zone != null) {
                throw new DateTimeException("--zone: --at has an offset already");
            }
            return parsed(text, WITH_OFFSET).query(Instant::from);
        }
        var local = parsed(text, LOCAL).query(LocalDateTime::from);
        if (zone == null) {
            throw new DateTimeException("--at: on which clock? Add Z for UTC or an offset like +02:00, or say --zone");
        }
        return on(zoneOf(zone), local);
    }

    /**
     * A time of an option as the server takes it: one that has its offset, or milliseconds since the epoch.
     *
     * @param typed null where the option was not given
     */
    static @Nullable String sent(RemoteCommand command, String option, @Nullable String typed) {
        if (typed == null || MILLIS.matcher(typed).matches()) return typed;
        try {
            return String.valueOf(WITH_OFFSET
                    .parse(typed.replace(' ', 'T'))
                    .query(Instant::from)
                    .toEpochMilli());
        } catch (DateTimeException strange) {
            throw command.wrongUse("%s: a time like 2026-07-15T07:46:10+0200 is needed".formatted(option));
        }
    }

    private static Instant on(ZoneId zone, LocalDateTime local) {
        var offsets = zone.getRules().getValidOffsets(local);
        if (offsets.isEmpty()) {
            throw new DateTimeException("--at: the clocks of %s skip %s that day".formatted(zone, local.toLocalTime()));
        }
        if (offsets.size() > 1) {
            throw new DateTimeException(
                    "--at: the clocks of %s show %s twice that day; say which with an offset, %s or %s"
                            .formatted(zone, local.toLocalTime(), offsets.getFirst(), offsets.getLast()));
        }
        return local.toInstant(offsets.getFirst());
    }

    private static TemporalAccessor parsed(String text, DateTimeFormatter form) {
        try {
            return form.parse(text);
        } catch (DateTimeParseException strange) {
            throw new DateTimeException("--at: a time like 2026-07-16T02:30:00Z is needed", strange);
        }
    }

    private static ZoneId zoneOf(String name) {
        try {
            return ZoneId.of(name);
        } catch (DateTimeException unknown) {
            throw new DateTimeException(
                    "--zone: '%s' is not a time zone known here: an IANA name is needed, like Europe/Berlin"
                            .formatted(name),
                    unknown);
        }
    }
}
