package dev.changeover.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.api.ApiScene;
import dev.changeover.api.Calls;
import dev.changeover.value.Texts;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@MicronautTest(environments = "api", transactional = false)
class PlainTextsTest {
    private static final String WINDOW = "/v3/p-1/instances/i-1/ops-window";
    private final Calls call;

    PlainTextsTest(ApiScene scene) {
        this.call = scene.call;
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v3/p-1%00/instances", "/v3/p-1/tasklist?name=a%00b", "/v3/instances/%00"})
    void a_nul_in_an_address_is_refused_before_a_database_is_asked_for_it(String address) {
        var answer = call.get(address);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("DBS.200001");
        assertThat(answer.message()).contains("NUL");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\u0000", "a\\ud800b", "\\udc00\\ud800"})
    void a_text_that_no_database_keeps_is_refused_in_a_body(String escaped) {
        var answer = call.post("/v3/access-keys", "{\"account\":\"%s\"}".formatted(escaped));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("DBS.200001");
        assertThat(answer.message()).contains("account");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\0", "\\x00", "\\ud800"})
    void neither_is_it_taken_in_a_file(String escaped) {
        var answer = call.post(
                "/v3/fleet", "projects: [{id: p-1, region: \"eu%s\"}]".formatted(escaped), "Content-Type", "text/yaml");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.message()).contains("line 1", "NUL");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"start_time":2,"end_time":"05:00"}                                    | start_time
            {"start_time":"03:00","end_time":"05:00","time_zone":true}             | time_zone
            {"start_time":"03:00","end_time":["05:00"]}                            | end_time
            """)
    void what_is_no_text_is_not_taken_for_one(String body, String named) {
        var answer = call.put(WINDOW, body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.message()).contains(named);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"1\"", "1.5", "true", "2147483648"})
    void what_is_no_whole_number_is_not_taken_for_one(String count) {
        var answer = call.post(
                "/v3/p-1/upgrades/nobody/close-remaining", "{\"reason\":\"now\",\"count\":%s}".formatted(count));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.message()).contains("count");
    }

    @Test
    void a_long_text_is_never_cut_within_a_character() {
        assertThat(Texts.cut("ab\uD83D\uDE00c", 3)).isEqualTo("ab…");
        assertThat(Texts.cut("ab\uD83D\uDE00c", 4)).isEqualTo("ab\uD83D\uDE00…");
        assertThat(Texts.cut("abc", 3)).isEqualTo("abc");
    }
}
