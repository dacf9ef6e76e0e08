package dev.changeover.api.upgrades;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.changeover.access.Role;
import dev.changeover.api.ApiScene;
import dev.changeover.api.Callers;
import dev.changeover.api.Calls;
import dev.changeover.api.FakeUpgrades;
import dev.changeover.upgrade.Outcome;
import dev.changeover.upgrade.Phase;
import io.micronaut.context.BeanContext;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An upgrade that runs: what happens, what it proves, and what an operator says to it. */
@MicronautTest(environments = "api", transactional = false)
class FollowingTest {
    private static final String REASON = "{\"reason\":\"the night is over\",\"node_id\":\"x-1-n2\"}";

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final BeanContext beans;
    private final Calls call;
    private final FakeUpgrades upgrades;

    FollowingTest(ApiScene scene, EmbeddedServer here) {
        this.beans = here.getApplicationContext();
        this.call = scene.call;
        this.upgrades = scene.upgrades;
    }

    @Test
    void events_are_sent_as_they_happen_and_end_with_the_upgrade() {
        var jobId = call.submit();
        upgrades.happens(jobId, 1, "ADMITTED", Phase.NODES, null);
        var stream = CompletableFuture.supplyAsync(
                () -> call.get("/v3/p-1/upgrades/" + jobId + "/events"), Thread::startVirtualThread);

        upgrades.happens(jobId, 2, "HANDED_OVER", Phase.NODES, null);
        Awaitility.await().during(Duration.ofMillis(1500)).until(() -> !stream.isDone());
        upgrades.happens(jobId, 3, "ENDED", Phase.ENDED, Outcome.DONE);

        assertThat(stream).succeedsWithin(PATIENCE).satisfies(answer -> {
            assertThat(answer.header("Content-Type")).startsWith("text/event-stream");
            assertThat(answer.text().lines().filter(line -> line.startsWith("id:")))
                    .containsExactly("id: 1", "id: 2", "id: 3");
            assertThat(answer.text())
                    .contains("{\"number\":2,\"at\":\"2026-07-15T07:46:12+0000\",\"kind\":\"HANDED_OVER\","
                            + "\"node_id\":\"x-1-n2\",\"text\":\"event 2\"}");
        });
    }

    @Test
    void events_are_sent_as_they_are_to_who_would_take_them_compressed_too_while_long_answers_are_compressed() {
        var jobId = call.submit();
        upgrades.happens(jobId, 1, "ENDED", Phase.ENDED, Outcome.DONE);
        var browser = new String[] {"Accept-Encoding", "gzip, deflate, br"};

        assertThat(follow(jobId, "", browser)).succeedsWithin(PATIENCE).satisfies(events -> {
            assertThat(events.header("Content-Encoding")).isEmpty();
            assertThat(events.text()).contains("id: 1");
        });
        assertThat(call.get("/console/console.js", browser).header("Content-Encoding"))
                .isEqualTo("gzip");
        assertThat(call.get("/v3/p-1/upgrades/none", browser).header("Content-Encoding"))
                .isEmpty();
    }

    private CompletableFuture<Calls.Answer> follow(String jobId, String query, String... headers) {
        return CompletableFuture.supplyAsync(
                () -> call.get("/v3/p-1/upgrades/%s/events%s".formatted(jobId, query), headers),
                Thread::startVirtualThread);
    }

