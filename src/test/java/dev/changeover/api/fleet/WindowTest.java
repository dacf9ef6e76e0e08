package dev.changeover.api.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.api.ApiScene;
import dev.changeover.api.Calls;
import dev.changeover.inventory.Inventory;
import dev.changeover.window.MaintenanceWindow;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@MicronautTest(environments = "api", transactional = false)
class WindowTest {
    private static final String WINDOW = "/v3/p-1/instances/i-1/ops-window";

    private final Calls call;
    private final Inventory inventory;

    WindowTest(ApiScene scene) {
        this.call = scene.call;
        this.inventory = scene.inventory;
    }

    @BeforeEach
    void as_from_the_start() {
        inventory.setWindow("i-1", MaintenanceWindow.DEFAULT);
    }

    private Calls.Answer put(String body) {
        return call.send("PUT", WINDOW, body, "Content-Type", "application/json");
    }

    private MaintenanceWindow window() {
        return inventory.instance("i-1").orElseThrow().window();
    }

    @Test
    void an_instance_has_a_window_from_the_start() {
        var shown = call.get(WINDOW).json();

        assertThat(shown.path("start_time").asText()).isEqualTo("02:00");
        assertThat(shown.path("end_time").asText()).isEqualTo("06:00");
        assertThat(shown.path("time_zone").asText()).isEqualTo("UTC");
        assertThat(shown.path("openings")).hasSize(10);
    }

    @Test
    void its_owner_sets_another_and_sees_when_that_opens() {
        var answer = put("{\"start_time\":\"02:00\",\"end_time\":\"03:00\",\"time_zone\":\"Europe/Berlin\"}");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("{}");
        assertThat(call.get(WINDOW + "?from=2026-03-28T12:00:00Z&count=2").text())
                .isEqualTo(
                        "{\"start_time\":\"02:00\",\"end_time\":\"03:00\",\"time_zone\":\"Europe/Berlin\",\"openings\":["
                                + "{\"opens\":\"2026-03-30T00:00:00+0000\",\"closes\":\"2026-03-30T01:00:00+0000\"},"
                                + "{\"opens\":\"2026-03-31T00:00:00+0000\",\"closes\":\"2026-03-31T01:00:00+0000\"}]}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"2026-07-15T02:00:00Z", "2026-07-15T02:00:00+0000", "2026-07-15T02:00:00%2B0000", "1784080800000"
            })
    void openings_are_asked_for_with_the_times_that_answers_have(String from) {
        assertThat(call.get(WINDOW + "?count=1&from=" + from)
                        .json()
                        .path("openings")
                        .get(0)
                        .path("opens")
                        .asText())
                .isEqualTo("2026-07-15T02:00:00+0000");
    }

    @Test
    void a_window_without_a_zone_is_in_utc() {
        inventory.setWindow("i-1", MaintenanceWindow.of("01:00-02:00 Asia/Tokyo"));

        put("{\"start_time\":\"22:00\",\"end_time\":\"00:00\"}");

        assertThat(window()).hasToString("22:00-00:00 UTC");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"start_time":"02:30","end_time":"06:00"}                           | start_time: a window begins and ends on the hour
            {"start_time":"02:00","end_time":"06:15"}                           | end_time: a window begins and ends on the hour
            {"start_time":"02:00","end_time":"07:00"}                           | end_time: a window from 02:00 to 07:00 has 5 hours
            {"start_time":"02:00","end_time":"02:00"}                           | end_time: a window from 02:00 to 02:00 is empty
            {"start_time":"","end_time":"06:00"}                                | start_time: '' is not a time
            {"start_time":"22:00","end_time":"24:00"}                           | end_time: '24:00' is not a time
            {"start_time":2,"end_time":"06:00"}                                 | start_time: a text is needed
            {"start_time":{"hour":2},"end_time":"06:00"}                        | start_time: a text is needed
            {"end_time":"06:00"}                                                | start_time: is missing
            {"start_time":"02:00"}                                              | end_time: is missing
            {"start_time":"02:00","end_time":null}                              | end_time: is missing
            {"start_time":"02:00","end_time":"06:00","time_zone":"Mars/Olympus"} | time_zone: 'Mars/Olympus' is not a time zone
            {"start_time":"02:00","end_time":"06:00","time_zone":"+02:00"}      | time_zone: '+02:00' is not a time zone
            {"start_time":"02:00","end_time":"06:00","time_zone":""}            | time_zone: '' is not a time zone
            """)
    void what_is_no_window_is_refused_with_the_field_and_changes_nothing(String body, String sentence) {
        var answer = put(body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("DBS.200001");
        assertThat(answer.message()).startsWith(sentence);
        assertThat(window()).isEqualTo(MaintenanceWindow.DEFAULT);
    }

    @ParameterizedTest
    @CsvSource({"i-9", "i-2"})
    void the_window_of_an_instance_that_the_project_does_not_have_is_404(String instance) {
        var path = "/v3/p-1/instances/" + instance + "/ops-window";
        var change = "{\"start_time\":\"01:00\",\"end_time\":\"02:00\"}";

        assertThat(call.get(path).code()).isEqualTo("DBS.200002");
        var answer = call.send("PUT", path, change, "Content-Type", "application/json");
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.code()).isEqualTo("DBS.200002");
        assertThat(inventory.instance("i-2").orElseThrow().window()).isEqualTo(MaintenanceWindow.DEFAULT);
    }

    @ParameterizedTest
    @CsvSource({
        "count=0, count",
        "count=367, count",
        "count=many, count",
        "count=, count",
        "count=%D9%A5, count",
        "from=tomorrow, from",
        "from=%2B1000000000-12-31T23:59:59Z, from"
    })
    void a_wrong_question_names_the_parameter(String question, String named) {
        var answer = call.get(WINDOW + "?" + question);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("DBS.200001");
        assertThat(answer.message()).contains(named);
    }
}
