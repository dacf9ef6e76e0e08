package dev.changeover.api.campaigns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.api.Calls;
import dev.changeover.api.FakeUpgrades;
import dev.changeover.api.Fleets;
import dev.changeover.inventory.Inventory;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.time.LocalDate;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong in a wish for a campaign is refused with its code and reason, and nothing is planned. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CampaignRequestsTest {
    private static final String WISH = "{\"version\":\"2.6.12.3\",\"reason\":\"it leaks\"}";

    private final EmbeddedServer server = ApplicationContext.run(EmbeddedServer.class, Map.of(), "api", "test");
    private final Calls call = Calls.to(server);

    CampaignRequestsTest() {
        var inventory = server.getApplicationContext().getBean(Inventory.class);
        inventory.register(Fleets.twoProjects());
        inventory.register(Fleets.kernels());
        lifecycle("2.6.12.3", "DEFECTIVE");
    }

    @AfterEach
    void haltWhatIsOpen() {
        call.get("/v3/campaigns").json().path("campaigns").forEach(campaign -> {
            if (campaign.path("ended_at").isNull()) {
                call.post(
                        "/v3/campaigns/" + campaign.path("id").asText() + "/halt", "{\"reason\":\"the test is over\"}");
            }
        });
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private void lifecycle(String version, String word) {
        assertThat(call.patch(
                                "/v3/kernel-versions/haproxy/" + version,
                                "{\"lifecycle\":\"%s\",\"reason\":\"it leaks\"}".formatted(word))
                        .status())
                .isEqualTo(200);
    }

    private int planned() {
        return call.get("/v3/campaigns").json().path("total_count").asInt();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}                                                                  | 400 | version",
                "{'version':'2.6'}                                                   | 400 | is not a kernel version",
                "{'version':'9.9.9.9'}                                               | 400 | the catalogue has no haproxy 9.9.9.9",
                "{'version':'2.6.12.4'}                                              | 409 | is ACTIVE: nobody has to leave it",
                "{'version':'2.6.12.3','level':'URGENT'}                             | 400 | level",
                "{'version':'2.6.12.3','deadline':'2020-01-01T00:00:00Z'}            | 400 | is before owners have had their lead time",
                "{'version':'2.6.12.3','waves':[]}                                   | 400 | waves: one at least is needed",
                "{'version':'2.6.12.3','waves':[{'size':'1'}]}                       | 400 | waves: they do not add up: 1 of 2 proxies are in none",
                "{'version':'2.6.12.3','waves':[{'size':'60%'},{'size':'60%'}]}      | 400 | waves: they do not add up: 120% in all",
                "{'version':'2.6.12.3','waves':[{'size':'half'}]}                    | 400 | waves.size: 'half' is no number",
                "{'version':'2.6.12.3','waves':[{'size':'200%'}]}                    | 400 | waves.size: '200%' is no number, no percentage up to 100%",
                "{'version':'2.6.12.3','tolerated':'200%'}                           | 400 | tolerated: '200%' is no number",
                "{'version':'2.6.12.3','waves':[{'size':'rest','ring':'OUTER'}]}     | 400 | waves.ring",
                "{'version':'2.6.12.3','at_once':0}                                  | 400 | at_once",
                "{'version':'2.6.12.3','tolerated':'rest'}                           | 400 | tolerated: a number or a percentage",
                "{'version':'2.6.12.3','lead_time_seconds':-1}                       | 400 | lead_time_seconds",
                "{'version':'2.6.12.3','lead_time_seconds':31536001}                 | 400 | lead_time_seconds",
                "{'version':'2.6.12.3','apart_days':3651}                            | 400 | apart_days",
                "{'version':'2.6.12.3','at_once':100001}                             | 400 | at_once",
                "{'version':'2.6.12.3','per_project':2147483647}                     | 400 | per_project",
                "{'version':'2.6.12.3','per_minute':2147483647}                      | 400 | per_minute",
                "{'version':'2.6.12.3','waves':[{'size':'rest','soak_seconds':-1}]}  | 400 | waves.soak_seconds",
                "{'version':'2.6.12.3','waves':[{'size':'rest','at_most_seconds':31536001}]} | 400 | waves.at_most_seconds"
            })
    void what_is_wrong_is_refused_and_nothing_is_planned(String body, int status, String words) {
        haltWhatIsOpen();
        var before = planned();

        for (var door : new String[] {"/v3/campaign-plans", "/v3/campaigns"}) {
            var answer = call.post(door, body.replace('\'', '"'));

            assertThat(answer.status()).as(answer.text()).isEqualTo(status);
            assertThat(answer.code()).startsWith("DBS.");
            assertThat(answer.message()).contains(words);
        }
        assertThat(planned()).isEqualTo(before);
    }

    @Test
    void a_version_that_is_left_has_one_campaign_at_a_time() {
        haltWhatIsOpen();
        assertThat(call.post("/v3/campaigns", WISH).status()).isEqualTo(200);
        var before = planned();

        var second = call.post("/v3/campaigns", WISH);

        assertThat(second.status()).isEqualTo(409);
        assertThat(second.message()).contains("a campaign for haproxy 2.6.12.3 is open already");
        assertThat(planned()).isEqualTo(before);
    }

    @Test
    void those_that_stay_behind_are_counted_by_their_reasons() {
        haltWhatIsOpen();

        var stragglers = call.post("/v3/campaigns", WISH).json().path("stragglers");

        assertThat(stragglers.toString())
                .isEqualTo(
                        "[{\"status\":\"NEEDS_OPERATOR\",\"reason\":\"no agent has ever answered for 2 of its 2 nodes\","
                                + "\"members\":2}]");
    }

    @Test
    void without_a_newer_active_version_there_is_no_campaign() {
        haltWhatIsOpen();
        var before = planned();
        lifecycle("2.6.12.4", "OFFLINE");

        var answer = call.post("/v3/campaigns", WISH);

        lifecycle("2.6.12.4", "ACTIVE");
        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.message()).contains("has no ACTIVE version with a package that is newer than 2.6.12.3");
        assertThat(planned()).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource({"approve", "pause", "resume"})
    void what_its_status_does_not_allow_is_refused_and_changes_nothing(String order) {
        haltWhatIsOpen();
        var id = call.post("/v3/campaigns", WISH).json().path("id").asText();

        var answer = call.post("/v3/campaigns/%s/%s".formatted(id, order), "{\"reason\":\"why not\"}");

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.message()).contains("the campaign is PLANNED, which does not allow to " + order + " it");
        assertThat(call.get("/v3/campaigns/" + id).json().path("status").asText())
                .isEqualTo("PLANNED");
    }

    @Test
    void an_order_needs_a_reason_and_a_campaign_that_exists() {
        assertThat(call.post("/v3/campaigns/none/start", "{\"reason\":\"now\"}").status())
                .isEqualTo(404);
        assertThat(call.post("/v3/campaigns/none/start", "{\"reason\":\" \"}").status())
                .isEqualTo(400);
        assertThat(call.get("/v3/campaigns/none").status()).isEqualTo(404);
        assertThat(call.get("/v3/campaigns/none/members").status()).isEqualTo(404);
    }

    @Test
    void a_task_that_was_made_while_its_campaign_was_halted_is_taken_back() {
        haltWhatIsOpen();
        var upgrades = server.getApplicationContext().getBean(FakeUpgrades.class);
        var campaign = call.post("/v3/campaigns", WISH).json();
        var orders = "/v3/campaigns/" + campaign.path("id").asText();
        call.post(orders + "/start", "{\"reason\":\"now\"}");
        var event = call.get("/v3/p-1/schedule-events?instance_id=i-1&status=WAITING")
                .json()
                .path("events")
                .path(0)
                .path("id")
                .asText();
        upgrades.meanwhile = () -> call.post(orders + "/halt", "{\"reason\":\"enough\"}");
        var day = LocalDate.parse(campaign.path("deadline").asText().substring(0, 10))
                .minusDays(1);

        call.post("/v3/p-1/schedule-events", """
                {"operation_type":"reservation","event_schedule_window":{"planned_day":"%s","start_time":"02:30"},
                 "event_instances":[{"event_id":"%s","instance_id":"i-1"}]}
                """.formatted(day, event));

        upgrades.meanwhile = () -> {};
        assertThat(call.get(orders).json().path("status").asText()).isEqualTo("HALTED");
        assertThat(upgrades.commands).last().isEqualTo("cancel null enough");
    }

    @Test
    void two_proxies_nobody_can_be_told_of_need_an_operator_and_are_counted() {
        haltWhatIsOpen();

        var plan = call.post("/v3/campaign-plans", WISH).json();

        assertThat(plan.path("needs_operator_count").asInt()).isEqualTo(2);
        assertThat(plan.path("needs_operator").findValuesAsText("reason")).hasSize(2);
    }
}
