package dev.changeover.metrics;

import dev.changeover.database.Select;
import dev.changeover.database.Sql;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Gauges of one look at the database. A query's ages count from its column {@code since}. Not thread-safe. */
final class Gauges {
    private final Map<String, GaugeSnapshot.Builder> all = new LinkedHashMap<>();
    private final Sql sql;
    private final Instant now;

    Gauges(Sql sql, Instant now) {
        this.sql = sql;
        this.now = now;
    }

    void add(String name, String help, double value, Labels labels) {
        all.computeIfAbsent(name, none -> GaugeSnapshot.builder().name(name).help(help))
                .dataPoint(GaugeDataPointSnapshot.builder()
                        .value(value)
                        .labels(labels)
                        .build());
    }

    /** The figure in the query's column {@code many}. */
    void count(String name, String help, Select query) {
        query.rows(sql, row -> row.number("many")).forEach(many -> add(name, help, many, Labels.EMPTY));
    }

    /**
     * A figure for each constant, also for those that the query does not have.
     *
     * @param query its columns are {@code kind} and {@code many}
     * @param fixed labels that all of them have
     */
    void each(String name, String help, String label, List<? extends Enum<?>> kinds, Select query, Labels fixed) {
        var counts = new HashMap<String, Integer>();
        query.rows(sql, row -> counts.put(row.text("kind"), row.number("many")));
        kinds.forEach(kind -> add(name, help, counts.getOrDefault(kind.name(), 0), fixed.add(label, word(kind))));
    }

    /** The figures of one row, a column each. */
    void columns(String name, String help, Select query, Map<String, Labels> columns) {
        query.rows(sql, row -> {
            columns.forEach((column, labels) -> add(name, help, row.number(column), labels));
            return row;
        });
    }

    /** The age of the oldest in seconds; 0 if there is none. */
    void oldest(String name, String help, Select query) {
        var ages = query.rows(sql, row -> age(row.instantOrNull("since")));
        add(name, help, ages.stream().mapToDouble(age -> age).max().orElse(0), Labels.EMPTY);
    }

    /** The age in seconds of each row, which has a column for each label. */
    void named(String name, String help, Select query, String... labels) {
        query.rows(
                        sql,
                        row -> Map.entry(
                                Labels.of(
                                        labels, Stream.of(labels).map(row::text).toArray(String[]::new)),
                                age(row.instantOrNull("since"))))
                .forEach(found -> add(name, help, found.getValue(), found.getKey()));
    }

    MetricSnapshots snapshots() {
        var snapshots = MetricSnapshots.builder();
        all.values().forEach(gauge -> snapshots.metricSnapshot(gauge.build()));
        return snapshots.build();
    }

    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private double age(@Nullable Instant since) {
        return since == null ? 0 : Math.max(0, Duration.between(since, now).toMillis() / 1000.0);
    }
}
