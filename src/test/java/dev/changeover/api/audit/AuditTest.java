package dev.changeover.api.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.changeover.access.Account;
import dev.changeover.access.Accounts;
import dev.changeover.access.Role;
import dev.changeover.api.ApiScene;
import dev.changeover.api.Callers;
import dev.changeover.api.Calls;
import dev.changeover.api.Fleets;
import dev.changeover.database.Sql;
import dev.changeover.inventory.Inventory;
import dev.changeover.upgrade.Outcome;
import dev.changeover.upgrade.Phase;
import dev.changeover.window.MaintenanceWindow;
import io.micronaut.context.BeanContext;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@MicronautTest(environments = "api", transactional = false)
class AuditTest {
    private static final String WINDOW = "/v3/p-1/instances/i-1/ops-window";
    private static final String EARLIER = "{\"start_time\":\"01:00\",\"end_time\":\"02:00\"}";
    private static final String KERNELS = """
            kernels:
              - {engine: haproxy, version: 2.6.12.4, reported_version: 2.6.12-1+deb12u4, lifecycle: DEFECTIVE}
            """;
    private static final String[] JSON = {"Content-Type", "application/json"};
    private static final String[] YAML = {"Content-Type", "application/yaml"};

    private final BeanContext context;
    private final ApiScene scene;
    private final Inventory inventory;
    private final Sql sql;

    /** Nobody else of that name calls. */
    private final String me = "me-" + UUID.randomUUID();

    private final Calls call;

    AuditTest(EmbeddedServer server, ApiScene scene, Sql sql) {
        this.context = server.getApplicationContext();
        this.scene = scene;
        this.inventory = scene.inventory;
        this.sql = sql;
        this.call = scene.call.by(Callers.token(server.getApplicationContext(), me, Role.OPERATOR));
        inventory.setWindow("i-1", MaintenanceWindow.DEFAULT);
    }

    @Test
    void a_change_is_in_it_with_who_what_from_where_and_both_states() {
        var answer = put(call, WINDOW);

        var entry = only("action=window.change");
        assertThat(entry.path("request_id").asText()).isEqualTo(answer.header("X-Request-Id"));
        assertThat(entry.path("actor").asText()).isEqualTo(me);
        assertThat(entry.path("credentials").asText()).isEqualTo("token");
        assertThat(entry.path("address").asText()).isEqualTo("127.0.0.1");
        assertThat(entry.path("method").asText()).isEqualTo("PUT");
        assertThat(entry.path("path").asText()).isEqualTo("/v3/{project_id}/instances/{instance_id}/ops-window");
        assertThat(entry.path("subjects").toString())
                .isEqualTo("[{\"kind\":\"project\",\"id\":\"p-1\"},{\"kind\":\"instance\",\"id\":\"i-1\"}]");
        assertThat(entry.path("outcome").asText()).isEqualTo("done");
        assertThat(entry.path("status").asInt()).isEqualTo(200);
        assertThat(entry.path("before").toString()).isEqualTo("{\"window\":\"02:00-06:00 UTC\"}");
        assertThat(entry.path("after").toString()).isEqualTo("{\"window\":\"01:00-02:00 UTC\"}");
        assertThat(entry.path("at").asText()).isEqualTo("2026-07-15T08:46:10+0000");
    }

    @Test
    void an_upgrade_is_found_by_its_job_with_every_command_and_its_reason() {
        var job = call.submitInTheWindow();
        call.post("/v3/p-1/upgrades/%s/start-now".formatted(job), "{\"reason\":\"the shop is closed\"}");
        call.send("DELETE", "/v3/p-1/scheduled-jobs", "{\"job_ids\":[\"%s\"]}".formatted(job), JSON);
        call.send("DELETE", "/v3/p-1/jobs/" + job, "", JSON);

        var entries = entries("job_id=" + job, me);
        assertThat(entries)
                .extracting(entry -> entry.path("action").asText())
                .containsExactlyInAnyOrder("upgrade.submit", "upgrade.start-now", "task.cancel", "task.delete");
        var command = only("action=upgrade.start-now&proxy_id=x-1&instance_id=i-1&project_id=p-1");
        assertThat(command.path("reason").asText()).isEqualTo("the shop is closed");
        assertThat(command.path("before").path("phase").asText()).isEqualTo("WAITING");
        assertThat(command.path("after").path("phase").asText()).isEqualTo("WAITING");
        var submitted = only("action=upgrade.submit");
        assertThat(submitted.path("before").path("version").asText()).isEqualTo("2.6.12.3");
        assertThat(submitted.path("after").toString())
                .isEqualTo("{\"target_version\":\"2.6.12.4\",\"is_delayed\":true}");
    }

