package dev.changeover.campaign.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.changeover.api.Calls;
import dev.changeover.campaign.Campaign;
import dev.changeover.campaign.Member;
import dev.changeover.campaign.run.Campaigns.Order;
import dev.changeover.database.KillablePostgres;
import dev.changeover.inventory.KernelVersion;
import dev.changeover.node.NodeFault;
import dev.changeover.notify.Notice;
import dev.changeover.task.Task;
import dev.changeover.task.TaskLedger;
import dev.changeover.upgrade.Command;
import dev.changeover.upgrade.engine.Submission;
import dev.changeover.upgrade.workflow.ScriptedNodes;
import io.temporal.api.enums.v1.EventType;
import io.temporal.common.WorkflowExecutionHistory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A fleet brought off a bad version, on a real Temporal. */
class CampaignTest {
    private static final int PROXIES = 100;
    private static final int AT_ONCE = 30;
    private static final int PER_PROJECT = 9;
    private static final int KILLS = Integer.getInteger("campaign.kills", 1);

    /** The campaign goes by the strategy that it began with: settings are for the next one. */
    private static final Map<String, Object> MORE_THAN_IT_BEGAN_WITH =
            Map.of("changeover.campaign.at-once", PROXIES, "changeover.campaign.per-project", PROXIES);

    /** Nothing is said of how quick it is: the machine may have a lot to do. */
    private static final Duration PATIENT = Duration.ofMinutes(10);

    private static final String IN_TWO_WAVES = """
            {"version":"2.6.12.3","lead_time_seconds":600,"at_once":100,"per_project":100,"per_minute":100,
             "tolerated":"100%","waves":[{"size":"4","approval":true,"soak_seconds":1},{"size":"rest"}]}
            """;

    @TempDir
    Path directory = Path.of("");

    /**
     * REQUIREMENTS S8: every proxy on a version that becomes bad is found. S9: each contact is told in advance. S10: each
     * proxy gets one task in its window. {@code -Dcampaign.kills=3} kills Temporal, database and server so often.
     */
    @Test
    void brings_every_proxy_to_the_target_wave_by_wave_although_everything_is_killed_in_the_midst_of_it() {
        try (var database = new KillablePostgres(directory);
                var scene = new CampaignScene(directory, budgets(database))) {
            scene.fleet(PROXIES, 4);
            var id = scene.defective();

            // A setting has started it.
            scene.awaitState(id, Campaign.State.RUNNING, PATIENT);
            scene.awaitDone(id, PROXIES / (KILLS + 1), PATIENT);
            var expiring = KernelVersion.of("8.0.0.0");
            scene.expires(expiring, Instant.now().plus(Duration.ofSeconds(2)));
            for (int kill = 1; kill <= KILLS; kill++) {
                scene.awaitDone(id, PROXIES * kill / (KILLS + 1), PATIENT);
                scene.crash(database, MORE_THAN_IT_BEGAN_WITH);
            }
            assertItsDateActsByItself(scene, expiring);
            scene.awaitDone(id, PROXIES, PATIENT);
            scene.awaitState(id, Campaign.State.DONE, PATIENT);

            assertThat(scene.members(id))
                    .hasSize(PROXIES)
                    .allSatisfy(member -> assertThat(scene.inventory()
                                    .proxy(member.proxyId())
                                    .orElseThrow()
                                    .version())
                            .isEqualTo(ScriptedNodes.NEW));
            assertEachWasToldAndUpgradedOnce(scene);
            assertBudgetsWereKept(scene);
            assertHistoriesAreSmallAndReplay(scene.histories(id));
        }
    }

    private static void assertHistoriesAreSmallAndReplay(List<WorkflowExecutionHistory> histories) {
        assertThat(histories.stream()
                        .mapToInt(history -> history.getEvents().size())
                        .sum())
                .isLessThanOrEqualTo(15 * PROXIES);
        assertThat(histories).allSatisfy(history -> CampaignHistoriesTest.replay(history, WaveCampaign.class));
    }

    /** It passed while no server was there: nobody but the server looks at it afterwards. */
    private static void assertItsDateActsByItself(CampaignScene scene, KernelVersion expired) {
        Awaitility.await("a campaign off the version that has expired")
                .atMost(PATIENT)
                .until(() -> scene.campaigns().list(0, 10).stream()
                        .anyMatch(campaign -> campaign.version().equals(expired)));

        assertThat(scene.campaigns().list(0, 10))
                .filteredOn(campaign -> campaign.version().equals(expired))
                .singleElement()
                .satisfies(campaign -> assertThat(campaign.state()).isEqualTo(Campaign.State.PLANNED))
                .satisfies(campaign -> assertThat(campaign.reason()).isEqualTo("its expiry date has passed"));
    }

