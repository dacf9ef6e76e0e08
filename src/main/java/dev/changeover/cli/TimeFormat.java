package dev.changeover.cli;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;

/** Times of the interface, for people: on the clock of this host. */
final class TimeFormat {
    private static final DateTimeFormatter PUBLISHED = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssxx");
    private static final DateTimeFormatter DATE_AND_TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");

    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("EEE uuuu-MM-dd HH:mm", Locale.ROOT);
    private static final DateTimeFormatter DAY_AND_SECONDS =
            DateTimeFormatter.ofPattern("EEE uuuu-MM-dd HH:mm:ss", Locale.ROOT);

    private TimeFormat() {}

    /** @throws DateTimeParseException if it is not a time as published */
    static Instant instant(String published) {
        return OffsetDateTime.parse(published, PUBLISHED).toInstant();
    }

    static String dateAndTime(String published) {
        return shown(published, DATE_AND_TIME);
    }

    static String time(String published) {
        return shown(published, TIME);
    }

    /** On the reader's own clock, and in UTC unless that is the same. */
    static String onBothClocks(Instant at, ZoneId here) {
        var local = at.atZone(here);
        var shown = local.format(local.getSecond() == 0 ? DAY : DAY_AND_SECONDS);
        return here.getRules().isFixedOffset() && local.getOffset().getTotalSeconds() == 0
                ? shown + " UTC"
                : "%s %s (%s)".formatted(shown, here, at);
    }

    /** Any other text is shown as it is. */
    private static String shown(String published, DateTimeFormatter how) {
        try {
            return OffsetDateTime.parse(published, PUBLISHED)
                    .atZoneSameInstant(ZoneId.systemDefault())
                    .format(how);
        } catch (DateTimeParseException other) {
            return published;
        }
    }
}
