package dev.changeover.api;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Times as the published interface writes them: {@code 2026-07-15T07:46:10+0000}, whole seconds, always UTC. */
public final class Times {
    static final String EXAMPLE = "2026-07-15T07:46:10+0000";

    private static final DateTimeFormatter PUBLISHED =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssxx").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter ACCEPTED = new DateTimeFormatterBuilder()
            .appendPattern("uuuu-MM-dd'T'HH:mm:ss")
            .optionalStart()
            .appendFraction(ChronoField.NANO_OF_SECOND, 1, 9, true)
            .optionalEnd()
            .appendPattern("[xxx][xx][X]")
            .toFormatter()
            .withResolverStyle(ResolverStyle.STRICT);

    private static final Pattern MILLIS = Pattern.compile("[0-9]+");

    private static final Instant FIRST = Instant.parse("0000-01-01T00:00:00Z");

    /** The last millisecond that both databases and the published form can write. */
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999Z");

    private Times() {}

    public static String of(Instant at) {
        return PUBLISHED.format(at);
    }

    /** Null where there is no time yet. */
    public static @Nullable String ofNullable(@Nullable Instant at) {
        return at == null ? null : of(at);
    }

    /**
     * Times that callers send: milliseconds since the epoch, or a time with its offset. A plus that a caller did not
     * encode comes as a space.
     */
    static Optional<Instant> read(String text) {
        try {
            var at = MILLIS.matcher(text).matches()
                    ? Instant.ofEpochMilli(Long.parseLong(text))
                    : ACCEPTED.parse(text.replace(' ', '+'), Instant::from);
            return Optional.of(at).filter(time -> !time.isBefore(FIRST) && !time.isAfter(LAST));
        } catch (DateTimeException | NumberFormatException strange) {
            return Optional.empty();
        }
    }

    /**
     * The same of a parameter that may be left out.
     *
     * @throws ApiException naming the parameter, if it is no time
     */
    public static @Nullable Instant parameter(String name, @Nullable String text) {
        return text == null
                ? null
                : read(text)
                        .orElseThrow(() -> ApiException.badParameter(
                                name, "milliseconds since the epoch are needed, or a time like " + EXAMPLE));
    }
}
