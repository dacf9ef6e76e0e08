package dev.changeover.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.campaign.Campaigns.Order;
import dev.changeover.upgrade.workflow.ScriptedNodes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A fleet brought off a bad version, on a real Temporal (REQUIREMENTS S8, S10). */
class CampaignTest {
    @TempDir
    Path directory = Path.of("");

    @Test
    void brings_every_proxy_to_the_target_in_its_window_wave_by_wave() {
        try (var scene = new CampaignScene(directory, Map.of())) {
            scene.fleet(8, 2);
            var id = scene.defective();
            assertThat(scene.campaigns().campaign(id).state()).isEqualTo(Campaign.State.PLANNED);

            scene.campaigns().say(Order.START, id, "now");
            scene.awaitState(id, Campaign.State.DONE, Duration.ofMinutes(2));

            assertThat(scene.count(id, Member.State.DONE)).isEqualTo(8);
            assertThat(scene.members(id))
                    .allSatisfy(member -> assertThat(scene.inventory()
                                    .proxy(member.proxyId())
                                    .orElseThrow()
                                    .version())
                            .isEqualTo(ScriptedNodes.NEW));
        }
    }
}
