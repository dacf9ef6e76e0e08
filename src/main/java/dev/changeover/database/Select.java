package dev.changeover.task;

import dev.changeover.database.Row;
import dev.changeover.database.Sql;
import java.util.List;
import java.util.function.Function;

/** A statement with its values. */
record Select(String sql, List<Object> values) {
    <T> List<T> rows(Sql database, Function<Row, T> reader) {
        return database.list(sql, reader, values.toArray());
    }
}
