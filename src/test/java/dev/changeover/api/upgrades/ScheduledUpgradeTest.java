package dev.changeover.api.upgrades;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.changeover.api.ApiScene;
import dev.changeover.api.Calls;
import dev.changeover.api.Calls.Answer;
import dev.changeover.api.FakeUpgrades;
import dev.changeover.api.Fleets;
import dev.changeover.upgrade.Outcome;
import dev.changeover.upgrade.Phase;
import dev.changeover.upgrade.Schedule;
import dev.changeover.upgrade.workflow.UpgradeFailures;
import dev.changeover.window.Opening;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An upgrade in the maintenance window: how it is asked for, what it shows, and what can be said to it. */
@MicronautTest(environments = "api", transactional = false)
class ScheduledUpgradeTest {
    private static final String PROXY = "/v3/p-1/instances/i-1/proxy/x-1";

    private final Calls call;
    private final FakeUpgrades upgrades;

    ScheduledUpgradeTest(ApiScene scene) {
        this.call = scene.call;
        this.upgrades = scene.upgrades;
    }

    private Answer ask(String isDelayed, String... headers) {
        var body = "{\"source_version\":\"%s\",\"target_version\":\"%s\"%s}"
                .formatted(Fleets.OLD, Fleets.NEW, isDelayed.isEmpty() ? "" : ",\"is_delayed\":" + isDelayed);
        return call.post(PROXY + "/upgrade-version", body, headers);
    }

    private Answer askWithKey(String isDelayed, String key) {
        return ask(isDelayed, "Content-Type", "application/json", "Idempotency-Key", key);
    }

    private static String jobOf(Answer accepted) {
        return accepted.json().path("update_result").path(0).path("workflow_id").asText();
    }

    private Answer say(String jobId, String word, String body) {
        return call.post("/v3/p-1/upgrades/%s/%s".formatted(jobId, word), body);
    }

    private JsonNode upgrade(String jobId) {
        return call.get("/v3/p-1/upgrades/" + jobId).json();
    }

    @Test
    void is_delayed_waits_for_the_opening_that_the_answer_shows() {
        var upgrade = upgrade(jobOf(ask("true")));

        assertThat(upgrade.path("phase").asText()).isEqualTo("WAITING");
        assertThat(upgrade.path("status").asText()).isEqualTo("Pending");
        assertThat(upgrade.path("schedule").toString())
                .isEqualTo(
                        "{\"window\":\"02:00-06:00 UTC\",\"opens\":\"2026-07-16T02:00:00+0000\",\"cutoff\":\"2026-07-16T05:58:45+0000\","
                                + "\"closes\":\"2026-07-16T06:00:00+0000\",\"started_now\":false}");
        assertThat(upgrade.path("expected_at").isNull()).isTrue();
    }