    @Test
    void who_accepted_that_clients_go_to_other_servers_is_kept() {
        call.post(
                "/v3/p-1/instances/i-1/proxy/x-1/upgrade-version",
                "{\"source_version\":\"%s\",\"target_version\":\"%s\",\"accept_lost_stickiness\":true}"
                        .formatted(Fleets.OLD, Fleets.NEW));

        assertThat(only("action=upgrade.submit").path("after").toString())
                .isEqualTo("{\"target_version\":\"2.6.12.4\",\"is_delayed\":false,\"accept_lost_stickiness\":true}");
    }

    @Test
    void closing_young_sessions_has_its_reason_and_what_was_confirmed() {
        var job = call.submit();
        scene.upgrades.retires(job);

        call.post(
                "/v3/p-1/upgrades/%s/close-remaining".formatted(job),
                "{\"reason\":\"host is retired\",\"count\":6,\"node_id\":\"x-1-n2\"}");

        var entry = only("action=upgrade.close-remaining");
        assertThat(entry.path("reason").asText()).isEqualTo("host is retired");
        assertThat(entry.path("after").path("count").asInt()).isEqualTo(6);
        assertThat(entry.path("subjects").toString()).contains("{\"kind\":\"node\",\"id\":\"x-1-n2\"}");
    }

    @Test
    void files_are_in_it_by_what_they_name() {
        call.post("/v3/fleet", Fleets.FILE.replace("name: orders", "name: orders\n        window: 03:00-04:00"), YAML);
        call.post("/v3/kernel-versions", KERNELS, YAML);

        var fleet = only("action=fleet.register&instance_id=i-7");
        assertThat(fleet.path("before").toString()).isEqualTo("{\"instances\":[],\"windows\":[]}");
        assertThat(fleet.path("after").path("proxies").toString()).isEqualTo("[\"x-7\"]");
        assertThat(fleet.path("after").path("windows").toString()).isEqualTo("[\"i-7 03:00-04:00 UTC\"]");
        var kernels = only("action=kernel.register");
        assertThat(kernels.path("outcome").asText()).as(kernels.toString()).isEqualTo("done");
        assertThat(kernels.path("before").path("lifecycles").toString()).isEqualTo("[\"haproxy 2.6.12.4 ACTIVE\"]");
        assertThat(kernels.path("after").path("lifecycles").toString()).isEqualTo("[\"haproxy 2.6.12.4 DEFECTIVE\"]");
    }

    @ParameterizedTest
    @CsvSource({
        "VIEWER, /v3/p-1/instances/i-1/ops-window, 403, DBS.280056",
        "VIEWER, /v3/p-2/instances/i-2/ops-window, 403, DBS.280056",
        "OWNER,  /v3/p-2/instances/i-2/ops-window, 404, DBS.200002",
        "OWNER,  /v3/p-1/instances/i-2/ops-window, 404, DBS.200002",
        "OWNER,  /v3/p-9/instances/i-1/ops-window, 404, DBS.200002",
    })
    void a_refused_change_is_in_it_and_changed_nothing(Role role, String path, int status, String code) {
        var somebody = "somebody-" + UUID.randomUUID();

        var answer = put(scene.call.by(Callers.token(context, somebody, role, "p-1")), path);

        assertThat(answer.status()).isEqualTo(status);
        var entry = only("action=window.change", somebody);
        assertThat(entry.path("outcome").asText()).isEqualTo("refused");
        assertThat(entry.path("status").asInt()).isEqualTo(status);
        assertThat(entry.path("error_code").asText()).isEqualTo(code);
        assertThat(inventory.instance("i-1").orElseThrow().window()).isEqualTo(MaintenanceWindow.DEFAULT);
        assertThat(inventory.instance("i-2").orElseThrow().window()).isEqualTo(MaintenanceWindow.DEFAULT);
    }

    @Test
    void a_refused_read_is_in_it_too() {
        var somebody = "somebody-" + UUID.randomUUID();

        scene.call.by(Callers.token(context, somebody, Role.VIEWER, "p-1")).get("/v3/audit");

        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(() -> !entries("action=read", somebody).isEmpty());
        assertThat(only("action=read&outcome=refused", somebody).path("path").asText())
                .isEqualTo("/v3/audit");
    }

