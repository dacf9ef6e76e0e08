package dev.changeover.api.caller;

import static dev.changeover.api.FixedClock.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.access.AccessKeys;
import dev.changeover.access.Account;
import dev.changeover.access.Accounts;
import dev.changeover.access.Role;
import dev.changeover.api.ApiScene;
import dev.changeover.api.Callers;
import dev.changeover.api.Calls;
import dev.changeover.api.http.RawConnection;
import dev.changeover.api.signature.Signer;
import dev.changeover.host.Sha256;
import dev.changeover.inventory.Inventory;
import io.micronaut.context.annotation.Property;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The calls that a signature opens, and those it does not. */
@MicronautTest(environments = "api", transactional = false)
@Property(name = "changeover.http.names", value = "Proxy.Example.,,other.example")
class SignedCallsTest {
    private static final String PROXIES = "/v3/p-1/instances/i-1/proxy-list";
    private static final String WINDOW = "/v3/p-1/instances/i-1/ops-window";
    private static final String UPGRADE = "/v3/p-1/instances/i-1/proxy/x-1/upgrade-version";
    private static final String VERSIONS = "{\"source_version\":\"2.6.12.3\",\"target_version\":\"2.6.12.4\"}";

    private final EmbeddedServer server;
    private final Inventory inventory;
    private final Signer owner;
    private final String operator;

    SignedCallsTest(ApiScene scene, EmbeddedServer server) {
        this.server = server;
        this.inventory = scene.inventory;
        this.operator = scene.token;
        this.owner = signer("shop", Role.OWNER, "p-1");
    }

    @Test
    void a_signed_question_is_answered_and_so_is_the_same_one_in_the_same_second() {
        var question = owner.signed("GET", "/v3/p-1/scheduled-jobs?status=Pending&limit=10", "");

        assertThat(Signer.send(question).status()).isEqualTo(200);
        assertThat(Signer.send(question).status()).isEqualTo(200);
    }

    @Test
    void the_body_is_checked_and_still_reaches_its_route() {
        var answer = owner.put(WINDOW, window("22:00", "02:00"));

        assertThat(answer.text()).isEqualTo("{}");
        assertThat(inventory.instance("i-1").orElseThrow().window()).hasToString("22:00-02:00 UTC");
    }

