package dev.changeover.campaign;

import dev.changeover.campaign.Member.State;
import dev.changeover.database.Columns;
import dev.changeover.database.Sql;
import jakarta.inject.Singleton;
import java.util.List;

/** How many members campaigns' waves have, and in which state. */
@Singleton
public final class WaveCounts {
    private static final Columns<Size> SIZE = Columns.of(Size.class);
    private static final Columns<Behind> BEHIND = Columns.of(Behind.class);
    private static final Columns<Count> COUNT = Columns.of(Count.class);

    private final Sql sql;

    WaveCounts(Sql sql) {
        this.sql = sql;
    }

    public record Count(int stage, State state, int many) {}

    public record Size(int stage, int members, int tolerated) {}

    /** Of all waves of a campaign, in order. */
    public List<Size> sizes(String campaignId) {
        return sql.list("select * from campaign_wave where campaign_id = ? order by stage", SIZE::read, campaignId);
    }

    /** Of the wave of a member. */
    public Size size(Member member) {
        return sql.first(
                        "select * from campaign_wave where campaign_id = ? and stage = ?",
                        SIZE::read,
                        member.campaignId(),
                        member.stage())
                .orElseThrow();
    }

    public int count(String campaignId, int stage, State state) {
        return sql.count(
                "select count(*) from campaign_member where campaign_id = ? and state = ? and stage = ?",
                campaignId,
                state,
                stage);
    }

    /** How many members stay behind in a state for a reason. */
    public record Behind(State state, String reason, int many) {}

    /** Why members stay behind: the most frequent reasons first, at most 20. */
    public List<Behind> behind(String campaignId) {
        return sql.list(
                "select state, reason, count(*) as many from campaign_member where campaign_id = ?"
                        + " and state in (?, ?, ?) group by state, reason order by many desc, state, reason limit 20",
                BEHIND::read,
                campaignId,
                State.HELD,
                State.FAILED,
                State.NEEDS_OPERATOR);
    }

    public List<Count> counts(String campaignId) {
        return sql.list(
                "select stage, state, count(*) as many from campaign_member where campaign_id = ?"
                        + " group by stage, state order by stage, state",
                COUNT::read,
                campaignId);
    }
}
