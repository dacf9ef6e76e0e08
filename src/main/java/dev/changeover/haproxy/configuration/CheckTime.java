package dev.changeover.haproxy.configuration;

import dev.changeover.haproxy.configuration.OperatorConfiguration.Setting;
import java.time.Duration;
import java.util.Comparator;

/**
 * How long a fresh worker may take until it says UP or DOWN of each server: a first check comes within {@code inter}, and
 * then as many as {@code rise} or {@code fall} want.
 */
public final class CheckTime {
    private static final Duration LEAST = Duration.ofSeconds(20);

    /** A whole handover has five minutes. */
    private static final Duration MOST = Duration.ofMinutes(4);

    private static final Duration INTERVAL = Duration.ofSeconds(2);
    private static final Duration CHECK = Duration.ofSeconds(5);

    private CheckTime() {}

    /** Of the slowest server; 20 s to 4 min. */
    public static Duration of(OperatorConfiguration file) {
        return file.settings().stream()
                .filter(line -> line.is("server") && line.words().contains("check"))
                .map(CheckTime::of)
                .filter(time -> time.compareTo(LEAST) > 0)
                .max(Comparator.naturalOrder())
                .map(time -> time.compareTo(MOST) < 0 ? time : MOST)
                .orElse(LEAST);
    }

    private static Duration of(Setting server) {
        var usual = OperatorConfiguration.time(server.after("inter")).orElse(INTERVAL);
        // A new generation begins with a server as down that is down.
        var interval = OperatorConfiguration.time(server.after("downinter"))
                .filter(down -> down.compareTo(usual) > 0)
                .orElse(usual);
        var checks = Math.max(number(server.after("rise"), 2), number(server.after("fall"), 3));
        return interval.multipliedBy(checks + 1).plus(CHECK);
    }

    private static int number(String written, int otherwise) {
        return written.matches("\\d{1,4}") ? Integer.parseInt(written) : otherwise;
    }
}
