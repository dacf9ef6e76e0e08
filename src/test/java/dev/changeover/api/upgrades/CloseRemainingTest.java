package dev.changeover.api.upgrades;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.api.ApiScene;
import dev.changeover.api.Calls;
import dev.changeover.api.Calls.Answer;
import dev.changeover.api.FakeUpgrades;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The clients that still hold on, and closing their sessions by an operator's order. */
@MicronautTest(environments = "api", transactional = false)
class CloseRemainingTest {
    private final Calls call;
    private final FakeUpgrades upgrades;

    CloseRemainingTest(ApiScene scene) {
        this.call = scene.call;
        this.upgrades = scene.upgrades;
    }

    private String retiring() {
        var jobId = call.submit();
        upgrades.retires(jobId);
        return jobId;
    }

    private Answer close(String jobId, String body) {
        return call.post("/v3/p-1/upgrades/%s/close-remaining".formatted(jobId), body);
    }

    @Test
    void a_retirement_shows_who_holds_on_and_when_sessions_are_closed() {
        var retirement = call.get("/v3/p-1/upgrades/" + retiring())
                .json()
                .path("nodes")
                .path(0)
                .path("retirement");

        assertThat(retirement.path("left").asInt()).isEqualTo(3);
        assertThat(retirement.path("doing").toString())
                .isEqualTo("{\"idle\":2,\"busy\":0,\"in_transaction\":1,\"unknown\":0}");
        assertThat(retirement.path("opening").toString())
                .isEqualTo("{\"opens\":\"2026-07-16T02:00:00+0000\",\"closes\":\"2026-07-16T06:00:00+0000\"}");
        assertThat(retirement.path("holders").path(0).toString())
                .isEqualTo("{\"id\":\"1-0x1.2-10.0.0.9:5000\",\"client\":\"10.0.0.9:5000\",\"generation\":1,"
                        + "\"age_seconds\":7200,\"state\":\"IN_TRANSACTION\",\"user\":\"app\",\"program\":null}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\\u001b[2J", "\\u009b2J", "\\r\\nlater", "a\\tb", "\\u202e", "\\u2066", "\\u200d", "\\u2028"})
    void a_reason_that_a_terminal_would_obey_is_refused_and_the_field_is_named(String escaped) {
        var answer = close(retiring(), "{\"reason\":\"why%s\",\"count\":3}".formatted(escaped));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("DBS.200001");
        assertThat(answer.message()).contains("reason", "control and format characters");
    }

    @Test
    void a_reason_can_have_letters_of_any_script() {
        assertThat(close(retiring(), "{\"reason\":\"größer 维护 صيانة 😀\",\"count\":3}")
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"reason":"r","count":6}                                 | close-remaining null null 6 r
            {"reason":"r","count":3,"node_id":"x-1-n2"}              | close-remaining x-1-n2 null 3 r
            {"reason":"r","session":"s-1","node_id":"x-1-n2"}        | close-remaining x-1-n2 s-1 1 r
            """)
    void all_that_remain_or_those_of_a_node_or_one_are_closed(String body, String said) {
        var jobId = retiring();

        var answer = close(jobId, body);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("job_id").asText()).isEqualTo(jobId);
        assertThat(upgrades.commands).containsExactly(said);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"count":6}                                           | reason
            {"reason":"r"}                                        | count
            {"reason":"r","count":0}                              | count
            {"reason":"r","count":-1}                             | count
            {"reason":"r","count":"many"}                         | count
            {"reason":"r","node_id":"x-1-n2"}                     | count
            {"reason":"r","session":"s-1"}                        | node_id
            {"reason":"r","session":"s-1","count":1}              | node_id
            {"reason":"r","session":" ","node_id":"x-1-n2"}       | session
            {"reason":"r","count":3,"node_id":"n-of-another"}     | node_id
            """)
    void a_wrong_body_is_400_and_nothing_is_closed(String body, String named) {
        var answer = close(retiring(), body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("DBS.200001");
        assertThat(answer.message()).startsWith(named + ": ");
        assertThat(upgrades.commands).isEmpty();
    }

    @Test
    void more_than_were_confirmed_is_409_with_their_number() {
        var jobId = retiring();
        upgrades.commandRefusal = "6 sessions remain, 5 were confirmed; nothing was closed";

        var answer = close(jobId, "{\"reason\":\"r\",\"count\":5}");

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.message()).startsWith("6 sessions remain");
    }

    @Test
    void one_session_is_closed_by_a_word_of_its_own() {
        var jobId = retiring();

        var answer = closeOne(jobId, "{\"reason\":\"r\",\"session\":\"s-1\",\"node_id\":\"x-1-n2\"}");

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.json().path("job_id").asText()).isEqualTo(jobId);
        assertThat(upgrades.commands).containsExactly("close-remaining x-1-n2 s-1 1 r");
        assertThat(call.get("/v3/audit?limit=1&action=upgrade.close-one&job_id=" + jobId)
                        .json()
                        .path("total_count")
                        .asInt())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"session":"s-1","node_id":"x-1-n2"}                  | reason
            {"reason":"r"}                                        | session
            {"reason":"r","node_id":"x-1-n2"}                     | session
            {"reason":"r","count":3}                              | session
            {"reason":"r","session":" ","node_id":"x-1-n2"}       | session
            {"reason":"r","session":"s-1"}                        | node_id
            {"reason":"r","session":"s-1","node_id":"other"}      | node_id
            {"reason":"r","session":"s-1","node_id":"x-1-n2","start_time":"1784167200000"} | start_time
            {"reason":"r","session":"s-1","node_id":"x-1-n2","count":2} | count
            """)
    void one_session_needs_its_id_and_its_node_and_nothing_else_is_closed(String body, String named) {
        var answer = closeOne(retiring(), body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("DBS.200001");
        assertThat(answer.message()).startsWith(named + ": ");
        assertThat(upgrades.commands).isEmpty();
    }

    private Answer closeOne(String jobId, String body) {
        return call.post("/v3/p-1/upgrades/%s/close-one".formatted(jobId), body);
    }
}
