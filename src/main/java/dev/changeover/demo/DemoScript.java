package dev.changeover.demo;

import dev.changeover.campaign.Amount;
import dev.changeover.campaign.Strategy;
import dev.changeover.host.Loopback;
import dev.changeover.upgrade.UpgradeSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;

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

    /** A server's settings for weeks in a minute: mails go to a port of this host, and their links lead to another. */
    static Map<String, Object> campaigns(int smtp) throws IOException {
        var port = Loopback.freePort();
        return Map.of(
                "changeover.port", port,
                "changeover.notify.console-url", "http://127.0.0.1:" + port,
                "changeover.smtp.host", "127.0.0.1",
                "changeover.smtp.port", smtp,
                "changeover.smtp.security", "NONE",
                "changeover.notify.every", "500ms",
                "changeover.notify.collect", "2s",
                "changeover.campaign.spread", "2s",
                "changeover.campaign.look", "1s");
    }

    /** One proxy, then two, then the rest; the first failure would end it. */
    static Strategy waves() {
        var waves = Stream.of("1", "2", "rest")
                .map(size -> new Strategy.Wave(
                        Amount.of(size), null, null, null, Duration.ofSeconds(1), Duration.ofDays(7), false))
                .toList();
        return new Strategy(waves, 2, 2, 10, Amount.of("0"), Duration.ofSeconds(12), Duration.ofDays(30));
    }
}
