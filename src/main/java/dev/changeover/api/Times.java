package dev.changeover.api;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/** Times as the published interface writes them: {@code 2026-07-15T07:46:10+0000}, whole seconds, always UTC. */
final class Times {
    private static final DateTimeFormatter PUBLISHED =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssxx").withZone(ZoneOffset.UTC);

    private Times() {}

    static String of(Instant at) {
        return PUBLISHED.format(at);
    }

    /** Null where there is no time yet. */
    static @Nullable String ofNullable(@Nullable Instant at) {
        return at == null ? null : of(at);
    }
}
