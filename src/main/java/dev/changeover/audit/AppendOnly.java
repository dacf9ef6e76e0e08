package dev.changeover.audit;

import java.sql.Connection;
import java.sql.SQLException;
import org.h2.api.Trigger;
import org.jspecify.annotations.Nullable;

/** Lets nobody change or delete a row: what H2 calls where PostgreSQL has a function. Public for H2, which makes it by its name. */
public final class AppendOnly implements Trigger {
    /** As the state of exceptions that triggers raise in PostgreSQL. */
    private static final String STATE = "P0001";

    @Override
    public void fire(Connection connection, Object @Nullable [] before, Object @Nullable [] after) throws SQLException {
        throw new SQLException("the audit trail is append-only", STATE);
    }
}
