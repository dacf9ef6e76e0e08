package dev.changeover.campaign;

import dev.changeover.database.Sql;
import jakarta.inject.Singleton;

/** The rings that owners have chosen for their instances; a campaign takes them as they are when it starts. */
@Singleton
public class Rings {
    private final Sql sql;

    Rings(Sql sql) {
        this.sql = sql;
    }

    public Ring of(String instanceId) {
        return sql.first(
                        "select ring from instance_ring where instance_id = ?",
                        row -> row.constant(Ring.class, "ring"),
                        instanceId)
                .orElse(Ring.NORMAL);
    }

    public void choose(String instanceId, Ring ring) {
        sql.change(
                "insert into instance_ring (instance_id, ring) values (?, ?) on conflict do nothing", instanceId, ring);
        sql.change("update instance_ring set ring = ? where instance_id = ?", ring, instanceId);
    }
}
