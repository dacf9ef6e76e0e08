package dev.changeover.haproxy.runtime;

import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The true ages of sessions where {@code show sess} has none: releases from the end of 2023 until March 2025 (2.9, 3.0.0
 * and others) count those of TCP mode from the time 0 of HAProxy's clock, so that a session of a second is thousands of
 * days old. {@code show sess all} has the date at which each began, by the same clock and in the same time zone as the
 * date of the connection that asks, which is listed among them. Not safe for use by many threads.
 */
final class SessionAges {

    /** HAProxy's clock begins 49 days after 0; what is younger was counted rightly. */
    private static final Duration DOUBTFUL = Duration.ofDays(30);

    /** HAProxy tells its uptime in seconds, and the listing comes before it. */
    private static final Duration LENIENCY = Duration.ofMinutes(1);

    private static final Pattern HEAD =
            Pattern.compile("^(0x[0-9a-f]+): \\[(\\d\\d/[A-Z][a-z][a-z]/\\d{4}:\\d\\d:\\d\\d:\\d\\d\\.\\d{6})] .*$");
    private static final Pattern SOURCE = Pattern.compile(" source=(\\S+)");
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("dd/MMM/uuuu:HH:mm:ss.SSSSSS", Locale.ENGLISH);

    private final Duration sinceAsker;
    private final Map<String, LocalDateTime> begun = new HashMap<>();
    private @Nullable LocalDateTime head;
    private @Nullable LocalDateTime asker;

    /** @param sinceAsker {@link RuntimeChannel#age} */
    SessionAges(Duration sinceAsker) {
        this.sinceAsker = sinceAsker;
    }

    static boolean isInDoubt(List<Session> listed) {
        return listed.stream().anyMatch(session -> session.age().compareTo(DOUBTFUL) > 0);
    }

    /** @param uptime of the worker, which no session of it is older than */
    static boolean isImpossible(Session session, Duration uptime) {
        return session.age().compareTo(uptime.plus(LENIENCY)) > 0;
    }

    /** Takes the next line of {@code show sess all}. */
    void read(String line) {
        var matcher = HEAD.matcher(line);
        if (matcher.matches()) {
            head = LocalDateTime.parse(matcher.group(2), DATE);
            var source = SOURCE.matcher(line);
            begun.put(key(matcher.group(1), source.find() ? source.group(1) : ""), head);
        } else if (line.startsWith("  frontend=GLOBAL ") && head != null && (asker == null || head.isAfter(asker))) {
            asker = head;
        }
    }

    /**
     * How old it is at least. Where the clock was put forward between both dates it is the smaller of what they may mean,
     * and where a date is missing it is nothing: no session is to be taken for older than it is.
     */
    Session corrected(Session session, Duration uptime) {
        if (!isImpossible(session, uptime)) return session;
        var since = begun.get(key(session.id(), session.source()));
        var age = since == null || asker == null ? Duration.ZERO : least(since, asker.plus(sinceAsker));
        return session.aged(age.compareTo(uptime) > 0 ? uptime : age);
    }

    private static Duration least(LocalDateTime since, LocalDateTime now) {
        var zone = ZoneId.systemDefault();
        var byZone = Duration.between(
                since.atZone(zone).withLaterOffsetAtOverlap(), now.atZone(zone).withEarlierOffsetAtOverlap());
        var byClock = Duration.between(since, now);
        var least = byZone.compareTo(byClock) < 0 ? byZone : byClock;
        return least.isNegative() ? Duration.ZERO : least;
    }

    private static String key(String id, String source) {
        return id + " " + source;
    }
}
