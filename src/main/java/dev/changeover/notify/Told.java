package dev.changeover.notify;

import dev.changeover.campaign.CampaignStore;
import java.time.Instant;

/**
 * A notice as it is in the outbox.
 *
 * @param id gives notices an order
 * @param thread of the upgrade that it belongs to, from the first plan to the end
 * @param reminder whether it only reminds of a plan that was told before
 */
public record Told(int id, String thread, boolean reminder, Notice notice) {
    /**
     * Whether it is told in quiet hours: what an operator waits for, and a campaign's first word, if their end would leave
     * less than its lead time.
     */
    boolean wakes(Instant end, CampaignStore campaigns) {
        var planned = notice.plannedAt();
        var campaign = notice.campaignId();
        if (notice.kind() != Notice.Kind.PLANNED || reminder || planned == null || campaign == null) {
            return notice.kind() == Notice.Kind.HELD;
        }
        return campaigns
                .campaign(campaign)
                .filter(its -> end.isAfter(planned.minus(its.plan().leadTime())))
                .isPresent();
    }
}
