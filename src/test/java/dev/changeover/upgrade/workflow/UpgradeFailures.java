package dev.changeover.upgrade.workflow;

import dev.changeover.upgrade.engine.Upgrades;

/** Lets tests of other packages throw what only this package may make. */
public final class UpgradeFailures {
    private UpgradeFailures() {}

    public static Upgrades.KeyReused keyReused(String key) {
        return new Upgrades.KeyReused(key);
    }

    public static Upgrades.UnknownJob unknownJob(String jobId) {
        return new Upgrades.UnknownJob(jobId);
    }

    public static Upgrades.WrongStart wrongStart(String message) {
        return new Upgrades.WrongStart(message);
    }

    public static Upgrades.TemporalUnavailable temporalUnavailable() {
        return new Upgrades.TemporalUnavailable("no worker answered within 10 s", null);
    }
}
