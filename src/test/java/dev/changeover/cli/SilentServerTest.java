package dev.changeover.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.changeover.client.Exit;
import dev.changeover.client.Failure.Unreachable;
import dev.changeover.client.Json;
import dev.changeover.client.RestClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that a real server gives on a bad day only, or late in its life. */
class SilentServerTest {
    private static final String SILENCE = "503 {\"error_code\":\"DBS.280005\",\"error_msg\":\"the database is away\"}";

    private final HttpServer server;

    /** By method and path: what it answers, in this order, and the last of them again and again. */
    private final Map<String, Deque<String>> answers = new HashMap<>();

    SilentServerTest() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    }

    @BeforeEach
    void start() {
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private synchronized void answer(HttpExchange exchange) throws IOException {
        var asked = exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
        var all = answers.getOrDefault(asked, new ArrayDeque<>(List.of(SILENCE)));
        var answer = all.size() > 1 ? all.removeFirst() : all.getFirst();
        exchange.getRequestBody().readAllBytes();
        var body = answer.substring(4).getBytes(UTF_8);
        exchange.sendResponseHeaders(Integer.parseInt(answer.substring(0, 3)), body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private void answers(String asked, String... answer) {
        answers.put(asked, new ArrayDeque<>(List.of(answer)));
    }

    private Typed run(String words) {
        return Typed.run(
                (words + " --server http://127.0.0.1:" + server.getAddress().getPort()).split(" "));
    }

    @Test
    void the_status_says_what_the_server_knows_of_itself_though_it_can_say_nothing_of_nodes() {
        answers(
                "GET /health",
                "503 {\"status\":\"DOWN\",\"details\":{\"database\":{\"status\":\"DOWN\",\"details\":{\"reason\":\"no answer from PostgreSQL\"}}}}");

        var typed = run("status");

        assertThat(typed.out()).contains("DOWN", "no answer from PostgreSQL");
        assertThat(typed.err()).startsWith("DBS.280005: the database is away");
        assertThat(typed.exit()).isEqualTo(Exit.UNREACHABLE);
        assertThat(run("status -o json").json().path("health").path("status").asText())
                .isEqualTo("DOWN");
    }

    @Test
    void an_upgrade_that_was_taken_is_done_though_its_opening_cannot_be_asked_for() {
        answers("GET /v3/proxies/x-1", "200 {\"project_id\":\"p-1\",\"instance_id\":\"i-1\"}");
        answers(
                "POST /v3/p-1/instances/i-1/proxy/x-1/upgrade-version",
                "202 {\"update_result\":[{\"workflow_id\":\"j-1\"}]}");

        var typed = run("upgrade x-1 --source 2.6.12.3 --target 2.6.12.4 --in-window");

        assertThat(typed.out()).startsWith("job j-1");
        assertThat(typed.err()).startsWith("that was done, but the server does not say how it stands now: DBS.280005");
        assertThat(typed.exit()).isEqualTo(Exit.DONE);
    }

    @Test
    void the_job_of_an_upgrade_that_is_watched_in_json_is_said_at_once() {
        answers("GET /v3/proxies/x-1", "200 {\"project_id\":\"p-1\",\"instance_id\":\"i-1\"}");
        answers(
                "POST /v3/p-1/instances/i-1/proxy/x-1/upgrade-version",
                "202 {\"update_result\":[{\"workflow_id\":\"j-1\"}]}");

        var typed = run("upgrade x-1 --source 2.6.12.3 --target 2.6.12.4 --watch -o json");

        assertThat(typed.out()).isEmpty();
        assertThat(typed.err().lines()).first().isEqualTo("job j-1");
        assertThat(typed.exit()).isEqualTo(Exit.UNREACHABLE);
    }

    @Test
    void a_request_whose_end_is_not_known_is_told_with_all_that_it_had() {
        answers("GET /v3/proxies/x-1", "200 {\"project_id\":\"p-1\",\"instance_id\":\"i-1\"}");

        var typed =
                run("upgrade x-1 --source 2.6.12.3 --target 2.6.12.4 --in-window --watch --until serving --key k-1");

        assertThat(typed.exit()).isEqualTo(Exit.UNREACHABLE);
        assertThat(typed.err())
                .contains(
                        "upgrade x-1 --source 2.6.12.3 --target 2.6.12.4 --in-window --watch --until serving --key k-1"
                                + " --server http");
    }

    @Test
    void a_window_that_was_set_is_set_though_its_openings_cannot_be_asked_for() {
        answers("GET /v3/instances/i-1", "200 {\"project_id\":\"p-1\"}");
        answers("PUT /v3/p-1/instances/i-1/ops-window", "200 {}");

        var typed = run("window --instance i-1 --set 02:00-06:00");

        assertThat(typed.err()).startsWith("that was done, but");
        assertThat(typed.exit()).isEqualTo(Exit.DONE);
        assertThat(run("window --instance i-1").exit()).isEqualTo(Exit.UNREACHABLE);
    }

    @Test
    void an_event_that_is_executed_is_not_said_to_be_planned() {
        var event =
                "200 {\"events\":[{\"id\":\"e-1\",\"instance_id\":\"i-1\",\"status\":\"%s\",\"execute_time\":\"%s\"}]}";
        var planned = "2026-12-01T03:00:00+0000";
        answers("GET /v3/projects", "200 {\"projects\":[{\"id\":\"p-1\"}],\"total_count\":1}");
        answers(
                "GET /v3/p-1/schedule-events",
                event.formatted("SCHEDULED", planned),
                event.formatted("EXECUTING", planned));
        answers("POST /v3/p-1/schedule-events", "200 {\"results\":[{\"success\":true}]}");

        assertThat(run("event now e-1").out().strip()).isEqualTo("event e-1 is EXECUTING");
    }

    @Test
    void a_planned_event_that_was_moved_is_moved_though_it_cannot_be_asked_for() {
        answers("GET /v3/projects", "200 {\"projects\":[{\"id\":\"p-1\"}],\"total_count\":1}");
        answers("GET /v3/p-1/schedule-events", "200 {\"events\":[{\"id\":\"e-1\",\"instance_id\":\"i-1\"}]}", SILENCE);
        answers("POST /v3/p-1/schedule-events", "200 {\"results\":[{\"success\":true}]}");

        var typed = run("event move e-1 2026-07-20 03:00");

        assertThat(typed.out()).startsWith("event e-1: noted");
        assertThat(typed.err()).startsWith("that was done, but");
        assertThat(typed.exit()).isEqualTo(Exit.DONE);
    }

    @Test
    void a_campaign_is_watched_on_when_its_server_is_back() {
        answers(
                "GET /v3/campaigns/c-1",
                "200 {\"status\":\"RUNNING\",\"stage\":1}",
                SILENCE,
                "200 {\"status\":\"DONE\",\"stage\":1}");

        var typed = run("campaign watch c-1");

        assertThat(typed.exit()).as(typed.err()).isEqualTo(Exit.DONE);
        assertThat(typed.out()).contains("DONE, wave 1");
    }

    @Test
    void a_part_of_the_notices_says_how_many_follow() {
        answers("GET /v3/p-1/notices", "200 {\"notices\":[],\"total_count\":45}");

        var typed = run("contact notices --project p-1 --limit 20 --offset 20");

        assertThat(typed.err().strip()).isEqualTo("and 5 more: --offset 40");
        assertThat(typed.exit()).isEqualTo(Exit.DONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE"})
    void a_change_is_sent_once_though_the_connection_ends_without_an_answer(String method) throws IOException {
        var seen = new ConcurrentLinkedQueue<String>();
        try (var deaf = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                var client = new RestClient(
                        URI.create("http://127.0.0.1:" + deaf.getLocalPort()), Optional.empty(), Optional.empty())) {
            Thread.ofVirtual().start(() -> hearAndHangUp(deaf, seen));

            assertThatThrownBy(() -> {
                        if (method.equals("DELETE")) client.delete("/v3/x");
                        else client.send(method, "/v3/x", Json.object());
                    })
                    .isInstanceOf(Unreachable.class);

            assertThat(seen).containsExactly(method + " /v3/x HTTP/1.1");
        }
    }

    private static void hearAndHangUp(ServerSocket deaf, ConcurrentLinkedQueue<String> seen) {
        while (true) {
            try (var socket = deaf.accept();
                    var lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8))) {
                seen.add(String.valueOf(lines.readLine()));
                lines.lines().takeWhile(line -> !line.isEmpty()).forEach(line -> {});
            } catch (IOException over) {
                return;
            }
        }
    }
}
