package dev.changeover.campaign.run;

import dev.changeover.campaign.Campaign;
import dev.changeover.campaign.CampaignStore;
import dev.changeover.campaign.WaveCounts;
import dev.changeover.campaign.plan.CampaignPlanner;
import jakarta.inject.Singleton;
import java.time.Clock;

/**
 * Proxies that come to the version while its campaign is at work, because they are registered, or were started with it,
 * join the last wave. They are told like all others, and have their lead time.
 */
@Singleton
record Latecomers(CampaignStore store, WaveCounts counts, CampaignPlanner planner, MemberNotices notices, Clock clock) {
    /** Lets those join that are there by now; repeating it is harmless. */
    void join(Campaign campaign) {
        var last = counts.sizes(campaign.id()).getLast();
        var first = store.members(campaign.id(), null, last.stage(), 0, 1).getFirst();
        var late = planner.late(campaign, last.stage(), last.members(), first.executeAt());
        if (late.isEmpty()) {
            return;
        }
        store.withLocked(campaign.id(), now -> {
            if (!now.state().isOver()) {
                store.join(now, counts.sizes(now.id()).getLast(), late)
                        .forEach(member -> notices.planned(now, member, clock.instant()));
            }
        });
    }
}
