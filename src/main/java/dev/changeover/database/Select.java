package dev.changeover.database;

import java.util.List;
import java.util.function.Function;

/** A statement with its values. */
public record Select(String sql, List<Object> values) {
    public <T> List<T> rows(Sql database, Function<Row, T> reader) {
        return database.list(sql, reader, values.toArray());
    }
}
