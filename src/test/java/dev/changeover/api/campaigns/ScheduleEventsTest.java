package dev.changeover.api.campaigns;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.changeover.access.Role;
import dev.changeover.api.ApiScene;
import dev.changeover.api.Callers;
import dev.changeover.api.Calls;
import dev.changeover.api.StartedCampaign;
import dev.changeover.upgrade.workflow.UpgradeFailures;
import dev.changeover.window.MaintenanceWindow;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The published interface of planned events, word for word (REQUIREMENTS S9, S10). */
@MicronautTest(environments = "api", transactional = false)
class ScheduleEventsTest {
    private static final String EVENTS = "/v3/p-1/schedule-events";

    private final ApplicationContext server;
    private final ApiScene scene;
    private final Calls call;
    private String event = "";

    ScheduleEventsTest(EmbeddedServer server, ApiScene scene) {
        this.server = server.getApplicationContext();
        this.scene = scene;
        this.call = scene.call;
    }

    @BeforeEach
    void started() {
        event = StartedCampaign.in(server, call);
    }

    @Test
    void a_list_has_the_published_counts_and_fields() {
        var answer = call.get(EVENTS).json();

        assertThat(names(answer))
                .containsExactlyInAnyOrder(
                        "events",
                        "total_count",
                        "inquiring_count",
                        "schedule_count",
                        "executing_count",
                        "failed_count");
        assertThat(answer.path("total_count").isInt()).isTrue();
        var first = answer.path("events").path(0);
        assertThat(names(first))
                .contains(
                        "id",
                        "instance_id",
                        "instance_name",
                        "db_type",
                        "created_time",
                        "update_time",
                        "updated_time",
                        "type",
                        "impact",
                        "status",
                        "reason",
                        "level",
                        "execute_time",
                        "latest_execution_time");
        assertThat(first.path("type").asText()).isEqualTo("PROXY_VERSION_UPGRADE");
        assertThat(first.path("level").asText()).isEqualTo("MAJOR");
        for (var time :
                List.of("created_time", "update_time", "updated_time", "execute_time", "latest_execution_time")) {
            assertThat(first.path(time).asText()).as(time).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\+0000");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "instance_id=i-1",
                "type=PROXY_VERSION_UPGRADE",
                "level=MAJOR",
                "sort_field=planned_execution_time",
                "sort_field=created_time&order=DESC",
                "sort_field=latest_execution_time&order=ASC",
                "sort_field=execute_time&order=asc",
                "sort_field=execution_time_window",
                "sort_field=updated_time&order=desc",
                "offset=0&limit=100"
            })
    void filters_and_orders_that_fit_show_it(String query) {
        assertThat(call.get(EVENTS + "?" + query).json().path("total_count").asInt())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "id=other",
                "instance_id=i-2",
                "status=EXECUTING",
                "type=RESTAT_NODE",
                "level=CRITICAL",
                "level=INFO"
            })
    void filters_that_do_not_fit_show_nothing(String query) {
        var answer = call.get(EVENTS + "?" + query).json();

        assertThat(answer.path("total_count").asInt()).isZero();
        assertThat(answer.path("events").isArray()).isTrue();
        assertThat(answer.path("events")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "limit, limit=0",
        "limit, limit=101",
        "offset, offset=-1",
        "status, status=DONE",
        "level, level=HIGH",
        "sort_field, sort_field=reason",
        "order, order=UP"
    })
    void a_wrong_parameter_is_named(String name, String query) {
        var answer = call.get(EVENTS + "?" + query);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("error_msg").asText()).contains(name);
    }

    @Test
    void each_of_several_has_a_result_of_its_own() {
        var results = call.post(EVENTS, """
                {"operation_type":"reservation","event_schedule_window":{"planned_day":"2026-07-20","start_time":"03:00"},
                 "event_instances":[{"event_id":"%s","instance_id":"i-1"},{"event_id":"other","instance_id":"i-1"},
                    {"event_id":"%1$s","instance_id":"i-2"}]}
                """.formatted(event)).json().path("results");

        assertThat(results).hasSize(3);
        assertThat(names(results.path(0)))
                .containsExactlyInAnyOrder(
                        "id", "event_id", "instance_id", "job_id", "error_code", "error_msg", "success");
        assertThat(results)
                .extracting(result -> result.path("success").asBoolean())
                .containsExactly(true, false, false);
        assertThat(results)
                .extracting(result -> result.path("error_code").asText())
                .containsExactly("", "DBS.200002", "DBS.200002");
        var moved = call.get(EVENTS + "?id=" + event).json();
        assertThat(moved.path("events").path(0).path("status").asText()).isEqualTo("SCHEDULED");
        assertThat(moved.path("schedule_count").asInt()).isEqualTo(1);
    }

    @Test
    void after_two_that_get_no_answer_nobody_waits_for_the_others() {
        var three = "{\"operation_type\":\"execute\",\"event_instances\":[%1$s,%1$s,%1$s]}"
                .formatted("{\"event_id\":\"%s\",\"instance_id\":\"i-1\"}".formatted(event));
        scene.upgrades.failure = UpgradeFailures.temporalUnavailable();
        var before = scene.upgrades.failures.get();

        var results = call.post(EVENTS, three).json().path("results");
        scene.upgrades.failure = null;

        assertThat(scene.upgrades.failures.get() - before).isEqualTo(2);
        assertThat(results)
                .hasSize(3)
                .extracting(result -> result.path("error_code").asText())
                .containsOnly("DBS.280005");
    }

    @Test
    void an_end_before_the_beginning_is_refused_unless_the_window_crosses_midnight() {
        var results = call.post(EVENTS, """
                {"operation_type":"reservation",
                 "event_schedule_window":{"planned_day":"2026-07-20","start_time":"03:00","end_time":"02:30"},
                 "event_instances":[{"event_id":"%s","instance_id":"i-1"}]}
                """.formatted(event)).json().path("results");

        assertThat(results.path(0).path("success").asBoolean()).isFalse();
        assertThat(results.path(0).path("error_msg").asText()).contains("end_time 02:30 is before start_time");
        var acrossMidnight = MaintenanceWindow.of("23:00-02:00 UTC");
        var part = new EventBody.Window("2026-07-20", "23:30", "00:30");
        assertThat(part.end(part.start(acrossMidnight), acrossMidnight)).isEqualTo("2026-07-21T00:30:00Z");
    }

    /** As programs for GaussDB name it. */
    @Test
    void an_event_is_found_without_its_instance_in_its_project_only() {
        var body = """
                {"operation_type":"reservation","event_schedule_window":{"planned_day":"2026-07-20","start_time":"03:00"},
                 "event_instances":[{"event_id":"%s"},{"event_id":"other"}]}
                """.formatted(event);

        var results = call.post(EVENTS, body).json().path("results");
        var elsewhere = call.post("/v3/p-2/schedule-events", body).json().path("results");

        assertThat(results.path(0).path("success").asBoolean()).isTrue();
        assertThat(results.path(0).path("event_id").asText()).isEqualTo(event);
        assertThat(results.path(0).path("instance_id").asText()).isEqualTo("i-1");
        assertThat(results.path(1).path("error_msg").asText()).isEqualTo("event other does not exist");
        assertThat(elsewhere)
                .extracting(result -> result.path("error_code").asText())
                .containsOnly("DBS.200002");
        assertThat(elsewhere.path(0).path("error_msg").asText()).isEqualTo("event %s does not exist", event);
    }

    @Test
    void without_a_time_it_is_moved_to_the_windows_beginning_that_day() {
        var body = """
                {"operation_type":"reservation","event_schedule_window":{"planned_day":"2026-07-21"},
                 "event_instances":[{"event_id":"%s","instance_id":"i-1"}]}
                """.formatted(event);

        call.post(EVENTS, body); // has its task now
        call.post(EVENTS, body);

        assertThat(scene.upgrades.commands).last().asString().startsWith("reschedule 2026-07-21T02:00:00Z");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "operation_type; {\"event_instances\":[{\"event_id\":\"e\",\"instance_id\":\"i-1\"}]}",
                "operation_type; {\"operation_type\":\"delay\",\"event_instances\":[{\"event_id\":\"e\",\"instance_id\":\"i-1\"}]}",
                "event_instances; {\"operation_type\":\"cancel\",\"event_instances\":[]}",
                "event_instances; {\"operation_type\":\"cancel\",\"event_instances\":[{\"instance_id\":\"i-1\"}]}",
                "event_schedule_window; {\"operation_type\":\"reservation\",\"event_instances\":[{\"event_id\":\"e\",\"instance_id\":\"i-1\"}]}"
            })
    void a_malformed_request_is_refused_as_a_whole(String name, String body) {
        var answer = call.post(EVENTS, body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("error_msg").asText()).contains(name);
    }

    @Test
    void another_projects_owner_sees_and_changes_nothing() {
        var other = call.by(Callers.token(server, "bert", Role.OWNER, "p-2"));

        assertThat(other.get(EVENTS).status()).isEqualTo(404);
        var body = "{\"operation_type\":\"cancel\",\"event_instances\":[{\"event_id\":\"%s\",\"instance_id\":\"i-1\"}]}"
                .formatted(event);
        assertThat(other.post("/v3/p-2/schedule-events", body)
                        .json()
                        .path("results")
                        .path(0)
                        .path("success")
                        .asBoolean())
                .isFalse();
    }

    /** Its stop would count as the wave's failure, and its pause would hold up everybody. */
    @Test
    void only_an_operator_pauses_or_stops_what_a_campaign_has_done() {
        var moved = call.post(EVENTS, """
                {"operation_type":"reservation","event_schedule_window":{"planned_day":"2026-07-20","start_time":"03:00"},
                 "event_instances":[{"event_id":"%s","instance_id":"i-1"}]}
                """.formatted(event)).json();
        var job = "/v3/p-1/upgrades/"
                + moved.path("results").path(0).path("job_id").asText();
        var owner = call.by(Callers.token(server, "vera", Role.OWNER, "p-1"));
        var reason = "{\"reason\":\"not now\"}";

        assertThat(List.of("pause", "resume", "stop")).allSatisfy(command -> {
            var refused = owner.post(job + "/" + command, reason);
            assertThat(refused.status()).as(refused.text()).isEqualTo(403);
            assertThat(refused.message()).contains("a campaign has this upgrade done", "rds:upgrade:operate");
        });
        assertThat(scene.upgrades.commands).isEmpty();
        assertThat(owner.get(job).json().path("commands"))
                .filteredOn(row -> List.of("pause", "resume", "stop")
                        .contains(row.path("command").asText()))
                .extracting(row -> row.path("permission").asText())
                .containsOnly("rds:upgrade:operate");
        assertThat(call.post(job + "/pause", reason).status()).isEqualTo(200);
    }

    private static List<String> names(JsonNode object) {
        return StreamSupport.stream(((Iterable<String>) object::fieldNames).spliterator(), false)
                .toList();
    }
}
