package dev.changeover;

import dev.changeover.access.SignedRequests;
import dev.changeover.upgrade.StrandedUpgrades;
import dev.changeover.upgrade.Upgrades.TemporalUnavailable;
import io.micronaut.scheduling.annotation.Scheduled;
import jakarta.inject.Singleton;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the control plane looks after by itself. */
@Singleton
final class EveryMinute {
    private static final Logger LOG = LoggerFactory.getLogger(EveryMinute.class);

    private final StrandedUpgrades stranded;
    private final SignedRequests signed;

    EveryMinute(StrandedUpgrades stranded, SignedRequests signed) {
        this.stranded = stranded;
        this.signed = signed;
    }

    @Scheduled(initialDelay = "1m", fixedDelay = "1m")
    void look() {
        try {
            stranded.look();
        } catch (TemporalUnavailable notNow) {
            LOG.warn("open upgrades could not be looked at: {}", notNow.getMessage());
        }
    }

    @Scheduled(initialDelay = "1m", fixedDelay = "1m")
    void forget() {
        signed.forgetExpired();
    }
}
