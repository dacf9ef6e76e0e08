package dev.changeover.campaign.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.campaign.Campaign;
import dev.changeover.campaign.Member;
import dev.changeover.campaign.Wish;
import dev.changeover.campaign.run.Campaigns.Order;
import dev.changeover.node.NodeFault;
import dev.changeover.upgrade.Command;
import dev.changeover.upgrade.workflow.ScriptedNodes;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.testing.WorkflowReplayer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** A fleet brought off a bad version, on a real Temporal (REQUIREMENTS S8, S10). */
class CampaignTest {
    private static final int MANY = Integer.getInteger("campaign.proxies", 100);
    private static final int AT_ONCE = 12;
    private static final int PER_PROJECT = 5;

    @TempDir
    Path directory = Path.of("");

    @Test
    void brings_every_proxy_to_the_target_in_its_window_wave_by_wave() {
        try (var scene = new CampaignScene(directory, Map.of())) {
            scene.fleet(8, 2);
            var id = scene.defective();
            assertThat(scene.campaigns().campaign(id).state()).isEqualTo(Campaign.State.PLANNED);

            scene.campaigns().say(Order.START, id, "now");
            scene.awaitState(id, Campaign.State.DONE, Duration.ofMinutes(3));

            assertThat(scene.count(id, Member.State.DONE)).isEqualTo(8);
        }
    }

    /** With {@code -Dcampaign.proxies=100}: it takes minutes on a busy machine. */
    @Test
    @EnabledIfSystemProperty(named = "campaign.proxies", matches = "[0-9]+", disabledReason = "it takes minutes")
    void brings_a_hundred_proxies_to_the_target_within_its_budgets_although_everything_restarts() throws Exception {
        var budgets = Map.<String, Object>of(
                "changeover.campaign.at-once", AT_ONCE, "changeover.campaign.per-project", PER_PROJECT);
        try (var scene = new CampaignScene(directory, budgets)) {
            scene.fleet(MANY, 4);
            var id = scene.defective();
            assertThat(scene.campaigns().campaign(id).state()).isEqualTo(Campaign.State.PLANNED);

            scene.campaigns().say(Order.START, id, "now");
            awaitDone(scene, id, MANY / 5);
            scene.restart();
            scene.awaitState(id, Campaign.State.DONE, Duration.ofMinutes(5));

            assertThat(scene.count(id, Member.State.DONE)).isEqualTo(MANY);
            assertThat(scene.members(id))
                    .allSatisfy(member -> assertThat(scene.inventory()
                                    .proxy(member.proxyId())
                                    .orElseThrow()
                                    .version())
                            .isEqualTo(ScriptedNodes.NEW));
            var spans = scene.spans();
            assertThat(spans).as("one task a proxy").hasSize(MANY);
            assertThat(CampaignScene.mostAtOnce(spans)).isLessThanOrEqualTo(AT_ONCE);
            spans.stream()
                    .collect(Collectors.groupingBy(CampaignScene.Span::project))
                    .values()
                    .forEach(project ->
                            assertThat(CampaignScene.mostAtOnce(project)).isLessThanOrEqualTo(PER_PROJECT));
            var history = scene.client().fetchHistory(CampaignWorkflow.idOf(id));
            assertThat(history.getEvents()).hasSizeLessThan(15 * MANY);
            try (var temporal = TestWorkflowEnvironment.newInstance()) {
                var worker = temporal.newWorker("replay");
                worker.registerWorkflowImplementationTypes(WaveCampaign.class);
                WorkflowReplayer.replayWorkflowExecution(history, worker);
            }
        }
    }