    @ParameterizedTest
    @CsvSource({
        "/v3/p-2/instances, 404",
        "/v3/p-9/instances, 404",
        "/v3/p-2/upgrades/JOB, 400",
        "/v3/p-2/jobs?id=JOB, 400",
        "/v3/p-1/upgrades/JOB, 400",
        "/v3/p-1/jobs?id=JOB, 400",
        "/v3/p-1/instances/i-2/proxy-list, 404",
        "/v3/p-1/instances/i-1/proxy/x-2/upgrade-plan, 404",
        "/v3/instances/i-2, 404",
        "/v3/proxies/x-2, 404",
        "/v3/upgrades/JOB, 400",
    })
    void asking_for_what_is_another_projects_is_in_it_like_any_refused_read(String path, int status) {
        var somebody = "somebody-" + UUID.randomUUID();
        var theirs = call.post(
                        "/v3/p-2/instances/i-2/proxy/x-2/upgrade-version",
                        "{\"source_version\":\"%s\",\"target_version\":\"%s\"}".formatted(Fleets.OLD, Fleets.NEW))
                .json()
                .path("update_result")
                .get(0)
                .path("workflow_id")
                .asText();

        var answer = scene.call
                .by(Callers.token(context, somebody, Role.VIEWER, "p-1"))
                .get(path.replace("JOB", theirs));

        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(() -> !entries("action=read", somebody).isEmpty());
        assertThat(only("action=read&outcome=refused", somebody).path("status").asInt())
                .isEqualTo(status);
    }

    @Test
    void what_everybody_may_is_not_in_it() {
        call.get("/v3/projects");
        call.get("/v3/p-1/instances/nothing/proxy-list");
        call.get("/health");
        call.post("/v3/p-1/instances/i-1/schedule-tasks/exist", "{\"schedule_type\":\"PROXY_VERSION_UPGRADE\"}");
        call.post("/v3/nowhere", "{}");

        assertThat(entries("", me)).isEmpty();
    }

    @Test
    void a_flood_of_strangers_costs_one_entry_and_a_count_each_minute() {
        var stranger = scene.call.by("no-token");

        IntStream.range(0, 200).forEach(i -> put(stranger, WINDOW));

        assertThat(strangers("127.0.0.1")).hasSize(1);
        var entry = strangers("127.0.0.1").getFirst();
        assertThat(entry.path("status").asInt()).isEqualTo(401);
        assertThat(entry.path("action").asText()).isEqualTo("window.change");
        assertThat(entry.path("credentials").asText()).isEqualTo("token");
        assertThat(entry.path("subjects").toString()).contains("i-1");
    }

    @Test
    void a_refused_signature_is_in_it_with_the_key_it_names() throws Exception {
        var elsewhere = HttpClient.newBuilder()
                .localAddress(InetAddress.ofLiteral("127.0.0.3"))
                .build();
        var signed = HttpRequest.newBuilder(scene.server.resolve(WINDOW))
                .PUT(BodyPublishers.ofString("{}"))
                .header("Content-Type", "application/json")
                .header("X-Sdk-Date", "20260715T074610Z")
                .header(
                        "Authorization",
                        "SDK-HMAC-SHA256 Access=LEAKED, SignedHeaders=x-sdk-date, Signature=" + "0".repeat(64))
                .build();

        assertThat(elsewhere.send(signed, BodyHandlers.ofString()).statusCode()).isEqualTo(401);

        var entry = strangers("127.0.0.3").getFirst();
        assertThat(entry.path("credentials").asText()).isEqualTo("access-key");
        assertThat(entry.path("subjects").toString()).contains("{\"kind\":\"access_key\",\"id\":\"LEAKED\"}");
    }

    @Test
    void a_file_that_was_refused_is_in_it_by_its_path() throws IOException, InterruptedException {
        var elsewhere = InetAddress.ofLiteral("127.0.0.2");
        try (var browser = HttpClient.newBuilder().localAddress(elsewhere).build()) {
            browser.send(
                    HttpRequest.newBuilder(scene.server.resolve("/openapi/changeover.yml"))
                            .build(),
                    BodyHandlers.discarding());
        }

        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(() -> !strangers("127.0.0.2").isEmpty());
        assertThat(strangers("127.0.0.2")).singleElement().satisfies(entry -> {
            assertThat(entry.path("action").asText()).isEqualTo("read");
            assertThat(entry.path("path").asText()).isEqualTo("/openapi/changeover.yml");
            assertThat(entry.path("status").asInt()).isEqualTo(401);
        });
    }

