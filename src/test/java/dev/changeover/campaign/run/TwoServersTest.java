package dev.changeover.campaign.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.campaign.Campaign;
import dev.changeover.campaign.run.Campaigns.Order;
import dev.changeover.database.KillablePostgres;
import dev.changeover.notify.Notice;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers that share a ledger on PostgreSQL and a Temporal. */
class TwoServersTest {
    private static final int PROXIES = 8;
    private static final Duration PATIENT = Duration.ofMinutes(9);

    @TempDir
    Path directory = Path.of("");

    @Test
    void one_is_killed_and_one_is_drained_and_upgrades_go_on() {
        try (var database = new KillablePostgres(directory);
                var scene = new CampaignScene(directory, database.settings())) {
            scene.fleet(PROXIES, 2);
            var first = scene.anotherServer();
            var id = scene.defective();

            scene.campaigns().say(Order.START, id, "now");
            scene.awaitDone(id, 1, PATIENT);
            scene.kill(first);
            scene.awaitDone(id, 3, PATIENT);
            scene.anotherServer().close();
            scene.awaitDone(id, PROXIES, PATIENT);
            scene.awaitState(id, Campaign.State.DONE, PATIENT);

            assertThat(scene.spans()).as("one task a proxy").hasSize(PROXIES);
            assertThat(scene.notices(Notice.Kind.PLANNED)).containsOnly(1);
            assertThat(scene.notices(Notice.Kind.SERVING)).containsOnly(1);
        }
    }
}
