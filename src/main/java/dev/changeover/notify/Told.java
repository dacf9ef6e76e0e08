package dev.changeover.notify;

import dev.changeover.campaign.CampaignSettings;
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
     * less than the usual lead time.
     */
    boolean wakes(Instant end, CampaignSettings usual) {
        var planned = notice.plannedAt();
        var lead = notice.level() == Notice.Level.CRITICAL ? usual.criticalLeadTime() : usual.leadTime();
        var isFirst = notice.kind() == Notice.Kind.PLANNED && notice.campaignId() != null && !reminder;
        return notice.kind() == Notice.Kind.HELD || isFirst && planned != null && end.isAfter(planned.minus(lead));
    }
}