    /** The opening is from 02:00 to 06:00, and it is 07:46:10 of the day before. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0       | false | window 02:00-06:00 UTC: opens in 18 h 14 min, at 16 Jul 02:00 UTC
            -65570  | false | window 02:00-06:00 UTC: opens in 1 min, at 07:47 UTC
            -65630  | false | window 02:00-06:00 UTC: open for another 4 h 00 min, until 11:46 UTC
            -80030  | false | window 02:00-06:00 UTC: closed since 07:46 UTC
            0       | true  | started now: the nodes wait for no window; closing old sessions does
            """)
    void it_counts_down_to_its_opening_and_then_to_its_end(long later, boolean lifted, String words) {
        var opening = FakeUpgrades.SCHEDULE.opening();
        upgrades.schedule = new Schedule(
                FakeUpgrades.SCHEDULE.window(),
                new Opening(opening.opens().plusSeconds(later), opening.closes().plusSeconds(later)),
                false,
                lifted);

        assertThat(upgrade(jobOf(ask("true"))).path("countdown").toString()).isEqualTo("[\"" + words + "\"]");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            130 | every node serves in about 3 min, at 07:48 UTC
            0   | every node serves at any moment
            """)
    void the_completion_mark_is_counted_down_to_once_it_is_known(long seconds, String words) {
        upgrades.expected = FakeUpgrades.START.plusSeconds(seconds);

        assertThat(upgrade(jobOf(ask("false"))).path("countdown").toString()).isEqualTo("[\"" + words + "\"]");
    }

    @Test
    void sessions_that_are_closed_in_the_window_only_have_its_opening_counted_down() {
        var jobId = jobOf(ask("false"));
        upgrades.retires(jobId);

        assertThat(upgrade(jobId).path("countdown").path(0).asText())
                .isEqualTo("old sessions are closed in the window only: opens in 18 h 14 min, at 16 Jul 02:00 UTC");
    }

    @ParameterizedTest
    @ValueSource(strings = {"false", "null", ""})
    void anything_else_is_upon_submission(String isDelayed) {
        var upgrade = upgrade(jobOf(ask(isDelayed)));

        assertThat(upgrade.path("phase").asText()).isEqualTo("NODES");
        assertThat(upgrade.path("schedule").isNull()).isTrue();
    }

    @Test
    void the_nodes_of_one_that_was_cancelled_while_they_fetched_the_kernel_are_on_no_way() {
        var job = call.submitInTheWindow();
        upgrades.stages(job);
        var fetching = nodes(job);
        upgrades.happens(job, 1, "CANCELLED", Phase.ENDED, Outcome.CANCELLED);

        assertThat(fetching).containsOnly("STAGING 12");
        assertThat(nodes(job)).containsOnly("WAITING 0");
    }

    private List<String> nodes(String job) {
        return call.get("/v3/p-1/upgrades/" + job)
                .json()
                .path("nodes")
                .valueStream()
                .map(node ->
                        node.path("step").asText() + " " + node.path("percent").asInt())
                .toList();
    }

    @Test
    void it_is_a_scheduled_task_with_its_opening() {
        var jobId = jobOf(ask("true"));

        var job = call.get("/v3/p-1/scheduled-jobs?job_id=" + jobId)
                .json()
                .path("schedules")
                .path(0);

        assertThat(job.path("job_status").asText()).isEqualTo("Pending");
        assertThat(job.path("start_time").asText()).isEqualTo("2026-07-16T02:00:00+0000");
        assertThat(job.path("end_time").asText()).isEqualTo("2026-07-16T06:00:00+0000");
    }

    @Test
    void the_same_key_with_the_other_choice_is_another_request() {
        var jobId = jobOf(askWithKey("true", "night"));

        assertThat(jobOf(askWithKey("true", "night"))).isEqualTo(jobId);
        assertThat(askWithKey("false", "night").status()).isEqualTo(409);
        assertThat(askWithKey("", "night").status()).isEqualTo(409);
    }

    @Test
    void a_choice_that_is_none_is_refused() {
        var answer = ask("\"tonight\"");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.message()).startsWith("is_delayed: ");
    }

    @Test
    void expected_at_is_when_every_node_will_serve() {
        var jobId = jobOf(ask("true"));
        upgrades.expected = FakeUpgrades.START.plusSeconds(90);

        assertThat(upgrade(jobId).path("expected_at").asText()).isEqualTo("2026-07-15T07:47:40+0000");
    }

    @Test
    void a_plan_shows_the_opening_it_would_get_and_none_upon_submission() {
        var delayed = call.get(PROXY + "/upgrade-plan?is_delayed=true").json();
        var instant = call.get(PROXY + "/upgrade-plan?is_delayed=false").json();

        assertThat(delayed.path("opening").toString())
                .isEqualTo("{\"window\":\"02:00-06:00 UTC\",\"opens\":\"2026-07-16T02:00:00+0000\","
                        + "\"closes\":\"2026-07-16T06:00:00+0000\"}");
        assertThat(instant.path("opening").isNull()).isTrue();
        assertThat(call.get(PROXY + "/upgrade-plan?is_delayed=tonight").message())
                .contains("is_delayed");
    }

    @ParameterizedTest
    @CsvSource({
        "1784167200000,            2026-07-16T02:00:00Z",
        "2026-07-16T02:00:00+0000, 2026-07-16T02:00:00Z",
        "2026-07-16T02:00:00Z,     2026-07-16T02:00:00Z",
        "2026-07-16T04:00:00+0200, 2026-07-16T02:00:00Z"
    })
    void reschedule_takes_an_instant(String start, String instant) {
        var jobId = jobOf(ask("true"));

        var answer = say(jobId, "reschedule", "{\"reason\":\"too early\",\"start_time\":\"%s\"}".formatted(start));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("schedule").path("window").asText()).isEqualTo("02:00-06:00 UTC");
        assertThat(upgrades.commands).containsExactly("reschedule %s too early".formatted(instant));
    }

    @Test
    void without_an_instant_it_is_the_next_opening() {
        say(jobOf(ask("true")), "reschedule", "{\"reason\":\"the window was changed\"}");

        assertThat(upgrades.commands).containsExactly("reschedule null the window was changed");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            reschedule | {"start_time":"1784167200000"}                              | reason
            reschedule | {"reason":"r","start_time":"tomorrow"}                      | start_time
            reschedule | {"reason":"r","start_time":"2026-07-16"}                    | start_time
            reschedule | {"reason":"r","start_time":"2026-07-16T02:00:00"}           | start_time
            reschedule | {"reason":"r","start_time":""}                              | start_time
            reschedule | {"reason":"r","start_time":"99999999999999999999"}          | start_time
            reschedule | {"reason":"r","start_time":{"at":"two"}}                    | start_time
            start-now  | {"reason":"r","start_time":"1784167200000"}                 | start_time
            cancel     | {"reason":"r","start_time":"1784167200000"}                 | start_time
            pause      | {"reason":"r","start_time":"1784167200000"}                 | start_time
            close-remaining | {"reason":"r","count":1,"start_time":"1784167200000"}  | start_time
            start-now  | {"reason":"r","count":3}                                    | count
            cancel     | {"reason":"r","session":"s-1"}                              | session
            reschedule | {"reason":"r","session":"s-1","count":3}                    | session
            """)
    void a_wrong_body_is_400_and_names_what_is_wrong(String word, String body, String named) {
        var jobId = jobOf(ask("true"));

        var answer = say(jobId, word, body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("DBS.200001");
        assertThat(answer.message()).startsWith(named + ": ");
        assertThat(upgrades.commands).isEmpty();
    }

    @Test
    void a_start_that_the_window_does_not_allow_is_400_with_what_would_do() {
        var jobId = jobOf(ask("true"));
        upgrades.failure = UpgradeFailures.wrongStart("it is not in the maintenance window");

        var answer = say(jobId, "reschedule", "{\"reason\":\"r\",\"start_time\":\"1784167200000\"}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("DBS.200001");
        assertThat(answer.message()).isEqualTo("start_time: it is not in the maintenance window");
    }

    @ParameterizedTest
    @ValueSource(strings = {"start-now", "reschedule", "cancel"})
    void what_the_phase_does_not_allow_is_409_with_the_reason(String word) {
        var jobId = jobOf(ask("true"));
        upgrades.happens(jobId, 1, "HANDING_OVER", Phase.NODES, null);
        upgrades.commandRefusal = "the first handover has begun";

        var answer = say(jobId, word, "{\"reason\":\"r\"}");

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.message()).isEqualTo("the first handover has begun");
    }

    @ParameterizedTest
    @ValueSource(strings = {"start-now", "reschedule", "cancel", "close-remaining"})
    void a_job_that_is_not_there_or_of_another_project_is_told_alike(String word) {
        var jobId = jobOf(ask("true"));
        var body = word.equals("close-remaining") ? "{\"reason\":\"r\",\"count\":1}" : "{\"reason\":\"r\"}";

        var unknown = say("nobody", word, body);
        var others = call.post("/v3/p-2/upgrades/%s/%s".formatted(jobId, word), body);

        assertThat(unknown.status()).isEqualTo(400);
        assertThat(unknown.code()).isEqualTo("DBS.200543");
        assertThat(others.status()).isEqualTo(400);
        assertThat(others.code()).isEqualTo("DBS.200543");
        assertThat(upgrades.commands).isEmpty();
    }
}