    private static void assertEachWasToldAndUpgradedOnce(CampaignScene scene) {
        assertThat(scene.spans()).as("one task a proxy").hasSize(PROXIES);
        // One whose agents could not be asked while Temporal was away is refused, and its proxy gets another.
        assertThat(scene.sql()
                        .list(
                                "select proxy_id from task where kind = 'SCHEDULED' and status = 'COMPLETED'",
                                row -> row.text("proxy_id")))
                .as("all of them in Scheduled Tasks")
                .hasSize(PROXIES)
                .doesNotHaveDuplicates();
        assertThat(scene.notices(Notice.Kind.PLANNED)).as("told the plan, once").containsOnly(1);
        assertThat(scene.notices(Notice.Kind.SERVING)).as("told the end, once").containsOnly(1);
        assertThat(scene.sql()
                        .list(
                                "select m.id from campaign_member m join notice n on n.member_id = m.id"
                                        + " where n.kind = 'PLANNED' and n.at < m.begun_at",
                                row -> row.text("id")))
                .as("told in advance")
                .hasSize(PROXIES);
    }

    private static void assertBudgetsWereKept(CampaignScene scene) {
        var spans = scene.spans();
        assertThat(CampaignScene.mostAtOnce(spans)).isLessThanOrEqualTo(AT_ONCE);
        spans.stream()
                .collect(Collectors.groupingBy(CampaignScene.Span::project))
                .values()
                .forEach(
                        project -> assertThat(CampaignScene.mostAtOnce(project)).isLessThanOrEqualTo(PER_PROJECT));
    }

    @Test
    void a_fault_in_the_second_wave_ends_it_and_harms_no_more_than_the_rule_allows() throws Exception {
        try (var scene = new CampaignScene(directory, Map.of("changeover.campaign.tolerated", "1"))) {
            scene.fleet(30, 3);
            var id = scene.defective();
            scene.campaigns().members(id, null, null, 0, 100).stream()
                    .filter(member -> member.stage() > 1)
                    .forEach(member -> scene.nodes.fail(member.proxyId() + "-n2 handOver", NodeFault.NOT_SAFE));

            scene.campaigns().say(Order.START, id, "now");
            var halted = scene.awaitState(id, Campaign.State.HALTED, PATIENT);

            assertThat(halted.stage()).isEqualTo(2);
            assertThat(halted.note()).contains("in wave 2 have failed or are held, and 1 are tolerated");
            assertThat(scene.spans())
                    .as("the canary, and those that were tolerated and one")
                    .hasSize(1 + 2);
            awaitCount(scene, id, Member.State.CANCELLED, 30 - 3);
            assertThat(scene.sql()
                            .list(
                                    "select distinct proxy_id from notice where kind = 'CANCELLED'",
                                    row -> row.text("proxy_id")))
                    .as("owners are told")
                    .hasSize(30 - 3);
            CampaignHistoriesTest.record("halted", scene.histories(id).getFirst());
        }
    }

    /** Through the REST interface, as the console and the command line say it. */
    @Test
    void operators_and_owners_are_heard() throws Exception {
        try (var scene = new CampaignScene(directory, Map.of("changeover.campaign.spread", "1h"))) {
            scene.fleet(6, 1);
            var call = scene.calls();
            var usual = scene.defective();
            assertThat(say(call, usual, "halt", "with other waves")
                            .path("status")
                            .asText())
                    .isEqualTo("HALTED");
            assertThat(call.post("/v3/campaign-plans", IN_TWO_WAVES)
                            .json()
                            .path("waves")
                            .findValuesAsText("members"))
                    .containsExactly("4", "2");
            var created = call.post("/v3/campaigns", IN_TWO_WAVES).json();
            assertThat(created.path("status").asText()).isEqualTo("PLANNED");
            var id = created.path("id").asText();

            assertThat(say(call, id, "start", "now")
                            .path("members")
                            .path("PLANNED")
                            .asInt())
                    .isEqualTo(6);
            awaitCount(scene, id, Member.State.DELIVERED, 4);
            var first = scene.members(id);
            say(call, id, "pause", "to look");
            scene.campaigns().look();
            assertThat(scene.upgrades()
                            .command(String.valueOf(first.get(0).jobId()), Command.START_NOW, null, "now", "vera")
                            .refusal())
                    .isEqualTo("the campaign is PAUSED");
            assertThat(event(call, first.get(0), "execute", "")
                            .path("error_code")
                            .asText())
                    .isEqualTo("DBS.200086");
            assertThat(call.post("/v3/campaigns/" + id + "/approve", "{\"reason\":\"go\"}")
                            .status())
                    .isEqualTo(409);
            say(call, id, "resume", "it is fine");

            event(call, first.get(0), "execute", "");
            var later = Instant.now().plus(Duration.ofMinutes(20)).truncatedTo(ChronoUnit.MINUTES);
            event(call, first.get(1), "reservation", window(later, Duration.ofMinutes(2)));
            assertThat(scene.members(id).get(1))
                    .satisfies(moved -> assertThat(moved.executeAt()).isEqualTo(later))
                    .satisfies(moved -> assertThat(moved.closesAt()).isEqualTo(later.plusSeconds(120)));
            event(call, first.get(1), "execute", "");
            event(call, first.get(2), "cancel", "");
            awaitCount(scene, id, Member.State.INQUIRING, 1);
            awaitCount(scene, id, Member.State.DONE, 2);
            assertThat(scene.members(id).get(2).cancels()).isEqualTo(1);
            event(call, first.get(2), "execute", "");
            event(call, first.get(3), "execute", "");
            scene.awaitState(id, Campaign.State.AWAITING, PATIENT);
            var awaiting = call.get("/v3/campaigns/" + id).json();
            assertThat(awaiting.path("note").asText()).isEqualTo("4 of 4 are done");
            assertThat(awaiting.path("nobody_to_tell").asInt()).isZero();

            say(call, id, "approve", "go on");
            awaitCount(scene, id, Member.State.DELIVERED, 2);
            say(call, id, "halt", "enough");
            awaitCount(scene, id, Member.State.CANCELLED, 2);
            assertThat(call.get("/v3/campaigns/" + id + "/members?status=CANCELLED")
                            .json()
                            .path("members"))
                    .allSatisfy(
                            member -> assertThat(member.path("reason").asText()).isEqualTo("enough"))
                    .hasSize(2);
            assertThat(scene.histories(id).stream()
                            .flatMap(history -> history.getEvents().stream())
                            .filter(event -> event.getEventType() == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED))
                    .as("told of five orders, and of nothing every minute")
                    .hasSize(5);
            CampaignHistoriesTest.record("heard", scene.histories(id).getFirst());
        }
    }

