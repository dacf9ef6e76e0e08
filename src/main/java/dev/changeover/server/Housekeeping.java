package dev.changeover.server;

import dev.changeover.access.SignedRequests;
import dev.changeover.campaign.run.BadVersions;
import dev.changeover.campaign.run.Campaigns;
import dev.changeover.database.Standby;
import dev.changeover.notify.LongWaits;
import dev.changeover.notify.Postman;
import dev.changeover.upgrade.engine.OrphanedUpgrades;
import dev.changeover.upgrade.engine.Upgrades.TemporalUnavailable;
import io.micronaut.scheduling.annotation.Scheduled;
import jakarta.inject.Singleton;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Regular work of the control plane; rests while this server stands by. */
@Singleton
record Housekeeping(
        OrphanedUpgrades orphaned,
        SignedRequests signed,
        Postman postman,
        Campaigns campaigns,
        BadVersions bad,
        LongWaits waits,
        KeyFollowers followers,
        Standby standby) {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);

    @Scheduled(initialDelay = "1m", fixedDelay = "1m")
    void look() {
        standby.unless(this::lookAtOrphans);
    }

    private void lookAtOrphans() {
        try {
            orphaned.look();
        } catch (TemporalUnavailable notNow) {
            LOG.warn("open upgrades could not be looked at: {}", notNow.getMessage());
        }
    }

    @Scheduled(initialDelay = "10s", fixedDelay = "1m")
    void lookAtCampaigns() {
        standby.unless(() -> {
            bad.look();
            campaigns.look();
        });
    }

    @Scheduled(initialDelay = "1m", fixedDelay = "1m")
    void forget() {
        standby.unless(signed::forgetExpired);
    }

    @Scheduled(initialDelay = "1m", fixedDelay = "5m")
    void bringKey() {
        standby.unless(followers::look);
    }

    @Scheduled(initialDelay = "2m", fixedDelay = "1h")
    void noticeLongWaits() {
        standby.unless(waits::look);
    }

    @Scheduled(initialDelay = "${changeover.notify.every}", fixedDelay = "${changeover.notify.every}")
    void tellContacts() {
        standby.unless(postman::work);
    }
}
