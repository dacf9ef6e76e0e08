package dev.changeover;

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

    EveryMinute(StrandedUpgrades stranded) {
        this.stranded = stranded;
    }

    @Scheduled(initialDelay = "1m", fixedDelay = "1m")
    void look() {
        try {
            stranded.look();
        } catch (TemporalUnavailable notNow) {
            LOG.warn("open upgrades could not be looked at: {}", notNow.getMessage());
        }
    }
}
