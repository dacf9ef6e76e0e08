package dev.changeover.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.changeover.access.Role;
import dev.changeover.api.ApiScene;
import dev.changeover.api.Callers;
import dev.changeover.api.Calls;
import dev.changeover.api.FixedClock;
import dev.changeover.api.Fleets;
import io.micronaut.context.BeanContext;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Hostile and broken requests. */
@MicronautTest(environments = "api", transactional = false)
class HardeningTest {
    private static final String UPGRADE = "/v3/p-1/instances/i-1/proxy/x-1/upgrade-version";
    private static final String VERSIONS = "\"source_version\":\"2.6.12.3\",\"target_version\":\"2.6.12.4\"";
    private static final Duration SOON = Duration.ofMinutes(1);

    private final BeanContext beans;
    private final Calls call;
    private final URI server;
    private final String token;

    HardeningTest(ApiScene scene, EmbeddedServer here) {
        this.beans = here.getApplicationContext();
        this.call = scene.call;
        this.server = scene.server;
        this.token = scene.token;
    }

    @Test
    void a_body_of_a_call_may_be_small_only() {
        var padding = " ".repeat(70_000);

        assertThat(call.post(UPGRADE, "{" + VERSIONS + padding + "}"))
                .returns(413, Calls.Answer::status)
                .returns("DBS.280001", Calls.Answer::code)
                .returns("the body is too large", Calls.Answer::message)
                .satisfies(answer -> assertThat(answer.header("X-Request-Id")).isNotEmpty());
        assertThat(call.post(UPGRADE, "{" + VERSIONS + padding.substring(10_000) + "}")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void a_body_that_does_not_say_how_large_it_is_is_counted() throws Exception {
        var body = ("{" + VERSIONS + " ".repeat(70_000) + "}").getBytes(StandardCharsets.UTF_8);
        var chunked = BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(body));
        var request = HttpRequest.newBuilder(server.resolve(UPGRADE))
                .header("X-Auth-Token", token)
                .header("Content-Type", "application/json")
                .POST(chunked);

        HttpResponse<String> answer = HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(answer.body()).contains("DBS.280001");
    }

    @Test
    void a_body_that_is_too_large_is_not_hashed_either(EmbeddedServer http) {
        var key = Callers.key(http.getApplicationContext(), "shop", Role.OWNER, "p-1")
                .key();
        var now = DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").format(FixedClock.NOW.atOffset(ZoneOffset.UTC));
        var signature = "SDK-HMAC-SHA256 Access=%s, SignedHeaders=host;x-sdk-date, Signature=%s"
                .formatted(key.id(), "0".repeat(64));

        var answer = call.by("")
                .post(
                        UPGRADE,
                        "{" + VERSIONS + " ".repeat(70_000) + "}",
                        "Content-Type",
                        "application/json",
                        "X-Sdk-Date",
                        now,
                        "Authorization",
                        signature);

        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.code()).isEqualTo("DBS.280001");
    }

    @ParameterizedTest
    @CsvSource({
        "'HTTP/1.1\n', HTTP/1.1 400 ",
        "'HTTP/1.1\nHost: a\nHost: a\n', HTTP/1.1 400 ",
        "'HTTP/1.0\nHost: a\nHost: b\n', HTTP/1.0 400 ",
        "'HTTP/1.1\nHost: a\n', HTTP/1.1 200 ",
        "'HTTP/1.0\n', HTTP/1.0 200 "
    })
    void a_request_says_once_for_which_host_it_is(String head, String status) {
        try (var raw = RawConnection.to(server)) {
            assertThat(raw.send("GET /v3/projects %sX-Auth-Token: %s\n\n".formatted(head, token))
                            .until("}"))
                    .startsWith(status);
        }
    }

    @Test
    void files_may_be_larger_and_that_of_a_fleet_much_larger() {
        var comment = "# " + "x".repeat(200_000) + "\n";

        assertThat(call.post("/v3/fleet", comment.repeat(30) + Fleets.FILE, "Content-Type", "application/yaml")
                        .status())
                .isEqualTo(200);
        assertThat(call.post("/v3/kernel-versions", comment.repeat(30), "Content-Type", "application/yaml")
                        .status())
                .isEqualTo(413);
    }

