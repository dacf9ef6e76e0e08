package dev.changeover.database;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** One row of a result, read by the names of its columns; good only while the statement's reader runs. */
public final class Row {
    private final ResultSet result;

    Row(ResultSet result) {
        this.result = result;
    }

    /** A text that the table does not allow to be null. */
    public String text(String column) {
        return required(column, textOrNull(column));
    }

    public @Nullable String textOrNull(String column) {
        return read(result::getString, column);
    }

    /** A number; 0 for null. */
    public int number(String column) {
        return read(result::getInt, column);
    }

    /** The same, where it can be larger than an {@code int}. */
    public long largeNumber(String column) {
        return read(result::getLong, column);
    }

    /** An instant that the table does not allow to be null, to the microsecond. */
    public Instant instant(String column) {
        return required(column, instantOrNull(column));
    }

    /** An instant to the microsecond, or null. */
    public @Nullable Instant instantOrNull(String column) {
        OffsetDateTime time = read(name -> result.getObject(name, OffsetDateTime.class), column);
        return time == null ? null : time.toInstant();
    }

    /** One of an enumeration's constants, stored by its name. */
    public <E extends Enum<E>> E constant(Class<E> type, String column) {
        return Enum.valueOf(type, text(column));
    }

    private static <T> T required(String column, @Nullable T value) {
        if (value == null) throw new IllegalStateException("column %s is null".formatted(column));
        return value;
    }

    private static <T extends @Nullable Object> T read(Reading<T> reading, String column) {
        try {
            return reading.of(column);
        } catch (SQLException e) {
            throw Sql.failed("reading column " + column, e);
        }
    }

    @FunctionalInterface
    private interface Reading<T extends @Nullable Object> {
        T of(String column) throws SQLException;
    }
}
