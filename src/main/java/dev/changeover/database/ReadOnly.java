package dev.changeover.database;

import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.SQLException;

/**
 * Has the pool leave connections to a database that takes no changes any more: a new one may reach the primary. The pool
 * knows it by its name in the settings.
 */
public final class ReadOnly implements SQLExceptionOverride {
    /** What PostgreSQL answers changes with. */
    static final String STATE = "25006";

    @java.lang.Override
    public Override adjudicate(SQLException failure) {
        return STATE.equals(failure.getSQLState()) ? Override.MUST_EVICT : Override.CONTINUE_EVICT;
    }
}
