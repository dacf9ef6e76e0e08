package dev.changeover.haproxy.runtime;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One client's connection through a worker, as {@code show sess} lists it.
 *
 * @param id HAProxy's pointer; it may be given to another session once this one has ended
 * @param age how long it has lived; HAProxy prints two units and cuts the rest, so the real age is never smaller. Some
 *     releases print one that is far too large; {@link RuntimeApi#sessions} puts it right
 * @param isQuiet nothing moved on it within the last second
 */
public record Session(String id, String source, String frontend, Duration age, boolean isQuiet) {

    private static final Pattern LINE = Pattern.compile("^(0x[0-9a-f]+): (.*)$");
    private static final Pattern UNIT = Pattern.compile("(\\d+)([dhms])");

    /** Empty for a line that is no client's: what HAProxy opened itself, such as to a peer, came in through no frontend. */
    static Optional<Session> parse(String line) {
        var matcher = LINE.matcher(line);
        if (!matcher.matches()) return Optional.empty();
        var rest = " " + matcher.group(2);
        if (!rest.contains(" fe=")) return Optional.empty();
        return Optional.of(new Session(
                matcher.group(1),
                field(rest, "src"),
                field(rest, "fe"),
                age(field(rest, "age")),
                field(rest, "rate").equals("0")));
    }

    Session aged(Duration other) {
        return new Session(id, source, frontend, other, isQuiet);
    }

    private static String field(String line, String name) {
        var start = line.indexOf(" " + name + "=");
        if (start < 0) return "";
        var from = start + name.length() + 2;
        var end = line.indexOf(' ', from);
        return end < 0 ? line.substring(from) : line.substring(from, end);
    }

    /** Reads {@code 3s}, {@code 5m12s} or {@code 1d1h}. */
    static Duration age(String text) {
        var age = Duration.ZERO;
        var matcher = UNIT.matcher(text);
        while (matcher.find()) {
            var amount = Long.parseLong(matcher.group(1));
            age = age.plus(
                    switch (matcher.group(2)) {
                        case "d" -> Duration.ofDays(amount);
                        case "h" -> Duration.ofHours(amount);
                        case "m" -> Duration.ofMinutes(amount);
                        default -> Duration.ofSeconds(amount);
                    });
        }
        return age;
    }
}
