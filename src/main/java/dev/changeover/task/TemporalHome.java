package dev.changeover.task;

import dev.changeover.database.Columns;
import dev.changeover.database.Sql;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Optional;

/** Which Temporal runs the upgrades of this ledger; a row, so that all servers of one ledger agree. Thread-safe. */
@Singleton
public class TemporalHome {
    private static final Columns<Home> HOME = Columns.of(Home.class);

    private final Sql sql;

    TemporalHome(Sql sql) {
        this.sql = sql;
    }

    /**
     * @param namespaceId Temporal's own id of the namespace
     * @param address where the first server reached it
     * @param since when it became the ledger's
     */
    public record Home(String namespaceId, String namespace, String address, Instant since) {
        @Override
        public String toString() {
            return "%s, namespace %s".formatted(address, namespace);
        }
    }

    /** Empty before a server of this ledger has met its Temporal, and after {@link #leave}. */
    public Optional<Home> home() {
        return sql.first("select * from temporal_home", HOME::read);
    }

    /** Makes it the home if there is none; the home, which of two at once is the first one's. */
    public Home settle(Home mine) {
        sql.change(
                "insert into temporal_home (one, namespace_id, namespace, address, since) values (1, ?, ?, ?, ?)"
                        + " on conflict do nothing",
                mine.namespaceId(),
                mine.namespace(),
                mine.address(),
                mine.since());
        return home().orElse(mine);
    }

    /** The next Temporal that a server of this ledger meets becomes its home. */
    public void leave() {
        sql.change("delete from temporal_home");
    }
}
