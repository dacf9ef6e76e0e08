package dev.changeover.database;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The columns of a table as the components of a record, so that they stand once: {@code plannedStart} is the
 * column {@code planned_start}. A component is a text, an {@code int}, an {@link Instant}, a constant, or a value that
 * its type's static method {@code of} makes of its text; null only where it is {@code @Nullable}. Safe for concurrent use.
 */
public final class Columns<R extends Record> {
    private final Constructor<R> constructor;
    private final List<Column> columns;

    private Columns(Constructor<R> constructor, List<Column> columns) {
        this.constructor = constructor;
        this.columns = columns;
    }

    public static <R extends Record> Columns<R> of(Class<R> type) {
        return of(type, Map.of());
    }

    /** @param renamed components whose columns have another name */
    public static <R extends Record> Columns<R> of(Class<R> type, Map<String, String> renamed) {
        var components = List.of(type.getRecordComponents());
        var types = components.stream().map(RecordComponent::getType).toArray(Class<?>[]::new);
        var constructor = reflect(() -> type.getDeclaredConstructor(types));
        constructor.setAccessible(true);
        return new Columns<>(
                constructor,
                components.stream()
                        .map(component -> Column.of(
                                Optional.ofNullable(renamed.get(component.getName()))
                                        .orElseGet(() -> snake(component.getName())),
                                component))
                        .toList());
    }

    /** All names, each after that of its table: {@code t.job_id, t.project_id}. */
    public String namesOf(String table) {
        return columns.stream().map(column -> table + "." + column.name).collect(Collectors.joining(", "));
    }

    /** @throws IllegalStateException if a column is null that must not be, or holds what its type does not have */
    public R read(Row row) {
        var values = new @Nullable Object[columns.size()];
        for (int i = 0; i < values.length; i++) values[i] = columns.get(i).read(row);
        return reflect(() -> constructor.newInstance(values));
    }

    /** Adds a row; false if one with its key is there, which stays as it is. */
    public boolean add(Sql sql, String table, R row) {
        return addAll(sql, table, List.of(row)).isEmpty();
    }

    /** Adds rows; gives those back whose keys are there, where the others' rows stay as they are. */
    public List<R> addAll(Sql sql, String table, List<R> rows) {
        var names = columns.stream().map(Column::name).toList();
        var statement = "insert into %s (%s) values (?%s) on conflict do nothing"
                .formatted(table, String.join(", ", names), ", ?".repeat(names.size() - 1));
        return sql.changeAll(statement, rows, row -> values(row, names));
    }

    /** Changes all columns of the row that has the same key. */
    public void change(Sql sql, String table, R row, String key) {
        var others = columns.stream().map(Column::name).filter(name -> !name.equals(key));
        change(sql, table, row, key, others.toArray(String[]::new));
    }

    /** Changes these columns of the row that has the same key; false if there is none. */
    public boolean change(Sql sql, String table, R row, String key, String... changing) {
        var statement = "update %s set %s = ? where %s = ?".formatted(table, String.join(" = ?, ", changing), key);
        return sql.change(
                        statement,
                        values(
                                row,
                                Stream.concat(Stream.of(changing), Stream.of(key))
                                        .toList()))
                > 0;
    }

    private @Nullable Object[] values(R row, List<String> names) {
        var values = new @Nullable Object[names.size()];
        for (var column : columns) {
            int place = names.indexOf(column.name);
            if (place >= 0) values[place] = reflect(() -> column.accessor.invoke(row));
        }
        return values;
    }

    private static String snake(String camel) {
        return camel.replaceAll("[A-Z]", "_$0").toLowerCase(Locale.ROOT);
    }

    /** @param made makes a value of its text; null for texts, numbers and instants */
    private record Column(
            String name,
            Class<?> type,
            Method accessor,
            boolean nullable,
            @Nullable Method made) {

        static Column of(String name, RecordComponent component) {
            var type = component.getType();
            var plain = type == String.class || type == int.class || type == Instant.class;
            var factory = type.isEnum() ? "valueOf" : "of";
            return new Column(
                    name,
                    type,
                    component.getAccessor(),
                    component.getAnnotatedType().isAnnotationPresent(Nullable.class),
                    plain ? null : reflect(() -> type.getMethod(factory, String.class)));
        }

        @Nullable Object read(Row row) {
            if (type == int.class) return row.number(name);
            if (type == Instant.class) return nullable ? row.instantOrNull(name) : row.instant(name);
            var text = nullable ? row.textOrNull(name) : row.text(name);
            return made == null || text == null ? text : reflect(() -> made.invoke(null, text));
        }
    }

    private static <T extends @Nullable Object> T reflect(Reflection<T> call) {
        try {
            return call.run();
        } catch (InvocationTargetException refused) {
            throw new IllegalStateException(refused.getCause());
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @FunctionalInterface
    private interface Reflection<T extends @Nullable Object> {
        T run() throws ReflectiveOperationException;
    }
}
