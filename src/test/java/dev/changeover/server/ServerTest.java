package dev.changeover.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.changeover.api.Calls;
import dev.changeover.api.Fleets;
import dev.changeover.database.KillablePostgres;
import dev.changeover.host.SmallDisk;
import io.micronaut.scheduling.TaskExecutors;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerTest {
    @TempDir
    Path data = Path.of("");

    @Test
    void its_link_logs_in_as_long_as_there_is_no_operator() throws Exception {
        try (var server = start()) {
            var link = server.firstLogIn().orElseThrow();

            assertThat(link)
                    .hasPath("/login")
                    .hasHost("127.0.0.1")
                    .hasPort(server.api().getPort());
            var secret = link.getFragment().replace("token=", "");
            var answer = post(server, "/v3/login", Map.of("one_time_token", secret), "");
            assertThat(answer).containsEntry("role", "operator");

            post(
                    server,
                    "/v3/users",
                    Map.of("name", "anna", "role", "operator", "password", "correct horse battery"),
                    String.valueOf(answer.get("token")));

            assertThat(server.firstLogIn()).isEmpty();
        }
    }

    /** Each run of a schedule asks for its part anew, and would get one that nobody ends. */
    @Test
    void nothing_runs_by_schedule_any_more_when_its_parts_end() {
        LastPart last;
        try (var server = start()) {
            last = server.part(LastPart.class);
            assertThat(last.schedules.isShutdown()).isFalse();
        }

        assertThat(last.sawTheirEnd).isTrue();
    }

    @Singleton
    static final class LastPart {
        private final ExecutorService schedules;
        private boolean sawTheirEnd;

        LastPart(@Named(TaskExecutors.SCHEDULED) ExecutorService schedules) {
            this.schedules = schedules;
        }

        @PreDestroy
        void end() {
            sawTheirEnd = schedules.isTerminated();
        }
    }

    @Test
    void its_start_says_where_it_is_which_temporal_it_has_and_the_next_step() throws Exception {
        try (var server = start()) {
            assertThat(server.introduction())
                    .contains(
                            "interface  " + server.api(),
                            "temporal   " + server.temporal(),
                            "next       changeover user add NAME --role operator");

            addOperator(server);
            assertThat(server.introduction()).contains("next       changeover fleet import FILE");

            server.inventory().register(Fleets.twoProjects());
            assertThat(server.introduction()).endsWith("next       changeover status");
        }
    }

    /** Its database and its Temporal may still answer: what they have to write fits where they wrote before. */
    @Test
    void a_full_disk_is_told_before_something_fails() throws Exception {
        try (var disk = SmallDisk.at(data, 100 << 10);
                var server = start()) {
            assertThat(health(server)).contains("\"UP\"").doesNotContain("DOWN");

            disk.fill();

            assertThat(health(server)).contains("DOWN");

            disk.makeRoom();

            assertThat(health(server)).doesNotContain("DOWN");
        }
    }

    /** Small changes still find room in what it wrote before, and its host may be another one. */
    @Test
    void the_full_disk_of_a_postgresql_is_told_too() throws Exception {
        try (var disk = SmallDisk.at(data.resolve("of-postgres"), 300 << 10);
                var postgres = new KillablePostgres(disk.path());
                var server = start(postgres.settings())) {
            var token = post(server, "/v3/login", Map.of("one_time_token", secret(server)), "")
                    .get("token");
            var call = new Calls(server.api(), String.valueOf(token));
            assertThat(call.get("/health").text()).doesNotContain("DOWN");

            disk.fill();

            assertThat(call.get("/health").text()).contains("DOWN", "the disk of the server's database is full");
            var answer = call.post("/v3/fleet", Fleets.of(5_000), "Content-Type", "application/yaml");
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.code()).isEqualTo("DBS.280005");
            assertThat(answer.message()).startsWith("the disk of the server's database is full");

            disk.makeRoom();

            assertThat(call.get("/health").text()).doesNotContain("DOWN");
            assertThat(call.post("/v3/fleet", Fleets.of(5_000), "Content-Type", "application/yaml")
                            .status())
                    .isEqualTo(200);
        }
    }

    private static String secret(ServerProcess server) {
        return server.firstLogIn().orElseThrow().getFragment().replace("token=", "");
    }

    private static String health(ServerProcess server) throws Exception {
        try (var http = HttpClient.newHttpClient()) {
            return http.send(
                            HttpRequest.newBuilder(server.api().resolve("/health"))
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
        }
    }

    private static void addOperator(ServerProcess server) throws Exception {
        var token = post(server, "/v3/login", Map.of("one_time_token", secret(server)), "")
                .get("token");
        var anna = Map.<String, Object>of("name", "anna", "role", "operator", "password", "correct horse battery");
        post(server, "/v3/users", anna, String.valueOf(token));
    }

    private ServerProcess start() {
        return start(Map.of());
    }

    private ServerProcess start(Map<String, Object> more) {
        var settings = new HashMap<String, Object>(more);
        settings.putAll(Map.of(
                "changeover.data",
                data.toString(),
                "changeover.port",
                0,
                "changeover.temporal.mode",
                "IN_PROCESS",
                "changeover.temporal.allow-in-process",
                true));
        return ServerProcess.start(settings);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> post(ServerProcess server, String path, Map<String, Object> body, String token)
            throws Exception {
        var json = new JsonMapper();
        var request = HttpRequest.newBuilder(server.api().resolve(path))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(json.writeValueAsString(body)));
        if (!token.isEmpty()) {
            request.header("X-Auth-Token", token);
        }
        try (var http = HttpClient.newHttpClient()) {
            var answer = http.send(request.build(), BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            return json.readValue(answer.body(), Map.class);
        }
    }
}
