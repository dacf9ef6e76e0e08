package dev.changeover.haproxy.runtime;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A stick table of a worker.
 *
 * @param type of its keys
 * @param used entries in it
 */
public record StickTable(String name, String type, long used) {

    private static final Pattern LINE = Pattern.compile("(?m)^# table: ([^,]+), type: ([^,]+), .*\\bused:(\\d+)\\b.*$");
    private static final Pattern WORD = Pattern.compile("(\\w+)(?:\\(\\d+\\))?=((?:\\\\.|\\S)*)");
    private static final Set<String> SETTABLE = Set.of("ip", "ipv6", "integer", "string");
    private static final Set<String> NOT_DATA = Set.of("key", "use", "exp", "shard", "server_key", "conn_cur");

    /** Which server an entry's clients stick to. */
    private static final String SERVER = "server_id";

    static List<StickTable> parse(String listing) {
        return LINE.matcher(listing)
                .results()
                .map(line -> new StickTable(line.group(1), line.group(2), Long.parseLong(line.group(3))))
                .toList();
    }

    /** Whether HAProxy lets entries with such keys be written from outside. */
    public boolean isSettable() {
        return isSettable(type);
    }

    /** The same for all tables of this type. */
    public static boolean isSettable(String type) {
        return SETTABLE.contains(type);
    }

    /**
     * An entry.
     *
     * @param key as HAProxy writes it, and reads it again
     * @param data numbers by their names
     */
    public record Entry(String key, Map<String, String> data) {

        /** Whether its clients stick to a server. */
        public boolean isSticky() {
            return !"0".equals(data.getOrDefault(SERVER, "0"));
        }

        /** Whether both send clients to the same server. */
        public boolean agrees(Entry other) {
            return data.getOrDefault(SERVER, "0").equals(other.data.getOrDefault(SERVER, "0"));
        }

        /** The same with servers numbered as another worker does; without a server that is not there. */
        public Entry renumbered(Map<String, String> numbers) {
            if (!isSticky()) return this;
            var changed = new LinkedHashMap<>(data);
            var number = numbers.get(data.get(SERVER));
            if (number == null) {
                changed.remove(SERVER);
            } else {
                changed.put(SERVER, number);
            }
            return new Entry(key, changed);
        }

        String command(String table) {
            return "set table %s key %s%s"
                    .formatted(
                            table,
                            key,
                            data.entrySet().stream()
                                    .map(datum -> " data.%s %s".formatted(datum.getKey(), datum.getValue()))
                                    .collect(Collectors.joining()));
        }
    }

    static Map<String, Entry> entries(String listing) {
        var entries = new LinkedHashMap<String, Entry>();
        for (var line : listing.lines().filter(line -> line.startsWith("0x")).toList()) {
            var key = "";
            var data = new LinkedHashMap<String, String>();
            var words = WORD.matcher(line);
            while (words.find()) {
                if (words.group(1).equals("key")) key = words.group(2);
                if (!NOT_DATA.contains(words.group(1))) data.put(words.group(1), words.group(2));
            }
            entries.put(key, new Entry(key, data));
        }
        return entries;
    }
}
