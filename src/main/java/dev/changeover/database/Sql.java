package dev.changeover.database;

import dev.changeover.value.Causes;
import io.micronaut.data.connection.ConnectionDefinition;
import io.micronaut.data.connection.ConnectionOperations;
import io.micronaut.data.connection.exceptions.ConnectionException;
import io.micronaut.data.exceptions.DataAccessException;
import io.micronaut.transaction.TransactionOperations;
import io.micronaut.transaction.support.TransactionSynchronization;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.sql.SQLTransientException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Statements with their values in order of the question marks: text, numbers, instants, and constants by their name;
 * any other value is written as its text. Each statement is a transaction of its own unless it runs {@link #together}.
 * Safe for concurrent use.
 *
 * <p>The statements must be understood by H2 in PostgreSQL mode and by PostgreSQL 14 and later. Neither has an upsert
 * that the other one knows, so a row is put by {@code insert … on conflict do nothing} and {@code update}.
 *
 * <p>Every method throws {@link DataAccessException} when the database refuses or cannot be reached.
 */
@Singleton
public final class Sql {
    /** SQL states of deadlocks and conflicts, locks that are not to be had, and statements that took too long. */
    private static final Set<String> PASSING = Set.of("40", "55P03", "57014", "HYT00");

    /** What is to be done where {@link #isFull}. */
    public static final String FULL = "the disk of the server's database is full: free it";

    private static final String NO_ROOM = "No space left on device";

    private static final int BATCH = 1000;

    private final TransactionOperations<Connection> transactions;
    private final ConnectionOperations<Connection> connections;

    Sql(TransactionOperations<Connection> transactions, ConnectionOperations<Connection> connections) {
        this.transactions = transactions;
        this.connections = connections;
    }

    /** Placeholders for a list of values, of which there is at least one, in brackets: what follows {@code in}. */
    public static String places(List<?> values) {
        return Collections.nCopies(values.size(), "?").stream().collect(Collectors.joining(", ", "(", ")"));
    }

    /** Whether a failure comes from a database that gives no connection, or took one away: it may be there again soon. */
    public static boolean isUnreachable(Throwable failure) {
        return Causes.of(failure)
                .anyMatch(cause -> cause instanceof ConnectionException
                        || cause instanceof SQLException refused && noConnection(refused));
    }

    /** Whether a failure comes from a database that has no room left to write: class 53100, or H2's file. */
    public static boolean isFull(Throwable failure) {
        return Causes.of(failure)
                .anyMatch(cause -> cause instanceof SQLException refused && "53100".equals(refused.getSQLState())
                        || cause instanceof IOException
                                && String.valueOf(cause.getMessage()).contains(NO_ROOM));
    }

    /** The same as {@link #isUnreachable}, or from one that was too busy, or had to let another go first: what is tried again may succeed. */
    public static boolean mayPass(Throwable failure) {
        return isUnreachable(failure)
                || Causes.of(failure)
                        .anyMatch(cause -> cause instanceof SQLTransientException
                                || cause instanceof SQLException refused
                                        && PASSING.stream()
                                                .anyMatch(String.valueOf(refused.getSQLState())::startsWith));
    }

    /**
     * SQL states of class 08 are lost or refused connections, 57P those PostgreSQL gives while it stops and starts, and
     * 25006 what it says where it takes no changes: it may have been the primary.
     */
    private static boolean noConnection(SQLException failure) {
        var state = String.valueOf(failure.getSQLState());
        return failure instanceof SQLTransientConnectionException
                || failure instanceof SQLNonTransientConnectionException
                || failure instanceof SQLRecoverableException
                || state.startsWith("08")
                || state.startsWith("57P")
                || state.equals(ReadOnly.STATE);
    }

    /** Changes nothing; throws if nothing could be changed, or if PostgreSQL has no room for more than it has. */
    public void requireWritable() {
        var product = alone("delete from kernel_gate where one = 0", new Object[0], statement -> {
            statement.executeUpdate();
            return statement.getConnection().getMetaData().getDatabaseProductName();
        });
        if (product.equals("PostgreSQL")) together(this::requireRoom);
    }

    /** Small changes find room for long; a count that does not fit into memory needs some on the disk at once. */
    private void requireRoom() {
        change("set local work_mem = '64kB'");
        count("select count(*) from generate_series(1, 20000)");
    }

    public <T> List<T> list(String sql, Function<Row, T> reader, @Nullable Object... values) {
        return alone(sql, values, statement -> {
            var rows = new ArrayList<T>();
            try (var result = statement.executeQuery()) {
                var row = new Row(result);
                while (result.next()) rows.add(reader.apply(row));
            }
            return rows;
        });
    }

    public <T> Optional<T> first(String sql, Function<Row, T> reader, @Nullable Object... values) {
        return list(sql, reader, values).stream().findFirst();
    }

    /** The number in the one column of a query that has one row, like {@code select count(*)}. */
    public int count(String sql, @Nullable Object... values) {
        return alone(sql, values, statement -> {
            try (var result = statement.executeQuery()) {
                result.next();
                return result.getInt(1);
            }
        });
    }

    public boolean exists(String sql, @Nullable Object... values) {
        return first(sql, row -> true, values).isPresent();
    }

    public int change(String sql, @Nullable Object... values) {
        return alone(sql, values, PreparedStatement::executeUpdate);
    }

    /**
     * One statement for each of many, a thousand on their way at once.
     *
     * @param values of the statement for one of them
     * @return those for which no row was changed
     */
    public <T> List<T> changeAll(String sql, List<T> each, Function<T, @Nullable Object[]> values) {
        var unchanged = new ArrayList<T>();
        for (int from = 0; from < each.size(); from += BATCH) {
            var batch = each.subList(from, Math.min(from + BATCH, each.size()));
            var counts = connections.execute(
                    ConnectionDefinition.DEFAULT,
                    status -> batch(status.getConnection(), sql, batch.stream().map(values)));
            for (int i = 0; i < counts.length; i++) if (counts[i] == 0) unchanged.add(batch.get(i));
        }
        return unchanged;
    }

    /** Runs all statements of the work in one transaction; a thrown exception undoes them. */
    public void together(Runnable work) {
        transactions.<@Nullable Void>executeWrite(status -> {
            work.run();
            return null;
        });
    }

    /** The same of work that finds something out. */
    public <T> T together(Supplier<T> work) {
        return transactions.executeWrite(status -> work.get());
    }

    /** Runs it when the transaction that it is called in is written; never if that is undone. */
    public void afterCommit(Runnable work) {
        transactions.<@Nullable Void>executeWrite(status -> {
            status.registerSynchronization(new TransactionSynchronization() {
                @Override
                public void afterCommit() {
                    work.run();
                }
            });
            return null;
        });
    }

    /** On the connection of the work it belongs to; else it commits itself, which spares the database a question. */
    private <T> T alone(String sql, @Nullable Object[] values, Use<T> use) {
        return connections.execute(
                ConnectionDefinition.DEFAULT, status -> with(status.getConnection(), sql, values, use));
    }

    static DataAccessException failed(String what, SQLException e) {
        return new DataAccessException("%s failed: %s".formatted(what, e.getMessage()), e);
    }

    private static int[] batch(Connection connection, String sql, Stream<@Nullable Object[]> rows) {
        try (var statement = connection.prepareStatement(sql)) {
            for (var row : (Iterable<@Nullable Object[]>) rows::iterator) {
                set(statement, row);
                statement.addBatch();
            }
            return statement.executeBatch();
        } catch (SQLException e) {
            throw failed("'" + sql.strip() + "'", e);
        }
    }

    private static void set(PreparedStatement statement, @Nullable Object[] values) throws SQLException {
        for (int i = 0; i < values.length; i++) statement.setObject(i + 1, stored(values[i]));
    }

    private static <T> T with(Connection connection, String sql, @Nullable Object[] values, Use<T> use) {
        try (var statement = connection.prepareStatement(sql)) {
            set(statement, values);
            return use.of(statement);
        } catch (SQLException e) {
            throw failed("'" + sql.strip() + "'", e);
        }
    }

    /** Instants are cut to what both databases keep, because one of them would round up, into the future. */
    private static @Nullable Object stored(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case Instant instant -> instant.truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
            case Enum<?> constant -> constant.name();
            case Number number -> number;
            // PostgreSQL keeps no NUL, and an upgrade would try for ever to write down what an agent says with one.
            default -> value.toString().replace('\0', '?');
        };
    }

    @FunctionalInterface
    private interface Use<T> {
        T of(PreparedStatement statement) throws SQLException;
    }
}