    @Test
    void a_log_in_has_who_it_was_and_never_the_password() {
        var stranger = scene.call.by("");
        context.getBean(Accounts.class).add(new Account(me + "-2", Role.VIEWER, Set.of("p-1")), "correct horse", "");

        stranger.post("/v3/login", "{\"name\":\"%s-2\",\"password\":\"correct horse\"}".formatted(me));

        var entry = only("action=token.issue", me + "-2");
        assertThat(entry.path("outcome").asText()).isEqualTo("done");
        assertThat(entry.path("subjects").toString())
                .isEqualTo("[{\"kind\":\"account\",\"id\":\"%s-2\"}]".formatted(me));
        assertThat(entry.toString()).doesNotContain("horse");
    }

    @Test
    void accounts_and_keys_are_in_it_without_their_secrets() {
        var name = me + "-3";
        call.post(
                "/v3/users",
                "{\"name\":\"%s\",\"role\":\"viewer\",\"projects\":[\"p-1\"],\"password\":\"correct horse battery\"}"
                        .formatted(name));
        call.put("/v3/users/" + name, "{\"role\":\"owner\"}");
        call.put("/v3/users/" + name + "/password", "{\"password\":\"staple it together\"}");
        var key = call.post("/v3/access-keys", "{\"account\":\"%s\"}".formatted(name))
                .json();
        call.send("DELETE", "/v3/users/" + name, "");

        var changed = only("action=account.change");
        assertThat(changed.path("before").toString()).isEqualTo("{\"role\":\"viewer\",\"projects\":[\"p-1\"]}");
        assertThat(changed.path("after").path("role").asText()).isEqualTo("owner");
        assertThat(only("action=account.remove").path("before").path("role").asText())
                .isEqualTo("owner");
        assertThat(only("action=key.add").path("subjects").toString())
                .contains(name, key.path("access_key_id").asText());
        assertThat(entries("", me))
                .hasSize(5)
                .allSatisfy(entry -> assertThat(entry.toString()).contains(name))
                .noneSatisfy(entry -> assertThat(entry.toString())
                        .containsAnyOf(
                                "horse", "staple", key.path("secret_access_key").asText()));
    }

    @Test
    void a_wrong_or_endless_body_leaves_no_entry_open() {
        call.send("PUT", WINDOW, "{", JSON);
        call.send("PUT", WINDOW, "{\"start_time\":\"" + "9".repeat(4_300_000) + "\"}", JSON);

        assertThat(entries("", me)).isNotEmpty().allSatisfy(entry -> {
            assertThat(entry.path("outcome").asText()).isEqualTo("refused");
            assertThat(entry.path("error_code").asText()).startsWith("DBS.");
        });
    }