    @Test
    void an_endless_body_is_not_listened_to_for_ever() {
        try (var raw = RawConnection.to(server)) {
            raw.send("POST %s HTTP/1.1\nHost: h\nX-Auth-Token: %s\nContent-Type: application/json\n"
                    .formatted(UPGRADE, token));
            raw.send("Transfer-Encoding: chunked\n\n");
            var chunk = "10000\r\n" + "x".repeat(0x10000) + "\r\n";

            var sent =
                    IntStream.range(0, 4_000).takeWhile(i -> raw.trickle(chunk)).count();

            assertThat(sent).isLessThan(4_000);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"source_version":"2.6.12.3","target_version":"2.6.12.4","target_version":"2.6.12.5"} | target_version
            {"source_version":"2.6.12.3","target_version":"2.6.12.4"} {}                          | JSON
            {"source_version":"2.6.12.3","target_version":"2.6.12.4"}}                            | JSON
            {"source_version":"2.6.12.3","target_version":"2.6.12.4","x":NaN}                     | JSON
            """)
    void a_body_that_can_be_read_in_two_ways_is_refused(String body, String named) {
        var answer = call.post(UPGRADE, body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("DBS.200001");
        assertThat(answer.message()).contains(named);
    }

    @Test
    void a_body_that_is_nested_without_end_is_refused() {
        var deep = "{" + VERSIONS + ",\"x\":" + "[".repeat(30_000) + "]".repeat(30_000) + "}";
        var long_ = "{" + VERSIONS + ",\"x\":" + "9".repeat(30_000) + "}";

        assertThat(call.post(UPGRADE, deep))
                .returns(400, Calls.Answer::status)
                .satisfies(answer -> assertThat(answer.message()).contains("nested"));
        assertThat(call.post(UPGRADE, long_).status()).isEqualTo(400);
    }

    @Test
    void a_small_file_that_stands_for_a_huge_one_is_refused() {
        var laughs = IntStream.rangeClosed(1, 9)
                .mapToObj(i -> "a%d: &a%d [%s]\n"
                        .formatted(
                                i,
                                i,
                                IntStream.range(0, 9)
                                        .mapToObj(j -> "*a" + (i - 1))
                                        .collect(Collectors.joining(", "))))
                .collect(Collectors.joining("", "a0: &a0 lol\n", "projects: *a9\n"));

        var aliases = call.post("/v3/fleet", laughs, "Content-Type", "application/yaml");
        var nested = call.post("/v3/kernel-versions", "kernels: " + "[".repeat(50_000), "Content-Type", "text/yaml");

        assertThat(aliases.status()).isEqualTo(400);
        assertThat(aliases.message()).contains("alias");
        assertThat(nested.status()).isEqualTo(400);
        assertThat(nested.code()).isEqualTo("DBS.200001");
    }

    @Test
    void nothing_is_unpacked() {
        var answer = call.post(
                UPGRADE, "{" + VERSIONS + "}", "Content-Type", "application/json", "Content-Encoding", "gzip");

        assertThat(answer.status()).isEqualTo(415);
        assertThat(answer.code()).isEqualTo("DBS.280001");
        assertThat(answer.message()).contains("gzip");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            GARBAGE                                                              | 400 | DBS.200001
            GET / HTTP/9.9.9\\nHost: h                                           | 400 | DBS.200001
            GET /v3/projects HTTP/1.1\\nHost: h\\nContent-Length: -5             | 400 | DBS.200001
            POST /v3/login HTTP/1.1\\nHost: h\\nContent-Length: 1\\nContent-Length: 2 | 400 | DBS.200001
            GET /v3/projects HTTP/1.1\\nHost: h\\nBad Header: 1                  | 400 | DBS.200001
            GET /v3/%zz HTTP/1.1\\nHost: h                                       | 400 | DBS.200001
            GET /v3/projects?x=%zz HTTP/1.1\\nHost: h                            | 400 | DBS.200001
            GET /v3/p-1/jobs?id=%zz HTTP/1.1\\nHost: h                           | 400 | DBS.200001
            GET http://[x HTTP/1.1\\nHost: h                                     | 400 | DBS.200001
            GET /v3/%00 HTTP/1.1\\nHost: h                                       | 400 | DBS.200001
            GET /v3/../../etc/passwd HTTP/1.1\\nHost: h                          | 404 | DBS.290013
            GET /openapi/../application.toml HTTP/1.1\\nHost: h                  | 404 | DBS.290013
            GET /openapi/%2e%2e/application.toml HTTP/1.1\\nHost: h              | 404 | DBS.290013
            OPTIONS * HTTP/1.1\\nHost: h                                         | 404 | DBS.290013
            TRACE /v3/projects HTTP/1.1\\nHost: h                                | 405 | DBS.290013
            BREW /v3/projects HTTP/1.1\\nHost: h                                 | 405 | DBS.290013
            """)
    void what_is_no_request_is_answered_like_any_other_mistake(String text, int status, String code) {
        try (var raw = RawConnection.to(server)) {
            var lines = text.replace("\\n", "\n");
            raw.send(lines + "\nX-Auth-Token: " + token + "\nConnection: close\n\n");

            var answer = raw.untilClosed(SOON);

            assertThat(answer).matches("(?s)HTTP/1\\.[01] %d .*".formatted(status));
            assertIsErrorWithEverything(answer, code);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/v3/p-1/jobs?id=%zz, 1.1",
        "/v3/%zz, 1.1",
        "/v3/p-1/immediate-jobs?limit=%u0031, 1.1",
        "/v3/p-1/jobs?id=%zz, 1.0"
    })
    void an_address_with_broken_escapes_is_told_so(String address, String version) {
        try (var raw = RawConnection.to(server)) {
            raw.send("GET %s HTTP/%s\nHost: h\nX-Auth-Token: %s\n\n".formatted(address, version, token));

            assertThat(raw.until("}")).contains(" 400 ").contains("the address is no URI");
        }
    }

    @ParameterizedTest
    @CsvSource({"5000, 0, 414", "10, 20000, 431"})
    void a_request_that_is_too_long_says_so(int path, int header, int status) {
        try (var raw = RawConnection.to(server)) {
            raw.send("GET /%s HTTP/1.1\nHost: h\nX-Long: %s\n\n".formatted("a".repeat(path), "b".repeat(header)));

            var answer = raw.untilClosed(SOON);

            assertThat(answer).matches("(?s)HTTP/1\\.[01] %d .*".formatted(status));
            assertIsErrorWithEverything(answer, "DBS.280001");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v3/projects", "/health", "/nowhere", "/openapi", "/prometheus", "/v3/p-9/instances"})
    void every_answer_says_what_a_browser_may_do_with_it(String path) {
        assertThat(call.get(path)).satisfies(HardeningTest::assertIsGuarded);
        assertThat(call.by("").get(path)).satisfies(HardeningTest::assertIsGuarded);
    }

    @Test
    void answers_of_the_interface_are_kept_nowhere() {
        assertThat(call.get("/v3/projects").header("Cache-Control")).isEqualTo("no-store");
        assertThat(call.by("").get("/v3/projects").header("Cache-Control")).isEqualTo("no-store");
    }

    @Test
    void the_page_of_the_document_may_run_its_own_scripts_and_no_others() {
        var policy = call.get("/openapi").header("Content-Security-Policy");

        assertThat(policy).contains("script-src 'self' 'sha256-").doesNotContain("script-src 'self' 'unsafe-inline'");
        assertThat(call.get("/v3/projects").header("Content-Security-Policy")).doesNotContain("unsafe", "sha256");
    }

    @Test
    void who_is_no_operator_is_told_that_the_server_is_well_and_nothing_of_what_it_is_made_of() {
        var stranger = call.by("").get("/health").json();
        var ownerOfAll = call.by(Callers.token(beans, "owner-of-all", Role.OWNER, "*"));
        var owner = ownerOfAll.get("/health");
        var ready = ownerOfAll.get("/health/readiness");

        assertThat(stranger.path("status").asText()).isEqualTo("UP");
        assertThat(stranger.path("details").isNull()).isTrue();
        assertThat(owner.status()).isEqualTo(200);
        assertThat(owner.json()).isEqualTo(stranger);
        assertThat(ready.json().path("status").asText()).isEqualTo("UP");
        assertThat(ready.json().path("details").isNull()).isTrue();
        assertThat(call.get("/health").json().path("details").has("temporal")).isTrue();
    }

    private static void assertIsGuarded(Calls.Answer answer) {
        assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(answer.header("X-Frame-Options")).isEqualTo("DENY");
        assertThat(answer.header("Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(answer.header("Content-Security-Policy"))
                .contains("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'");
        assertThat(answer.header("Strict-Transport-Security")).isEmpty();
        assertThat(answer.header("Server")).isEmpty();
        assertThat(answer.header("X-Request-Id")).isNotEmpty();
        assertThat(answer.response().headers().map().values())
                .allSatisfy(values -> assertThat(values).doesNotHaveDuplicates());
    }

    private static void assertIsErrorWithEverything(String answer, String code) {
        var body = answer.substring(answer.indexOf("\r\n\r\n") + 4);

        assertThat(answer)
                .containsIgnoringCase("X-Request-Id: ")
                .containsIgnoringCase("X-Content-Type-Options: nosniff");
        assertThat(body)
                .startsWith("{\"error_code\":\"" + code + "\",\"error_msg\":")
                .doesNotContain("Exception", "\tat ");
        assertThat(JsonMapper.builder().build().convertValue(body, String.class))
                .isNotEmpty();
    }
}