    @Test
    void a_body_that_comes_in_pieces_is_checked_too() {
        var body = " ".repeat(50_000) + window("21:00", "23:00");
        var request = owner.signed("PUT", WINDOW, body);

        var answer = Signer.send(request.PUT(
                BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)))));

        assertThat(answer.text()).isEqualTo("{}");
        assertThat(inventory.instance("i-1").orElseThrow().window()).hasToString("21:00-23:00 UTC");
    }

    @Test
    void a_body_that_is_too_large_is_413_whoever_signed_it() {
        var answer = owner.put(WINDOW, "{\"start_time\":\"" + "2".repeat(4_300_000) + "\"}");

        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.code()).isEqualTo("DBS.280001");
    }

    @Test
    void an_unknown_key_and_a_wrong_secret_look_alike() {
        var wrong = owner.with(owner.key().key().id(), "not the secret").get(PROXIES);
        var unknown = owner.with("NOSUCHKEY", owner.key().secret()).get(PROXIES);

        refused(wrong, "AK and SK");
        refused(unknown, "AK and SK");
        assertThat(unknown.message()).isEqualTo(wrong.message());
    }

    @Test
    void a_removed_key_opens_nothing_any_more() {
        assertThat(owner.get(PROXIES).status()).isEqualTo(200);

        server.getApplicationContext()
                .getBean(AccessKeys.class)
                .remove(owner.key().key().id());

        refused(owner.get(PROXIES), "AK and SK");
    }

    @Test
    void nothing_that_was_signed_can_be_changed() {
        var body = owner.signed("PUT", WINDOW, window("22:00", "02:00"));
        var path = owner.signed("GET", PROXIES, "");
        var query = owner.signed("GET", "/v3/p-1/scheduled-jobs?limit=10", "");
        var project = owner.signed("GET", PROXIES, "");
        var method = owner.signed("GET", PROXIES, "");

        refused(Signer.send(body.PUT(BodyPublishers.ofString(window("22:00", "01:00")))), "AK and SK");
        refused(Signer.send(path.uri(server.getURI().resolve("/v3/p-1/tasklist"))), "AK and SK");
        refused(Signer.send(query.uri(server.getURI().resolve("/v3/p-1/scheduled-jobs?limit=50"))), "AK and SK");
        refused(Signer.send(project.setHeader("X-Project-Id", "p-2")), "AK and SK");
        refused(Signer.send(method.DELETE()), "AK and SK");
    }

    @Test
    void a_signature_for_another_server_is_no_good_here() {
        refused(Signer.send(owner.signed("GET", PROXIES, "", "Host", "changeover.example:8080")), "AK and SK");
    }

    @Test
    void a_request_that_was_signed_for_another_server_is_sent_back_unanswered() {
        var request = owner.signed("GET", PROXIES, "", "Host", "elsewhere.example:8080");

        try (var connection = RawConnection.to(server.getURI())) {
            var answer = connection.send(raw(request, "elsewhere.example:8080")).until("}");

            assertThat(answer)
                    .startsWith("HTTP/1.1 421 ")
                    .contains("\"DBS.280056\"", "elsewhere.example:8080", "CHANGEOVER_HTTP_NAMES");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":8080", "."})
    void a_request_that_was_signed_for_no_server_is_sent_back_too(String name) {
        var request = owner.signed("GET", PROXIES, "", "Host", name);

        try (var connection = RawConnection.to(server.getURI())) {
            assertThat(connection.send(raw(request, name)).until("}")).startsWith("HTTP/1.1 421 ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LOCALHOST:80", "127.0.0.9:8080", "[::1]:8080", "proxy.example:443"})
    void a_server_has_several_names(String name) {
        var request = owner.signed("GET", PROXIES, "", "Host", name);

        try (var connection = RawConnection.to(server.getURI())) {
            assertThat(connection.send(raw(request, name)).until("}")).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void neither_host_nor_project_have_to_be_signed() {
        var request = owner.signed("GET", PROXIES, "");
        var bare = owner.only("x-sdk-date", request, "GET", PROXIES, "");

        assertThat(Signer.send(bare).status()).isEqualTo(200);
        refused(Signer.send(bare.setHeader("X-Sdk-Date", "20260715T084611Z")), "AK and SK");
    }

    @Test
    void a_slash_at_the_end_of_the_endpoint_does_not_matter() {
        var request = owner.signed("GET", PROXIES, "");
        var doubled = URI.create(server.getURI() + "/" + PROXIES);

        assertThat(Signer.send(request.uri(doubled)).status()).isEqualTo(200);
    }

    /** The client for Node signs the path with two slashes and sends it with one. */
    @Test
    void nor_does_it_matter_that_the_slash_is_signed() {
        var request = owner.signed("GET", PROXIES, "");

        assertThat(Signer.send(owner.only("x-sdk-date", request, "GET", "/" + PROXIES, ""))
                        .status())
                .isEqualTo(200);
        refused(Signer.send(owner.only("x-sdk-date", request, "GET", "//" + PROXIES, "")), "AK and SK");
    }

    @Test
    void a_question_is_repeated_within_a_minute_of_its_date_and_no_later() {
        var late = owner.at(NOW.minusSeconds(61)).signed("GET", PROXIES, "");
        var early = owner.at(NOW.plusSeconds(61)).signed("GET", PROXIES, "");
        var inTime = owner.at(NOW.minusSeconds(60)).signed("GET", PROXIES, "");
        for (var first : List.of(late, early, inTime)) {
            assertThat(Signer.send(first).status()).isEqualTo(200);
        }

        refused(Signer.send(late), "came before");
        refused(Signer.send(early), "came before");
        assertThat(Signer.send(inTime).status()).isEqualTo(200);
    }

    @Test
    void clocks_may_be_a_quarter_of_an_hour_apart() {
        var quarter = Duration.ofMinutes(15);

        assertThat(owner.at(NOW.minus(quarter)).get(PROXIES).status()).isEqualTo(200);
        assertThat(owner.at(NOW.plus(quarter)).get(PROXIES).status()).isEqualTo(200);
        refused(owner.at(NOW.minus(quarter).minusSeconds(1)).get(PROXIES), "20260715T083109Z");
        refused(owner.at(NOW.plus(quarter).plusSeconds(1)).get(PROXIES), "20260715T090111Z");
    }

    @ParameterizedTest
    @ValueSource(strings = {"yesterday", "2026-07-15T08:46:10Z", "20260230T084610Z", "20260715T084610+0000"})
    void a_date_in_another_form_is_refused(String date) {
        refused(Signer.send(owner.signed("GET", PROXIES, "").setHeader("X-Sdk-Date", date)), "X-Sdk-Date");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x-sdk-date", "idempotency-key", "x-sdk-content-sha256"})
    void what_has_an_effect_is_signed(String name) {
        var request = owner.signed("GET", PROXIES, "", "Idempotency-Key", "k-1", "X-Sdk-Content-Sha256", Sha256.of(""));
        var without = Signer.authorization(request).replaceFirst("(?<=[=;])" + name + ";|;" + name, "");

        refused(Signer.send(request.setHeader("Authorization", without)), "SignedHeaders: " + name);
    }

    @Test
    void a_key_for_repetitions_that_nobody_signed_is_refused() {
        var request = owner.signed("POST", UPGRADE, VERSIONS).setHeader("Idempotency-Key", "of somebody on the way");

        refused(Signer.send(request), "idempotency-key");
    }

    /** Where it is not signed, as by the SDKs for Go, it is no other all the same. */
    @Test
    void a_header_that_names_another_project_than_the_path_is_refused() {
        var other = owner.signed("GET", PROXIES, "").setHeader("X-Project-Id", "p-2");
        var signed = owner.only("x-project-id;x-sdk-date", other, "GET", PROXIES, "");
        var unsigned = owner.only("x-sdk-date", other.copy(), "GET", PROXIES, "");

        for (var answer : List.of(Signer.send(signed), Signer.send(unsigned))) {
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.code()).isEqualTo("DBS.200001");
            assertThat(answer.message()).isEqualTo("X-Project-Id: the project of the path is needed, p-1");
        }
    }

    @Test
    void a_signed_header_comes_once() {
        var twice = owner.signed("GET", PROXIES, "").header("X-Project-Id", "p-2");
        var never = owner.signed("GET", PROXIES, "");
        var more = Signer.authorization(never).replace("SignedHeaders=", "SignedHeaders=accept-charset;");

        refused(Signer.send(twice), "x-project-id");
        refused(Signer.send(never.setHeader("Authorization", more)), "accept-charset");
    }

    @Test
    void a_hash_in_a_header_is_believed_only_if_it_is_the_bodys() {
        var body = window("20:00", "22:00");

        var right = owner.signed("PUT", WINDOW, body, "X-Sdk-Content-Sha256", Sha256.of(body));
        var wrong = owner.signed("PUT", WINDOW, body, "X-Sdk-Content-Sha256", Sha256.of("another"));
        var none = owner.signed("PUT", WINDOW, body, "X-Sdk-Content-Sha256", "UNSIGNED-PAYLOAD");

        assertThat(Signer.send(right).status()).isEqualTo(200);
        refused(Signer.send(wrong), "X-Sdk-Content-Sha256");
        refused(Signer.send(none), "X-Sdk-Content-Sha256");
    }

    @Test
    void what_changes_something_passes_once() {
        var change = owner.signed("PUT", WINDOW, window("01:00", "05:00"));

        assertThat(Signer.send(change).status()).isEqualTo(200);
        refused(Signer.send(change), "came before");
        assertThat(owner.at(NOW.plusSeconds(1))
                        .put(WINDOW, window("01:00", "05:00"))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void what_was_refused_and_not_carried_out_may_come_again_as_it_is_until_it_was() {
        var looks = signer("looks-at-first", Role.VIEWER, "p-1");
        var change = looks.signed("PUT", WINDOW, window("02:00", "04:00"));
        assertThat(Signer.send(change).status()).isEqualTo(403);
        assertThat(Signer.send(change).status()).isEqualTo(403);

        server.getApplicationContext()
                .getBean(Accounts.class)
                .change("looks-at-first", was -> new Account("looks-at-first", Role.OWNER, Set.of("p-1")), "olga");

        assertThat(Signer.send(change).status()).isEqualTo(200);
        refused(Signer.send(change), "came before");
    }

    @Test
    void a_question_that_comes_as_a_post_passes_again() {
        var question = owner.signed(
                "POST", "/v3/p-1/instances/i-1/schedule-tasks/exist", "{\"schedule_type\":\"PROXY_VERSION_UPGRADE\"}");

        assertThat(Signer.send(question).status()).isEqualTo(200);
        assertThat(Signer.send(question).status()).isEqualTo(200);
    }

    @Test
    void of_two_of_the_same_at_once_one_passes() throws Exception {
        var answers = atOnce(owner.signed("PUT", WINDOW, window("03:00", "05:00")));

        assertThat(answers).extracting(Calls.Answer::status).containsExactlyInAnyOrder(200, 401, 401, 401);
    }

    @Test
    void an_upgrade_that_is_asked_for_again_gets_the_first_answer() {
        var request = owner.signed("POST", UPGRADE, VERSIONS);
        var first = Signer.send(request);

        var second = Signer.send(request);
        var another = Signer.send(owner.at(NOW.plusSeconds(1)).signed("POST", UPGRADE, VERSIONS));

        assertThat(first.status()).isEqualTo(200);
        assertThat(second.json()).isEqualTo(first.json());
        assertThat(another.json()).isNotEqualTo(first.json());
    }

    @Test
    void an_upgrade_that_is_asked_for_again_at_once_is_one() throws Exception {
        var answers = atOnce(owner.at(NOW.plusSeconds(2)).signed("POST", UPGRADE, VERSIONS));

        assertThat(answers).extracting(Calls.Answer::status).containsOnly(200);
        assertThat(answers)
                .extracting(Calls.Answer::text)
                .containsOnly(answers.getFirst().text());
    }

    @Test
    void a_key_that_the_client_sent_and_signed_is_the_one_that_counts() {
        var first = Signer.send(owner.signed("POST", UPGRADE, VERSIONS, "Idempotency-Key", "k-signed"));

        var second = Signer.send(
                owner.at(NOW.plusSeconds(3)).signed("POST", UPGRADE, VERSIONS, "Idempotency-Key", "k-signed"));

        assertThat(first.status()).isEqualTo(200);
        assertThat(second.json()).isEqualTo(first.json());
    }

    @Test
    void a_key_may_what_its_account_may() {
        var viewer = signer("looks", Role.VIEWER, "p-1");
        var stranger = signer("bank", Role.OWNER, "p-2");

        assertThat(viewer.get(PROXIES).status()).isEqualTo(200);
        assertThat(viewer.put(WINDOW, window("01:00", "05:00")).status()).isEqualTo(403);
        assertThat(stranger.get(PROXIES).status()).isEqualTo(404);
    }

    @Test
    void who_uses_another_algorithm_is_told_the_right_one() {
        var request = owner.signed("GET", PROXIES, "").setHeader("Authorization", "SDK-HMAC-SM3 Access=AK");

        refused(Signer.send(request), "SDK-HMAC-SHA256");
    }

    @Test
    void a_token_does_not_make_up_for_a_wrong_signature() {
        var wrong = owner.with(owner.key().key().id(), "not the secret").signed("GET", PROXIES, "");

        refused(Signer.send(wrong.setHeader("X-Auth-Token", operator)), "AK and SK");
    }

    @Test
    void a_wrong_signature_opens_no_unknown_path_either() {
        refused(owner.with("NOSUCHKEY", "none").get("/v3/p-1/nowhere"), "AK and SK");
    }

    private static void refused(Calls.Answer answer, String named) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(401);
        assertThat(answer.code()).isEqualTo("DBS.280056");
        assertThat(answer.message()).contains(named);
        assertThat(answer.header("X-Request-Id")).isNotEmpty();
    }

    /** As it goes over the wire, for another host than the one it is sent to. */
    private static String raw(HttpRequest.Builder signed, String host) {
        var headers = signed.build().headers().map().entrySet().stream()
                .map(header -> header.getKey() + ": " + header.getValue().getFirst() + "\n")
                .collect(Collectors.joining());
        return "GET %s HTTP/1.1\nHost: %s\n%s\n".formatted(PROXIES, host, headers);
    }

    private static String window(String start, String end) {
        return "{\"start_time\":\"%s\",\"end_time\":\"%s\"}".formatted(start, end);
    }

    private static List<Calls.Answer> atOnce(HttpRequest.Builder request) throws Exception {
        Callable<Calls.Answer> send = () -> Signer.send(request.copy());
        try (var threads = Executors.newFixedThreadPool(4)) {
            var answers = new ArrayList<Calls.Answer>();
            for (var answer : threads.invokeAll(List.of(send, send, send, send))) {
                answers.add(answer.get());
            }
            return answers;
        }
    }

    private Signer signer(String name, Role role, String project) {
        return new Signer(server.getURI(), Callers.key(server.getApplicationContext(), name, role, project), NOW);
    }
}