    /** DESIGN section 7: until the deadline an owner's own open upgrade does it. */
    @Test
    void an_owners_own_upgrade_that_waits_still_at_the_deadline_gives_way_to_the_campaigns() {
        try (var scene = new CampaignScene(directory, Map.of("changeover.campaign.look", "100ms"))) {
            scene.fleet(1, 1, Duration.ofHours(2));
            var own = scene.upgrades()
                    .submit(new Submission(
                            "p-0",
                            "in-000",
                            "px-000",
                            ScriptedNodes.OLD,
                            ScriptedNodes.NEW,
                            true,
                            null,
                            "own",
                            "olga",
                            false,
                            null))
                    .jobId();
            var id = scene.defective();
            scene.campaigns().say(Order.START, id, "now");
            awaitCount(scene, id, Member.State.OWN, 1);

            scene.sql().change("update campaign set deadline = ?", Instant.now());
            awaitCount(scene, id, Member.State.DELIVERED, 1);

            assertThat(scene.bean(TaskLedger.class).task(own).orElseThrow().status())
                    .isEqualTo(Task.Status.CANCELED);
            assertThat(scene.bean(TaskLedger.class).events(own, 0))
                    .anySatisfy(event -> assertThat(event.text())
                            .contains("it waits after the deadline")
                            .contains("campaign " + id));
            assertThat(scene.members(id))
                    .singleElement()
                    .satisfies(member -> assertThat(member.jobId()).isNotEqualTo(own));
            assertThat(scene.notices(Notice.Kind.NEEDS_OPERATOR)).containsOnly(0);
            assertThat(scene.notices(Notice.Kind.RESCHEDULED))
                    .as("told of its time")
                    .containsOnly(1);
        }
    }

    private static JsonNode say(Calls call, String id, String order, String reason) {
        var answer = call.post("/v3/campaigns/%s/%s".formatted(id, order), "{\"reason\":\"%s\"}".formatted(reason));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json();
    }

    /** What an owner says to an event, and what became of it. */
    private static JsonNode event(Calls call, Member member, String operation, String window) {
        var body = """
                {"event_instances":[{"event_id":"%s","instance_id":"%s"}],"operation_type":"%s"%s}
                """.formatted(member.id(), member.instanceId(), operation, window);
        var answer = call.post("/v3/%s/schedule-events".formatted(member.projectId()), body);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json().path("results").get(0);
    }

    private static String window(Instant start, Duration length) {
        var from = start.atOffset(ZoneOffset.UTC);
        return ",\"event_schedule_window\":{\"planned_day\":\"%s\",\"start_time\":\"%s\",\"end_time\":\"%s\"}"
                .formatted(
                        from.toLocalDate(),
                        from.toLocalTime(),
                        from.plus(length).toLocalTime());
    }

    private static Map<String, Object> budgets(KillablePostgres database) {
        var all = new HashMap<>(database.settings());
        all.put("changeover.campaign.at-once", AT_ONCE);
        all.put("changeover.campaign.per-project", PER_PROJECT);
        all.put("changeover.campaign.start-defective", true);
        return all;
    }

    private static void awaitCount(CampaignScene scene, String id, Member.State state, int many) {
        Awaitility.await(many + " are " + state)
                .atMost(PATIENT)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> scene.count(id, state) == many);
    }
}
