package dev.changeover.campaign.run;

import dev.changeover.campaign.Campaign;
import dev.changeover.campaign.CampaignStore;
import dev.changeover.campaign.Member;
import dev.changeover.campaign.Member.State;
import dev.changeover.database.Sql;
import jakarta.inject.Singleton;
import java.time.Clock;

/** Changes members in one transaction with what their contacts are told. */
@Singleton
record MemberChanges(Sql sql, CampaignStore store, MemberNotices notices, Clock clock) {
    /**
     * The member comes into a state, unless its task was quicker.
     *
     * @return the member as it is then
     */
    Member becomes(Campaign campaign, Member member, State state, String why) {
        return becomes(campaign, member, state, why, "");
    }

    /**
     * Its task is about to be made, for another time than was told, or for the first that is told.
     *
     * @param moved why it has another time
     */
    Member isPlanned(Campaign campaign, Member member, String moved) {
        return becomes(campaign, member, State.PLANNED, "", moved);
    }

    /**
     * Cancels what has no task yet of a campaign that was halted, and tells of it. Its state is written before, and alone:
     * nothing begins any more, however long this takes. Repeating it is harmless.
     */
    void cancelUndelivered(String campaignId) {
        store.withLocked(campaignId, campaign -> {
            if (campaign.state() == Campaign.State.HALTED) {
                var now = clock.instant();
                notices.halted(campaign, now);
                store.cancelUndelivered(campaignId, campaign.note(), now);
            }
        });
    }

    private Member becomes(Campaign campaign, Member member, State state, String why, String moved) {
        var now = clock.instant();
        var after = member.in(state, why, now);
        return sql.together(() -> {
            var before = store.locked(member.id()).orElseThrow();
            if (isOvertaken(before, member, state)) return before;
            store.write(after);
            notices.changed(campaign, before, after, moved, now);
            return after;
        });
    }

    /** A page that is delivered twice at once, after a server had seemed to be gone, must not put a member back. */
    private static boolean isOvertaken(Member before, Member read, State state) {
        if (read.attempt() > before.attempt()) {
            // Its task was refused, or its owner's own one ended, which may have been heard of before.
            return before.endedAt() != null || read.state() == State.OWN && before.state() != State.OWN;
        }
        return before.attempt() > read.attempt()
                || before.begunAt() != null
                || switch (before.state()) {
                    case RUNNING, DONE, FAILED, CANCELLED -> true;
                    case DELIVERED -> state != State.CANCELLED;
                    case PLANNED -> false;
                    case NEEDS_OPERATOR -> state == State.DELIVERED && read.state() != State.NEEDS_OPERATOR;
                    case INQUIRING, HELD, OWN -> state == State.DELIVERED;
                };
    }
}
