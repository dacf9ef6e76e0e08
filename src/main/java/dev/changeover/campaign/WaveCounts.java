package dev.changeover.campaign;

import dev.changeover.campaign.Member.State;
import dev.changeover.database.Sql;
import jakarta.inject.Singleton;
import java.util.List;

/** How many members campaigns' waves have, and in which state. */
@Singleton
public final class WaveCounts {
    private final Sql sql;

    WaveCounts(Sql sql) {
        this.sql = sql;
    }

    /** How many members of a wave are in a state. */
    public record Count(int stage, State state, int many) {}

    /** How many members of a wave may fail. */
    public int tolerated(String campaignId, int stage) {
        return sql.first(
                        "select tolerated from campaign_wave where campaign_id = ? and stage = ?",
                        row -> row.number("tolerated"),
                        campaignId,
                        stage)
                .orElse(0);
    }

    /** How many members a wave has. */
    public int members(String campaignId, int stage) {
        return sql.first(
                        "select members from campaign_wave where campaign_id = ? and stage = ?",
                        row -> row.number("members"),
                        campaignId,
                        stage)
                .orElse(0);
    }

    public int waves(String campaignId) {
        return sql.first(
                        "select count(*) as many from campaign_wave where campaign_id = ?",
                        row -> row.number("many"),
                        campaignId)
                .orElse(0);
    }

    /** How many members of a wave are in a state. */
    public int count(String campaignId, int stage, State state) {
        return sql.first(
                        "select count(*) as many from campaign_member where campaign_id = ? and state = ? and stage = ?",
                        row -> row.number("many"),
                        campaignId,
                        state,
                        stage)
                .orElse(0);
    }

    public List<Count> counts(String campaignId) {
        return sql.list(
                "select stage, state, count(*) as many from campaign_member where campaign_id = ?"
                        + " group by stage, state order by stage, state",
                row -> new Count(row.number("stage"), row.constant(State.class, "state"), row.number("many")),
                campaignId);
    }
}
