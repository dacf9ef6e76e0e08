package dev.changeover.access;

import dev.changeover.database.Sql;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;

/**
 * Signatures that were used: what changes something is good once, a question for a minute, on all servers of a database.
 * Safe for concurrent use.
 */
@Singleton
public final class SignedRequests {
    private final Sql sql;
    private final Clock clock;

    SignedRequests(Sql sql, Clock clock) {
        this.sql = sql;
        this.clock = clock;
    }

    /**
     * Whether this is the first time. Of two that ask at once, one is.
     *
     * @param signature 64 characters
     * @param goodUntil when no server accepts it any more, whatever it was used for
     */
    public boolean isFirst(String signature, Instant goodUntil) {
        return sql.change(
                        "insert into signed_request (signature, expires_at) values (?, ?) on conflict do nothing",
                        signature,
                        goodUntil)
                > 0;
    }

    /** Forgets one whose request was not carried out, so that it may come again; only for whom it was the first time. */
    public void forget(String signature) {
        sql.change("delete from signed_request where signature = ?", signature);
    }

    /** Forgets those that no server accepts any more, and says how many they were. */
    public int forgetExpired() {
        return sql.change("delete from signed_request where expires_at < ?", clock.instant());
    }
}