    @Test
    void a_fault_in_the_second_wave_ends_it_and_harms_no_more_than_the_rule_allows() {
        try (var scene = new CampaignScene(directory, Map.of("changeover.campaign.tolerated", "1"))) {
            scene.fleet(30, 3);
            var id = scene.defective();
            scene.campaigns().members(id, null, null, 0, 100).stream()
                    .filter(member -> member.stage() > 1)
                    .forEach(member -> scene.nodes.fail(member.proxyId() + "-n2 handOver", NodeFault.NOT_SAFE));

            scene.campaigns().say(Order.START, id, "now");
            var halted = scene.awaitState(id, Campaign.State.HALTED, Duration.ofMinutes(2));

            assertThat(halted.stage()).isEqualTo(2);
            assertThat(halted.note()).contains("in wave 2 have failed or are held, and 1 are tolerated");
            assertThat(scene.spans())
                    .as("the canary, and those that were tolerated and one")
                    .hasSize(1 + 2);
            awaitCount(scene, id, Member.State.CANCELLED, 30 - 3);
        }
    }

    @Test
    void operators_and_owners_are_heard() {
        try (var scene = new CampaignScene(directory, Map.of("changeover.campaign.spread", "1h"))) {
            scene.fleet(6, 1);
            scene.defective();
            var id = scene.campaigns().list(0, 1).getFirst().id();
            scene.campaigns().say(Order.HALT, id, "with other waves");
            id = scene.campaigns()
                    .create(new Wish(
                            CampaignScene.ENGINE,
                            ScriptedNodes.OLD.toString(),
                            null,
                            null,
                            CampaignScene.waves("4", "rest"),
                            null,
                            "anna"))
                    .id();
            scene.campaigns().say(Order.START, id, "now");
            awaitCount(scene, id, Member.State.DELIVERED, 4);
            var events = scene.bean(PlannedEvents.class);
            var first = scene.members(id);

            scene.campaigns().say(Order.PAUSE, id, "to look");
            assertThat(scene.upgrades()
                            .command(String.valueOf(first.get(0).jobId()), Command.START_NOW, null, "now", "vera")
                            .refusal())
                    .isEqualTo("the campaign is PAUSED");
            scene.campaigns().say(Order.RESUME, id, "it is fine");
            events.execute(first.get(0).id(), "vera");
            var moved = java.time.Instant.now().plusSeconds(3);
            events.move(first.get(1).id(), moved, "vera");
            events.cancel(first.get(2).id(), "vera");

            awaitCount(scene, id, Member.State.INQUIRING, 1);
            Awaitility.await("those that were moved nearer")
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> scene.members(campaign(scene)).stream()
                            .filter(member -> member.position() < 2 && member.stage() == 1)
                            .allMatch(member -> member.state() == Member.State.DONE));
            var again = scene.members(id).get(2);
            assertThat(again.cancels()).isEqualTo(1);
            events.execute(again.id(), "vera");
            events.execute(scene.members(id).get(3).id(), "vera");
            scene.awaitState(id, Campaign.State.AWAITING, Duration.ofMinutes(1));
            assertThat(scene.campaigns().campaign(id).note()).isEqualTo("4 of 4 are done");

            scene.campaigns().say(Order.APPROVE, id, "go on");
            awaitCount(scene, id, Member.State.DELIVERED, 2);
            scene.campaigns().say(Order.HALT, id, "enough");
            awaitCount(scene, id, Member.State.CANCELLED, 2);
            assertThat(scene.sql()
                            .list(
                                    "select status from task where requester like 'campaign %' and status = 'CANCELED'",
                                    row -> 1))
                    .as("the one that its owner cancelled, and those of the halted wave")
                    .hasSizeGreaterThanOrEqualTo(1);
        }
    }

    private static String campaign(CampaignScene scene) {
        return scene.campaigns().list(0, 1).getFirst().id();
    }

    private static void awaitDone(CampaignScene scene, String id, int many) {
        Awaitility.await(many + " are done")
                .atMost(Duration.ofMinutes(3))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> scene.count(id, Member.State.DONE) >= many);
    }

    private static void awaitCount(CampaignScene scene, String id, Member.State state, int many) {
        Awaitility.await(many + " are " + state)
                .atMost(Duration.ofMinutes(1))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> scene.count(id, state) == many);
    }
}
