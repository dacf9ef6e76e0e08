package dev.changeover.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.changeover.api.Fleets;
import dev.changeover.host.FileTree;
import dev.changeover.host.Loopback;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * Requests that nobody would think of, made by a fuzzer from the OpenAPI document: none is answered with a fault of ours,
 * nor with a status, a header or a body that the document does not have. {@code -Dfuzz.examples=N} makes more of them,
 * {@code -Dfuzz.seed=N} others.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 3, unit = TimeUnit.HOURS)
class FuzzEndToEndTest {
    private static final int EXAMPLES = Integer.getInteger("fuzz.examples", 8);
    private static final String SEED = System.getProperty("fuzz.seed", "20260715");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PASSWORD = "correct horse battery staple";
    private static final Path RESULTS = Path.of("target", "fuzz");

    private final HttpClient http = HttpClient.newHttpClient();
    private Schemathesis schemathesis;
    private Path directory;
    private int port;
    private Program server;
    private String operator = "";
    private String owner = "";
    private Map<String, String> known = Map.of();

    @BeforeAll
    void start() throws IOException, InterruptedException {
        schemathesis = Schemathesis.ofThisHost();
        Files.createDirectories(RESULTS);
        directory = Files.createTempDirectory("cho");
        port = Loopback.freePort();
        server = Program.start(
                directory.resolve("server.log"),
                Map.of(
                        "CHANGEOVER_DATA",
                        directory.toString(),
                        "CHANGEOVER_PORT",
                        String.valueOf(port),
                        "CHANGEOVER_TEMPORAL_MODE",
                        "IN_PROCESS",
                        "CHANGEOVER_TEMPORAL_ALLOW_IN_PROCESS",
                        "true",
                        "CHANGEOVER_UPGRADE_AGENT_PICKUP_TIMEOUT", // there are no agents to wait for
                        "500ms"),
                "server");
        await("the server is ready")
                .atMost(Duration.ofMinutes(5))
                .ignoreExceptions()
                .until(() -> send("GET", "/health", "", "", "").statusCode() == 200);
        prepare();
    }

    /** Ids that exist, so that requests get further than to "does not exist". */
    private void prepare() throws IOException, InterruptedException {
        var first = Files.readString(directory.resolve("operator-token")).strip();
        account(first, "fuzz-operator", "operator");
        operator = token("fuzz-operator");
        ok(send("POST", "/v3/fleet", operator, "application/yaml", Files.readString(Schemathesis.file("fleet.yaml"))));
        ok(send(
                "POST",
                "/v3/kernel-versions",
                operator,
                "application/yaml",
                Files.readString(Schemathesis.file("kernels.yaml"))));
        account(operator, "fuzz-owner", "owner");
        owner = token("fuzz-owner");
        account(operator, "vera", "viewer");
        account(operator, "olga", "owner");
        known = Map.of(
                "FUZZ_OWN_ACCOUNTS",
                "fuzz-operator fuzz-owner",
                "FUZZ_JOB_1",
                job("i-1", "x-1"),
                "FUZZ_JOB_2",
                job("i-3", "x-3"),
                "FUZZ_KEY",
                post("/v3/access-keys", operator, "{\"account\":\"olga\"}")
                        .path("access_key_id")
                        .asText());
    }

    @AfterAll
    void stop() throws IOException {
        if (server != null) {
            server.terminate();
            FileTree.delete(directory);
        }
    }

    @AfterEach
    void the_server_found_no_fault_of_its_own() throws IOException {
        assertThat(Files.readAllLines(directory.resolve("server.log")))
                .filteredOn(line -> line.contains(" ERROR "))
                .isEmpty();
    }

    @Test
    void whatever_an_operator_sends_the_answer_is_a_documented_one() throws IOException, InterruptedException {
        fuzz("operator", operator, "examples,coverage,fuzzing,stateful", 1000);
    }

    @Test
    void whatever_a_projects_owner_sends_the_answer_is_a_documented_one() throws IOException, InterruptedException {
        fuzz("owner", owner, "examples,fuzzing", 100);
    }

    @Test
    void whatever_a_stranger_sends_the_answer_is_a_documented_one() throws IOException, InterruptedException {
        fuzz("stranger", "", "examples,fuzzing", 100);
    }

    private void fuzz(String who, String token, String phases, int atLeast) throws IOException, InterruptedException {
        var document = directory.resolve("openapi.yml");
        Files.writeString(
                document,
                ok(send("GET", "/openapi/changeover.yml", operator, "", "")).body());
        var arguments = new ArrayList<>(List.of(
                document.toString(),
                "--url",
                "http://127.0.0.1:" + port,
                "--phases",
                phases,
                "--max-examples",
                String.valueOf(EXAMPLES),
                "--seed",
                SEED,
                "--generation-database",
                "none"));
        if (!token.isEmpty()) {
            arguments.addAll(List.of("--header", "X-Auth-Token: " + token));
        }

        var findings = schemathesis.run(directory, RESULTS.resolve(who + ".log").toAbsolutePath(), known, arguments);

        assertThat(findings.exitCode()).as(findings.output()).isZero();
        assertThat(findings.requests()).as(findings.output()).isGreaterThan(atLeast);
    }

    private void account(String by, String name, String role) throws IOException, InterruptedException {
        post(
                "/v3/users",
                by,
                "{\"name\":\"%s\",\"role\":\"%s\",\"projects\":[\"%s\"],\"password\":\"%s\"}"
                        .formatted(name, role, role.equals("operator") ? "*" : "p-1", PASSWORD));
    }

    private String token(String name) throws IOException, InterruptedException {
        return post("/v3/login", "", "{\"name\":\"%s\",\"password\":\"%s\"}".formatted(name, PASSWORD))
                .path("token")
                .asText();
    }

    private String job(String instance, String proxy) throws IOException, InterruptedException {
        var versions = "{\"source_version\":\"%s\",\"target_version\":\"%s\"}".formatted(Fleets.OLD, Fleets.NEW);
        return post("/v3/p-1/instances/%s/proxy/%s/upgrade-version".formatted(instance, proxy), operator, versions)
                .path("update_result")
                .path(0)
                .path("workflow_id")
                .asText();
    }

    private JsonNode post(String path, String token, String body) throws IOException, InterruptedException {
        return JSON.readTree(
                ok(send("POST", path, token, "application/json", body)).body());
    }

    private HttpResponse<String> send(String method, String path, String token, String type, String body)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(30))
                .method(method, BodyPublishers.ofString(body));
        if (!token.isEmpty()) {
            request.header("X-Auth-Token", token);
        }
        if (!type.isEmpty()) {
            request.header("Content-Type", type);
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private static HttpResponse<String> ok(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isLessThan(300);
        return answer;
    }
}
