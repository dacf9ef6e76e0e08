package dev.changeover.campaign.run;

import static java.util.stream.Collectors.toMap;

import dev.changeover.campaign.Campaign;
import dev.changeover.campaign.CampaignSettings;
import dev.changeover.campaign.CampaignStore;
import dev.changeover.campaign.Refused;
import dev.changeover.campaign.Wish;
import dev.changeover.campaign.run.Campaigns.Order;
import dev.changeover.inventory.Kernel.Lifecycle;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Plans a campaign for each version that leaves ACTIVE, by a person's word or by its date (REQUIREMENTS S8). Thread-safe. */
@Singleton
public class BadVersions {
    private static final Logger LOG = LoggerFactory.getLogger(BadVersions.class);
    private static final String ACTOR = "lifecycle";

    private final LifecycleChanges changes;
    private final Campaigns campaigns;
    private final CampaignStore store;
    private final CampaignSettings settings;
    private final Clock clock;

    BadVersions(
            LifecycleChanges changes,
            Campaigns campaigns,
            CampaignStore store,
            CampaignSettings settings,
            Clock clock) {
        this.changes = changes;
        this.campaigns = campaigns;
        this.store = store;
        this.settings = settings;
        this.clock = clock;
    }

    /** Acts on every change that nobody has acted on; repeating it is harmless. One that fails holds up no other. */
    public void look() {
        var now = clock.instant();
        changes.expire(now);
        var open = changes.open();
        var latest = open.stream()
                .collect(toMap(change -> change.engine() + " " + change.version(), it -> it, (first, last) -> last));
        open.forEach(change -> {
            try {
                if (latest.containsValue(change)) {
                    act(change, now);
                } else {
                    changes.close(change, now); // What a version was before counts no more.
                }
            } catch (RuntimeException failed) {
                LOG.error(
                        "no campaign for {} {} yet, the next look tries again",
                        change.engine(),
                        change.version(),
                        failed);
            }
        });
    }

    private void act(LifecycleChanges.Change change, Instant now) {
        if (change.lifecycle() != Lifecycle.ACTIVE) {
            try {
                plan(change);
            } catch (Refused notPlanned) {
                if (notPlanned.why() != Refused.Why.NOT_YET && changes.close(change, now)) {
                    LOG.info("no campaign for {} {}: {}", change.engine(), change.version(), notPlanned.sentence());
                }
                return;
            }
        }
        changes.close(change, now);
    }

    private void plan(LifecycleChanges.Change change) {
        var campaign = planned(change);
        if (change.lifecycle() == Lifecycle.DEFECTIVE && settings.startDefective()) {
            campaigns.say(Order.START, campaign.id(), "a setting starts it");
        }
    }

    /**
     * A new one, or this change's of an earlier look that came no further, or of another server's at the same moment. One
     * that an earlier change planned and nobody has started is planned anew.
     */
    private Campaign planned(LifecycleChanges.Change change) {
        var wish = new Wish(change.engine(), change.version().toString(), null, null, null, change.reason(), ACTOR);
        try {
            return campaigns.create(wish);
        } catch (Refused notPlanned) {
            var open = store.openFor(Campaign.openFor(change.engine(), change.version()))
                    .filter(it -> it.state() == Campaign.State.PLANNED)
                    .filter(it -> it.createdBy().equals(ACTOR))
                    .orElseThrow(() -> notPlanned);
            return campaigns.replace(open, wish);
        }
    }
}
