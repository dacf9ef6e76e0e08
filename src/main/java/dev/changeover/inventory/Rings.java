package dev.changeover.inventory;

import dev.changeover.database.Sql;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

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

    /** Those of a project's instances that chose one. */
    Map<String, Ring> in(String projectId) {
        return sql
                .list(
                        "select r.instance_id, r.ring from instance_ring r join instance i on i.id = r.instance_id"
                                + " where i.project_id = ?",
                        row -> Map.entry(row.text("instance_id"), row.constant(Ring.class, "ring")),
                        projectId)
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    public void choose(String instanceId, Ring ring) {
        put(sql, Map.of(instanceId, ring));
    }

    static void put(Sql sql, Map<String, Ring> rings) {
        var all = List.copyOf(rings.entrySet());
        var known = sql.changeAll(
                "insert into instance_ring (instance_id, ring) values (?, ?) on conflict do nothing", all, chosen ->
                        new Object[] {chosen.getKey(), chosen.getValue()});
        sql.changeAll("update instance_ring set ring = ? where instance_id = ?", known, chosen ->
                new Object[] {chosen.getValue(), chosen.getKey()});
    }
}
