package dev.changeover.haproxy.runtime;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A worker's counters, one {@link Row} for each frontend, backend and server. */
public record Statistics(List<Row> rows) {

    public Statistics {
        rows = List.copyOf(rows);
    }

    /**
     * @param section the frontend's or backend's name
     * @param name {@code FRONTEND}, {@code BACKEND}, or the server's name
     * @param status {@code OPEN}, {@code STOP}, {@code UP}, {@code DOWN}, {@code MAINT}, {@code no check}, …
     * @param check the last health check's result, such as {@code L4OK}; {@code INI} before the first, empty without checks
     * @param limit of sessions at once; 0 where there is none
     * @param sessionsTotal sessions since the worker started
     * @param errors failed connections to, and broken responses from, the servers since the worker started
     * @param denied what the operator's rules refused since the worker started
     */
    public record Row(
            String section,
            String name,
            String status,
            String check,
            long limit,
            long sessionsTotal,
            long errors,
            long denied) {

        public boolean isFrontend() {
            return name.equals("FRONTEND");
        }

        public boolean isServer() {
            return !name.equals("FRONTEND") && !name.equals("BACKEND");
        }

        /** Whether it is a frontend that takes no clients. */
        public boolean isClosed() {
            return List.of("PAUSED", "STOP").contains(status);
        }

        /** Whether {@code status} rests on a check, and is not what a fresh worker assumes. */
        public boolean isSettled() {
            return !check.endsWith("INI") || status.startsWith("MAINT");
        }

        /** Whether clients can be sent there: {@code UP}, {@code UP 1/3} and {@code no check} count. */
        public boolean isUp() {
            return status.startsWith("UP") || status.equals("no check");
        }
    }

    public Optional<Row> find(String section, String name) {
        return rows.stream()
                .filter(row -> row.section().equals(section) && row.name().equals(name))
                .findFirst();
    }

    public List<Row> servers() {
        return rows.stream().filter(Row::isServer).toList();
    }

    static Statistics parse(String csv) {
        var lines = csv.lines().filter(line -> !line.isBlank()).toList();
        if (lines.isEmpty() || !lines.getFirst().startsWith("# ")) return new Statistics(List.of());
        var names = lines.getFirst().substring(2).split(",", -1);
        var rows = new ArrayList<Row>();
        for (var line : lines.subList(1, lines.size())) rows.add(row(names, line.split(",", -1)));
        return new Statistics(rows);
    }

    private static Row row(String[] names, String[] values) {
        Map<String, String> fields = new HashMap<>();
        for (int i = 0; i < Math.min(names.length, values.length); i++) fields.put(names[i], values[i]);
        return new Row(
                fields.getOrDefault("pxname", ""),
                fields.getOrDefault("svname", ""),
                fields.getOrDefault("status", ""),
                fields.getOrDefault("check_status", ""),
                number(fields.get("slim")),
                number(fields.get("stot")),
                number(fields.get("econ")) + number(fields.get("eresp")),
                number(fields.get("dreq")) + number(fields.get("dresp")));
    }

    private static long number(@org.jspecify.annotations.Nullable String text) {
        return text == null || text.isEmpty() ? 0 : Long.parseLong(text);
    }
}
