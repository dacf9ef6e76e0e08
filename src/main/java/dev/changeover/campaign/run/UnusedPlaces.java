package dev.changeover.campaign.run;

import dev.changeover.campaign.CampaignStore;
import dev.changeover.campaign.Member.State;
import dev.changeover.database.Sql;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Places that were taken for upgrades that should begin at once and did not, because their tasks were not made, never
 * heard of it, are paused, or have ended.
 */
@Singleton
record UnusedPlaces(Sql sql, CampaignStore store, Clock clock) {
    /** Longer than anybody waits for an upgrade that is to begin now. */
    private static final Duration UNUSED = Duration.ofMinutes(2);

    private static final String TAKEN = " state = 'RUNNING' and urgent = 1 and updated_at < ? and ";
    private static final String NO_TASK = "not exists (select 1 from task t where t.job_id = campaign_member.job_id)";
    private static final String WAITS = "exists (select 1 from task t where t.job_id = campaign_member.job_id"
            + " and t.outcome is null and t.phase = 'WAITING')";
    private static final String ENDED =
            "exists (select 1 from task t where t.job_id = campaign_member.job_id and t.outcome is not null)";

    /** Gives them back; call it every minute. Should an upgrade begin after all, it asks again. */
    void giveBack() {
        var latest = clock.instant().minus(UNUSED);
        sql.together(() -> {
            BudgetGate.lock(sql);
            giveBack(State.PLANNED, NO_TASK, latest);
            giveBack(State.DELIVERED, WAITS, latest);
            sql.list("select id from campaign_member where" + TAKEN + ENDED, row -> row.text("id"), latest)
                    .forEach(this::forgetTask);
        });
    }

    private void giveBack(State state, String where, Instant latest) {
        sql.change(
                "update campaign_member set state = ?, begun_at = null, urgent = 0 where" + TAKEN + where,
                state,
                latest);
    }

    /** Nobody hears of its end any more. */
    private void forgetTask(String memberId) {
        var member = store.locked(memberId).orElseThrow();
        var campaign = store.campaign(member.campaignId()).orElseThrow();
        var now = clock.instant();
        var without = member.again(false);
        store.write(without.over(campaign, now).orElseGet(() -> without.in(State.PLANNED, "", now)));
    }
}
