package dev.changeover.api.upgrades;

import dev.changeover.inventory.Kernel;
import dev.changeover.inventory.Kernel.Lifecycle;
import dev.changeover.upgrade.Check;
import dev.changeover.upgrade.UpgradeSettings;
import dev.changeover.upgrade.engine.UpgradeAdvice;
import java.time.Duration;
import java.util.List;

/**
 * The version that a proxy runs and the newest it could run.
 *
 * @param latestVersion the one target; the current version where the catalogue has none, or an older one only
 * @param reason why {@code can_upgrade} is false; empty when it is true
 * @param releaseNotes of every version after the current one up to the latest, newest first (REQUIREMENTS S2)
 */
record ProxyVersion(
        String currentVersion,
        String latestVersion,
        boolean canUpgrade,
        Risk risk,
        String reason,
        List<ReleaseNote> releaseNotes) {

    static ProxyVersion of(UpgradeAdvice advice, UpgradeSettings settings) {
        return new ProxyVersion(
                advice.current().toString(),
                advice.target().orElse(advice.current()).toString(),
                advice.canUpgrade(),
                Risk.of(advice, settings),
                Check.sentences(Check.failed(advice.checks())),
                advice.releaseNotes().stream().map(ReleaseNote::of).toList());
    }

    /**
     * The facts an owner should know before (REQUIREMENTS S11 to S17). Durations are in words.
     *
     * @param level of the version that runs: 1 low, 2 it is RISKY, EXPIRED or OFFLINE, 3 it is DEFECTIVE
     */
    record Risk(
            int level,
            String suggest,
            String influence,
            String guidance,
            String serviceImpactDuration,
            String upgradeDuration) {

        static Risk of(UpgradeAdvice advice, UpgradeSettings settings) {
            return new Risk(
                    advice.running().map(Kernel::lifecycle).map(Risk::level).orElse(1),
                    advice.running().map(Risk::said).orElse("") + "Upgrade in off-peak hours.",
                    "Short connections are not affected. Connections open for more than %s are interrupted, one by one."
                            .formatted(settings.ageLimitInWords()),
                    "Let applications reconnect by themselves. An upgrade cannot be rolled back once it is complete.",
                    "none for new connections",
                    inWords(advice.estimate()));
        }

        private static int level(Lifecycle lifecycle) {
            return switch (lifecycle) {
                case ACTIVE -> 1;
                case RISKY, EXPIRED, OFFLINE -> 2;
                case DEFECTIVE -> 3;
            };
        }

        private static String said(Kernel running) {
            if (running.lifecycle() == Lifecycle.ACTIVE) return "";
            var said = "Version %s is %s".formatted(running.version(), running.lifecycle());
            return running.lifecycleReason().isBlank()
                    ? said + ". "
                    : said + ": %s. ".formatted(running.lifecycleReason());
        }

        private static String inWords(Duration estimate) {
            var minutes = estimate.plusSeconds(59).toMinutes();
            return minutes == 1 ? "about 1 minute" : "about %d minutes".formatted(minutes);
        }
    }

    /** The changes of a version. */
    record ReleaseNote(String version, String notes) {
        static ReleaseNote of(Kernel kernel) {
            return new ReleaseNote(kernel.version().toString(), kernel.releaseNotes());
        }
    }
}