    @Test
    void a_caller_that_hangs_up_has_its_outcome_all_the_same() throws IOException {
        var text =
                "PUT %s HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nX-Auth-Token: %s\r\nContent-Length: %d\r\n\r\n%s"
                        .formatted(WINDOW, call.token(), EARLIER.length(), EARLIER);
        for (int i = 0; i < 10; i++) {
            try (var socket = new Socket(scene.server.getHost(), scene.server.getPort())) {
                socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
            }
        }

        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(entries("", me))
                        .hasSize(10)
                        .allSatisfy(entry ->
                                assertThat(entry.path("outcome").asText()).isEqualTo("done")));
    }

    @Test
    void without_its_entry_nothing_is_done() {
        sql.change("alter table audit rename to away");

        var answer = put(call, WINDOW);
        sql.change("alter table away rename to audit");

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.code()).isEqualTo("DBS.280005");
        assertThat(answer.header("Retry-After")).isEqualTo("10");
        assertThat(answer.message()).contains("audit");
        assertThat(inventory.instance("i-1").orElseThrow().window()).isEqualTo(MaintenanceWindow.DEFAULT);
        assertThat(call.get("/v3/projects").status()).isEqualTo(200);
    }

    @Test
    void an_entry_without_its_outcome_is_there_and_says_so() {
        sql.change("alter table audit_outcome rename to away");

        var answer = put(call, WINDOW);
        sql.change("alter table away rename to audit_outcome");

        assertThat(answer.status()).isEqualTo(200);
        var entry = only("action=window.change&outcome=unknown");
        assertThat(entry.path("status").isNull()).isTrue();
        assertThat(entry.path("ended_at").isNull()).isTrue();
        assertThat(entry.path("actor").asText()).isEqualTo(me);
    }

    @Test
    void what_was_changed_is_in_it_also_where_nobody_knows_how_it_ended() {
        var name = me + "-4";
        var done = call.submit();
        scene.upgrades.happens(done, 1, "ENDED", Phase.ENDED, Outcome.DONE);
        var job = call.submit();
        sql.change("alter table audit_outcome rename to away");

        call.post("/v3/users", "{\"name\":\"%s\",\"role\":\"viewer\",\"projects\":[\"p-1\"]}".formatted(name));
        call.put("/v3/users/" + name, "{\"role\":\"owner\"}");
        call.post("/v3/access-keys", "{\"account\":\"%s\"}".formatted(name));
        put(call, WINDOW);
        call.post("/v3/p-1/upgrades/%s/pause".formatted(job), "{\"reason\":\"the shop is full\"}");
        call.send("DELETE", "/v3/p-1/jobs?id=" + done, "");
        call.send("DELETE", "/v3/p-1/scheduled-jobs", "{\"job_ids\":[\"%s\"]}".formatted(job), JSON);
        call.post("/v3/kernel-versions", KERNELS, YAML);
        sql.change("alter table away rename to audit_outcome");

        assertThat(entries("outcome=unknown", me)).hasSize(8);
        assertThat(unknown("account.add", name).path("after").toString())
                .isEqualTo("{\"role\":\"viewer\",\"projects\":[\"p-1\"]}");
        var changed = unknown("account.change", name);
        assertThat(changed.path("before").path("role").asText()).isEqualTo("viewer");
        assertThat(changed.path("after").path("role").asText()).isEqualTo("owner");
        unknown("key.add", name);
        assertThat(unknown("window.change", "i-1").path("after").path("window").asText())
                .isEqualTo("01:00-02:00 UTC");
        assertThat(unknown("upgrade.pause", "x-1").path("reason").asText()).isEqualTo("the shop is full");
        unknown("task.delete", done);
        unknown("task.cancel", job);
        unknown("kernel.register", "haproxy 2.6.12.4");
    }

    /** Mine of that action, which is about somebody or something of that id. */
    private JsonNode unknown(String action, String id) {
        var entry = only("outcome=unknown&action=" + action);
        assertThat(entry.path("subjects").findValuesAsText("id")).as(action).contains(id);
        return entry;
    }

    @Test
    void it_is_at_both_paths() {
        put(call, WINDOW);

        assertThat(call.get("/audit").json().path("total_count").asInt()).isPositive();
        assertThat(call.get("/audit").text()).isEqualTo(call.get("/v3/audit").text());
    }

    @ParameterizedTest
    @CsvSource({
        "offset=-1, offset",
        "limit=51, limit",
        "from=yesterday, from",
        "from=2026-02-01T00:00:00Z&until=2026-01-01T00:00:00Z, from",
        "outcome=perhaps, outcome",
    })
    void a_wrong_question_is_refused_with_the_parameter(String query, String named) {
        var answer = call.get("/v3/audit?" + query);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("DBS.200001");
        assertThat(answer.message()).startsWith(named);
    }

    private static Calls.Answer put(Calls calls, String path) {
        return calls.send("PUT", path, EARLIER, JSON);
    }

    /** Mine. */
    @Test
    void a_project_has_a_trail_of_its_own() {
        put(call, WINDOW);

        var own = call.get("/v3/p-1/audit?actor=" + me).json();

        assertThat(own)
                .isEqualTo(call.get("/v3/audit?project_id=p-1&actor=" + me).json());
        assertThat(own.path("entries").findValuesAsText("action")).containsExactly("window.change");
        assertThat(call.get("/v3/p-2/audit?actor=" + me)
                        .json()
                        .path("total_count")
                        .asInt(-1))
                .isZero();
        assertThat(call.get("/v3/p-2/audit?project_id=p-1&actor=" + me)
                        .json()
                        .path("total_count")
                        .asInt(-1))
                .isZero();
        assertThat(call.get("/v3/p-9/audit").status()).isEqualTo(404);
    }

    private JsonNode only(String query) {
        return only(query, me);
    }

    private JsonNode only(String query, String actor) {
        assertThat(entries(query, actor)).hasSize(1);
        return entries(query, actor).getFirst();
    }

    private List<JsonNode> strangers(String address) {
        return entries("", "").stream()
                .filter(entry -> entry.path("address").asText().equals(address))
                .toList();
    }

    private List<JsonNode> entries(String query, String actor) {
        var answer = call.get("/v3/audit?limit=50&actor=%s&%s".formatted(actor, query));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json().path("entries").valueStream().toList();
    }
}