    private static List<JsonNode> states(Calls.Answer answer) {
        var lines = answer.text().lines().toList();
        return IntStream.range(1, lines.size())
                .filter(line -> lines.get(line - 1).equals("event: state"))
                .mapToObj(line -> json(lines.get(line).substring("data: ".length())))
                .toList();
    }

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (JsonProcessingException strange) {
            throw new AssertionError(text, strange);
        }
    }

    private static List<String> ids(Calls.Answer answer) {
        return answer.text().lines().filter(line -> line.startsWith("id:")).toList();
    }

    @Test
    void who_asks_for_it_is_told_at_once_where_it_stands_and_again_when_that_has_changed() {
        var jobId = call.submit();
        upgrades.happens(jobId, 1, "ADMITTED", Phase.NODES, null);
        var asked = upgrades.views.get();
        var stream = follow(jobId, "?live=true");
        Awaitility.await().until(() -> upgrades.views.get() > asked + 2);

        upgrades.happens(jobId, 2, "ENDED", Phase.ENDED, Outcome.DONE);

        assertThat(stream).succeedsWithin(PATIENCE).satisfies(answer -> {
            assertThat(states(answer))
                    .extracting(state -> state.path("phase").asText())
                    .containsExactly("NODES", "ENDED");
            assertThat(states(answer).getFirst().path("sentence").asText()).startsWith("proxy x-1: ");
            assertThat(states(answer).getFirst().path("at").asText()).isNotEmpty();
            assertThat(ids(answer)).containsExactly("id: 1", "id: 2");
        });
        assertThat(call.get("/v3/p-1/upgrades/" + jobId + "/events").text()).doesNotContain("event: state");
    }

    /** However slow this machine is, one look a second can be no more than the seconds that have gone by. */
    @Test
    void it_is_looked_at_once_for_all_who_follow_and_never_for_nobody() {
        var jobId = call.submit();
        upgrades.happens(jobId, 1, "ADMITTED", Phase.NODES, null);
        var before = upgrades.views.get();
        var began = System.nanoTime();
        var streams = IntStream.range(0, 20)
                .mapToObj(follower -> follow(jobId, "?live=true"))
                .toList();
        Awaitility.await().atMost(PATIENCE).until(() -> upgrades.views.get() > before + 3);

        upgrades.happens(jobId, 2, "ENDED", Phase.ENDED, Outcome.DONE);

        assertThat(streams)
                .allSatisfy(stream -> assertThat(stream)
                        .succeedsWithin(PATIENCE)
                        .satisfies(answer -> assertThat(ids(answer)).containsExactly("id: 1", "id: 2"))
                        .satisfies(answer -> assertThat(
                                        states(answer).getLast().path("phase").asText())
                                .isEqualTo("ENDED")));
        var seconds = Duration.ofNanos(System.nanoTime() - began).toSeconds();
        assertThat(upgrades.views.get() - before).isLessThanOrEqualTo((int) seconds + 2);
        var looked = upgrades.views.get();
        Awaitility.await().during(Duration.ofMillis(1500)).until(() -> upgrades.views.get() == looked);
    }

    @Test
    void one_who_comes_late_is_told_what_the_others_know_already_and_nothing_twice() {
        var jobId = call.submit();
        upgrades.happens(jobId, 1, "ADMITTED", Phase.NODES, null);
        upgrades.happens(jobId, 2, "HANDED_OVER", Phase.NODES, null);
        var before = upgrades.views.get();
        var early = follow(jobId, "?live=true");
        Awaitility.await().atMost(PATIENCE).until(() -> upgrades.views.get() > before + 2);

        var late = follow(jobId, "?live=true");
        var back = follow(jobId, "", "Last-Event-ID", "1");
        upgrades.happens(jobId, 3, "HANDED_OVER", Phase.NODES, null);
        upgrades.happens(jobId, 4, "ENDED", Phase.ENDED, Outcome.DONE);

        assertThat(early)
                .succeedsWithin(PATIENCE)
                .satisfies(answer -> assertThat(ids(answer)).containsExactly("id: 1", "id: 2", "id: 3", "id: 4"));
        assertThat(late)
                .succeedsWithin(PATIENCE)
                .satisfies(answer -> assertThat(ids(answer)).containsExactly("id: 1", "id: 2", "id: 3", "id: 4"));
        assertThat(back)
                .succeedsWithin(PATIENCE)
                .satisfies(answer -> assertThat(ids(answer)).containsExactly("id: 2", "id: 3", "id: 4"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"removed", "sees no more", "logged out"})
    void a_stream_ends_seconds_after_its_caller_may_not_see_it_any_more(String how) {
        var jobId = call.submit();
        upgrades.happens(jobId, 1, "ADMITTED", Phase.NODES, null);
        var name = "follower-" + how.replace(' ', '-');
        var follower = call.by(Callers.token(beans, name, Role.VIEWER, "p-1"));
        var before = upgrades.views.get();
        var stream = CompletableFuture.supplyAsync(
                () -> follower.get("/v3/p-1/upgrades/" + jobId + "/events?live=true"), Thread::startVirtualThread);
        Awaitility.await("it is followed").atMost(PATIENCE).until(() -> upgrades.views.get() > before + 2);
        assertThat(stream).isNotDone();

        var done = switch (how) {
            case "removed" -> call.send("DELETE", "/v3/users/" + name, "");
            case "logged out" -> follower.post("/v3/logout", "");
            default -> call.put("/v3/users/" + name, "{\"role\":\"viewer\",\"projects\":[\"p-2\"]}");
        };

        assertThat(done.status()).as(done.text()).isBetween(200, 299);
        assertThat(stream)
                .succeedsWithin(PATIENCE)
                .satisfies(answer -> assertThat(answer.text()).contains("id: 1"));
        upgrades.happens(jobId, 2, "ENDED", Phase.ENDED, Outcome.DONE);
    }

    @Test
    void a_stream_that_broke_goes_on_after_the_last_event_seen() {
        var jobId = call.submit();
        upgrades.happens(jobId, 1, "ADMITTED", Phase.NODES, null);
        upgrades.happens(jobId, 2, "HANDED_OVER", Phase.NODES, null);
        upgrades.happens(jobId, 3, "ENDED", Phase.ENDED, Outcome.DONE);

        var answer = call.get("/v3/p-1/upgrades/" + jobId + "/events", "Last-Event-ID", "2");

        assertThat(answer.text().lines().filter(line -> line.startsWith("id:"))).containsExactly("id: 3");
    }

    @Test
    void a_wrong_event_id_and_an_unknown_job_are_errors_not_streams() {
        var jobId = call.submit();

        var wrongId = call.get("/v3/p-1/upgrades/" + jobId + "/events", "Last-Event-ID", "last");
        var unknown = call.get("/v3/p-1/upgrades/nobody/events", "Accept", "text/event-stream");

        assertThat(wrongId.status()).isEqualTo(400);
        assertThat(wrongId.message()).contains("Last-Event-ID");
        assertThat(unknown.status()).isEqualTo(400);
        assertThat(unknown.code()).isEqualTo("DBS.200543");
    }

    @Test
    void the_report_is_provisional_until_the_upgrade_has_ended() {
        var jobId = call.submit();
        upgrades.happens(jobId, 1, "ALL_SERVE", Phase.RETIRING, null);

        var early = call.get("/v3/p-1/upgrades/" + jobId + "/report").json();
        upgrades.happens(jobId, 2, "ENDED", Phase.ENDED, Outcome.DONE);
        var late = call.get("/v3/p-1/upgrades/" + jobId + "/report").json();

        assertThat(early.path("provisional").asBoolean()).isTrue();
        assertThat(late.path("provisional").asBoolean()).isFalse();
        assertThat(late.path("events").findValuesAsText("kind")).containsExactly("ALL_SERVE", "ENDED");
    }

    @Test
    void the_report_shows_what_every_node_serves_and_which_sessions_were_closed() {
        var jobId = call.submit();
        upgrades.retires(jobId);

        var report = call.get("/v3/p-1/upgrades/" + jobId + "/report").json();
        var upgrade = call.get("/v3/p-1/upgrades/" + jobId).json();

        var node = report.path("nodes").get(0);
        assertThat(node.path("from").asText()).isEqualTo("2.6.12.3");
        assertThat(node.path("to").asText()).isEqualTo("2.6.12.4");
        assertThat(node.path("reported_version").asText()).isEqualTo("2.6.12-1+deb12u4");
        assertThat(node.path("handover_ms").asLong()).isEqualTo(130);
        assertThat(node.path("handover_parts").findValuesAsText("name")).containsExactly("start", "commit");
        assertThat(node.path("closings").get(0).path("at").asText()).isEqualTo("2026-07-15T07:46:10+0000");
        assertThat(report.path("sessions").path("closed_by_age").asInt()).isEqualTo(2);
        assertThat(report.path("sessions").path("closed_by_order").asInt()).isEqualTo(6);
        assertThat(report.path("sessions").path("left").asInt()).isEqualTo(6);
        assertThat(upgrade.path("nodes").get(0).path("generations").findValuesAsText("sessions"))
                .containsExactly("4", "3");
        assertThat(upgrade.path("nodes")
                        .get(0)
                        .path("retirement")
                        .path("holders")
                        .get(0)
                        .path("client")
                        .asText())
                .isEqualTo("10.0.0.9:5000");

        upgrades.fallsSilent();
        var silent = call.get("/v3/p-1/upgrades/" + jobId + "/report").json();
        assertThat(List.of(
                        silent.path("sessions").path("closed_by_age"),
                        silent.path("sessions").path("left"),
                        silent.path("nodes").get(0).path("closed_by_age"),
                        silent.path("nodes").get(0).path("left"),
                        silent.path("nodes").get(0).path("closings"),
                        silent.path("upgrade").path("nodes").get(0).path("old_sessions"),
                        silent.path("upgrade").path("nodes").get(0).path("closed_sessions")))
                .as("what nobody says now")
                .allMatch(JsonNode::isNull);
        assertThat(silent.path("sessions").path("closed_by_order").asInt()).isEqualTo(6);
        assertThat(silent.path("upgrade").path("sentence").asText())
                .contains("how many sessions retire is not known now");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pause", "resume", "retry", "skip", "stop", "start-now", "cancel"})
    void an_operator_says_a_word_and_sees_where_the_upgrade_stands(String word) {
        var jobId = call.submit();

        var answer = call.post("/v3/p-1/upgrades/" + jobId + "/" + word, REASON);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("job_id").asText()).isEqualTo(jobId);
        assertThat(upgrades.commands).containsExactly(word + " x-1-n2 the night is over");
    }

    @Test
    void a_word_that_the_phase_does_not_allow_is_409_with_the_reason() {
        var jobId = call.submit();
        upgrades.commandRefusal = "no node is held";

        var answer = call.post("/v3/p-1/upgrades/" + jobId + "/retry", REASON);

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.message()).isEqualTo("no node is held");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            p-1 | pause  | {}                  | 400 | DBS.200001 | reason
            p-1 | pause  | {"reason":" "}      | 400 | DBS.200001 | reason
            p-1 | undo   | {"reason":"sorry"}  | 404 | DBS.290013 | undo
            p-2 | pause  | {"reason":"not me"} | 400 | DBS.200543 | does not exist
            """)
    void a_wrong_word_is_refused(String project, String word, String body, int status, String code, String named) {
        var jobId = call.submit();

        var answer = call.post("/v3/%s/upgrades/%s/%s".formatted(project, jobId, word), body);

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.message()).contains(named);
        assertThat(upgrades.commands).isEmpty();
    }

    @Test
    void a_plan_shows_checks_nodes_in_order_and_sessions_and_starts_nothing() {
        var before = call.get("/v3/p-1/immediate-jobs?limit=50").text();

        var plan = call.get("/v3/p-1/instances/i-1/proxy/x-1/upgrade-plan").json();

        assertThat(plan.path("can_upgrade").asBoolean()).isTrue();
        assertThat(plan.path("checks").get(0).path("sentence").asText())
                .isEqualTo("the instance is not frozen: NORMAL");
        assertThat(plan.path("nodes").findValuesAsText("node_id")).containsExactly("x-1-n2", "x-1-n1");
        assertThat(plan.path("estimate_seconds").asInt()).isEqualTo(150);
        assertThat(plan.path("nodes").get(0).path("estimate_seconds").asInt()).isEqualTo(75);
        assertThat(plan.path("nodes").get(0).path("sessions").asInt()).isEqualTo(7);
        assertThat(plan.path("nodes").get(0).path("backends").toString())
                .isEqualTo("[{\"name\":\"db\",\"kind\":\"MYSQL\"}]");
        assertThat(plan.path("nodes").get(1).path("silence").asText()).isEqualTo("no agent answered");
        assertThat(plan.path("sessions_over_24h").asInt()).isEqualTo(1);
        assertThat(call.get("/v3/p-1/immediate-jobs?limit=50").text()).isEqualTo(before);
    }
}
