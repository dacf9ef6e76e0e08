package dev.changeover.api.errors;

import io.micronaut.data.connection.exceptions.ConnectionException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The causes of a failure. */
final class Causes {
    private Causes() {}

    /** Whether it comes from a database that gives no connection, or took one away. */
    static boolean isLostDatabase(Throwable failure) {
        return find(failure, ConnectionException.class).isPresent()
                || find(failure, SQLException.class)
                        .filter(Causes::noConnection)
                        .isPresent();
    }

    /** SQL states of class 08 are lost or refused connections, 57P those PostgreSQL gives while it stops and starts. */
    private static boolean noConnection(SQLException failure) {
        var state = String.valueOf(failure.getSQLState());
        return failure instanceof SQLTransientConnectionException
                || failure instanceof SQLNonTransientConnectionException
                || failure instanceof SQLRecoverableException
                || state.startsWith("08")
                || state.startsWith("57P");
    }

    /** The first of this type among a failure and its causes. */
    static <T extends Throwable> Optional<T> find(Throwable failure, Class<T> type) {
        return Stream.<@Nullable Throwable>iterate(failure, cause -> cause == null ? null : cause.getCause())
                .limit(20) // causes can go in circles
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst();
    }
}
