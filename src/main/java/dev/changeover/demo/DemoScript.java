package dev.changeover.demo;

import dev.changeover.upgrade.UpgradeSettings;
import java.time.Duration;

/**
 * How long and how much.
 *
 * @param perSecond short connections a second, over all nodes
 * @param sessions persistent ones in each of the three groups
 * @param before how long traffic is measured before the upgrade
 * @param settings a day of retirement in half a minute
 */
record DemoScript(int perSecond, int sessions, Duration before, UpgradeSettings settings) {

    static final DemoScript SHORT = new DemoScript(
            200,
            12,
            Duration.ofSeconds(6),
            new UpgradeSettings(
                    Duration.ZERO,
                    Duration.ofSeconds(25),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(30),
                    Duration.ZERO,
                    20));

    /** Sessions that are to stay leave by themselves so long before they come of age. */
    Duration stay() {
        return settings.ageLimit().minusSeconds(4);
    }
}
