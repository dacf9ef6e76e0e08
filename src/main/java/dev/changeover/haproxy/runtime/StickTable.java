package dev.changeover.haproxy.runtime;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    /** What HAProxy lists of an array; it writes nothing under these names where there is one. */
    private static final Pattern OF_ARRAY = Pattern.compile("gp[ct]\\d+(?:_rate)?");

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

        /** The number of the server that its clients stick to; 0 where they do to none. */
        public String server() {
            return data.getOrDefault(SERVER, "0");
        }

        /** Whether its clients stick to a server. */
        public boolean isSticky() {
            return !server().equals("0");
        }

        /** The same without what it counts in arrays. */
        public Entry withoutArrays() {
            var rest = new LinkedHashMap<>(data);
            rest.keySet().removeIf(name -> OF_ARRAY.matcher(name).matches());
            return new Entry(key, rest);
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

        /** Makes it one of this table. */
        public String command(String table) {
            return "set table %s key %s%s"
                    .formatted(
                            table,
                            key,
                            data.entrySet().stream()
                                    .map(datum -> " data.%s %s".formatted(datum.getKey(), datum.getValue()))
                                    .collect(Collectors.joining()));
        }
    }

    /** A line of a listing; empty where it is about no entry. */
    static Optional<Entry> entry(String line) {
        if (!line.startsWith("0x")) return Optional.empty();
        var key = "";
        var data = new LinkedHashMap<String, String>();
        var words = WORD.matcher(line);
        while (words.find()) {
            if (words.group(1).equals("key")) key = words.group(2);
            if (!NOT_DATA.contains(words.group(1))) data.put(words.group(1), words.group(2));
        }
        return Optional.of(new Entry(key, data));
    }
}
