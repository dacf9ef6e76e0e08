package dev.changeover.campaign.run;

import dev.changeover.database.Columns;
import dev.changeover.database.Sql;
import dev.changeover.inventory.Kernel.Lifecycle;
import dev.changeover.inventory.KernelVersion;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;

/** The changes of versions' lifecycles, in their order; a date that passes is one as well. */
@Singleton
record LifecycleChanges(Sql sql) {
    private static final Columns<Change> CHANGE = Columns.of(Change.class);

    record Change(int number, String engine, KernelVersion version, Lifecycle lifecycle, String reason) {}

    /** Writes down which ACTIVE versions' dates have passed; each once. */
    void expire(Instant now) {
        sql.change("""
                insert into kernel_change (engine, version, former, lifecycle, reason, at)
                select k.engine, k.version, 'ACTIVE', 'EXPIRED', 'its expiry date has passed', k.expires_at
                from kernel k where k.lifecycle = 'ACTIVE' and k.expires_at <= ? and not exists
                    (select 1 from kernel_change c where c.engine = k.engine and c.version = k.version
                        and c.lifecycle = 'EXPIRED' and c.at = k.expires_at)
                """, now);
    }

    /** Nothing is left to do about it; false where another server has said so before. */
    boolean close(Change change, Instant now) {
        return sql.change(
                        "update kernel_change set handled_at = ? where number = ? and handled_at is null",
                        now,
                        change.number())
                > 0;
    }

    /** Those that nobody has acted on, oldest first. */
    List<Change> open() {
        return sql.list("select * from kernel_change where handled_at is null order by number", CHANGE::read);
    }
}
