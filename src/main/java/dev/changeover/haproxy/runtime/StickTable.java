package dev.changeover.haproxy.runtime;

import java.util.List;
import java.util.regex.Pattern;

/**
 * A stick table of a worker.
 *
 * @param used entries in it
 */
public record StickTable(String name, long used) {

    private static final Pattern LINE = Pattern.compile("(?m)^# table: ([^,]+), .*\\bused:(\\d+)\\b.*$");

    static List<StickTable> parse(String listing) {
        return LINE.matcher(listing)
                .results()
                .map(line -> new StickTable(line.group(1), Long.parseLong(line.group(2))))
                .toList();
    }
}
