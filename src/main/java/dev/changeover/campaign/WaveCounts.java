package dev.changeover.campaign;

import dev.changeover.campaign.Member.State;
import dev.changeover.database.Row;
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

    /** How many members a wave has, and how many of them may fail. */
    public record Size(int stage, int members, int tolerated) {
        static Size of(Row row) {
            return new Size(row.number("stage"), row.number("members"), row.number("tolerated"));
        }
    }

    /** Of all waves of a campaign, in order. */
    public List<Size> sizes(String campaignId) {
        return sql.list("select * from campaign_wave where campaign_id = ? order by stage", Size::of, campaignId);
    }

    /** Of the wave of a member. */
    public Size size(Member member) {
        return sql.first(
                        "select * from campaign_wave where campaign_id = ? and stage = ?",
                        Size::of,
                        member.campaignId(),
                        member.stage())
                .orElseThrow();
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

    /** How many members stay behind in a state for a reason. */
    public record Behind(State state, String reason, int many) {}

    /** Why members stay behind: the most frequent reasons first, at most 20. */
    public List<Behind> behind(String campaignId) {
        return sql.list(
                "select state, reason, count(*) as many from campaign_member where campaign_id = ?"
                        + " and state in (?, ?, ?) group by state, reason order by many desc, state, reason limit 20",
                row -> new Behind(row.constant(State.class, "state"), row.text("reason"), row.number("many")),
                campaignId,
                State.HELD,
                State.FAILED,
                State.NEEDS_OPERATOR);
    }

    public List<Count> counts(String campaignId) {
        return sql.list(
                "select stage, state, count(*) as many from campaign_member where campaign_id = ?"
                        + " group by stage, state order by stage, state",
                row -> new Count(row.number("stage"), row.constant(State.class, "state"), row.number("many")),
                campaignId);
    }
}
