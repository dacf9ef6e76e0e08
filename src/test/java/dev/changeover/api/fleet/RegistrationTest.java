package dev.changeover.api.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.changeover.access.Role;
import dev.changeover.api.ApiScene;
import dev.changeover.api.Callers;
import dev.changeover.api.Calls;
import dev.changeover.api.Calls.Answer;
import dev.changeover.api.signature.Signer;
import dev.changeover.contact.Contacts;
import dev.changeover.database.Sql;
import dev.changeover.database.TestDatabase;
import dev.changeover.inventory.FleetExport;
import dev.changeover.inventory.Proxy;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One instance or proxy is registered as a fleet's file would register it, on PostgreSQL. */
class RegistrationTest {
    private static final String INSTANCES = "/v3/p-1/instances";
    private static final String PROXIES = INSTANCES + "/i-1/proxy";
    private static final String PROXY = """
            {"id": "x-9", "name": "front", "address": "10.0.0.9", "port": 3306, "mode": "HA", "version": "2.6.12.3",
             "nodes": [{"id": "n-91", "role": "PRIMARY", "az_code": "az1"}, {"id": "n-92", "role": "STANDBY"}]}
            """;
    private static final String INSTANCE = """
            {"id": "i-9", "name": "stock", "window": "02:00-04:00", "time_zone": "Europe/Berlin", "ring": "EARLY",
             "contacts": [{"name": "Stock", "email": "stock@example.com"}], "proxies": [%s]}
            """.formatted(PROXY);

    private static final EmbeddedServer SERVER = ApplicationContext.run(
            EmbeddedServer.class, TestDatabase.settings(TestDatabase.newPostgres("template1")), "api", "test");

    private final ApplicationContext context = SERVER.getApplicationContext();
    private final ApiScene scene = newScene(context);
    private final Calls call = scene.call;

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    private static ApiScene newScene(ApplicationContext context) {
        var sql = context.getBean(Sql.class);
        List.of("contact", "instance_ring", "node", "proxy", "instance", "project")
                .forEach(table -> sql.change("delete from " + table));
        return context.getBean(ApiScene.class);
    }

    @Test
    void an_instance_is_registered_with_all_that_its_entry_has() {
        var answer = call.post(INSTANCES, INSTANCE);

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.json()).isEqualTo(call.get("/v3/instances/i-9").json());
        assertThat(answer.json().path("project_id").asText()).isEqualTo("p-1");
        assertThat(answer.json().path("maintenance_window").asText()).isEqualTo("02:00-04:00");
        assertThat(answer.json().path("time_zone").asText()).isEqualTo("Europe/Berlin");
        assertThat(answer.json().path("proxies").path(0).path("node_num").asInt())
                .isEqualTo(2);
        assertThat(call.get(INSTANCES + "/i-9/ring").json().path("ring").asText())
                .isEqualTo("EARLY");
        assertThat(contacts("i-9")).containsExactly("Stock");
    }

    @Test
    void a_proxy_is_registered_with_its_nodes_and_the_instance_stays_as_it_is() {
        var before = scene.inventory.instance("i-1");

        var answer = call.post(PROXIES, PROXY);

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.json()).isEqualTo(call.get("/v3/proxies/x-9").json());
        assertThat(answer.json().path("instance_id").asText()).isEqualTo("i-1");
        assertThat(answer.json().path("proxy").path("nodes").findValuesAsText("role"))
                .containsExactly("master", "slave");
        assertThat(scene.inventory.instance("i-1")).isEqualTo(before);
        assertThat(scene.inventory.proxiesOf("i-1")).extracting(Proxy::id).containsExactly("x-1", "x-9");
    }

    @Test
    void a_changed_instance_keeps_what_its_entry_does_not_name() {
        call.post(INSTANCES, INSTANCE);

        var answer = call.put(INSTANCES + "/i-9", "{\"id\":\"i-9\",\"name\":\"goods\",\"status\":\"FROZEN\"}");

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.json()).isEqualTo(call.get("/v3/instances/i-9").json());
        assertThat(answer.json().path("name").asText()).isEqualTo("goods");
        assertThat(answer.json().path("status").asText()).isEqualTo("FROZEN");
        assertThat(answer.json().path("maintenance_window").asText()).isEqualTo("02:00-04:00");
        assertThat(answer.json().path("proxies")).hasSize(1);
        assertThat(contacts("i-9")).containsExactly("Stock");
    }

    @Test
    void a_changed_instance_gets_the_window_and_the_contacts_that_its_entry_names() {
        call.post(INSTANCES, INSTANCE);

        var answer = call.put(INSTANCES + "/i-9", "{\"id\":\"i-9\",\"window\":\"23:00-01:00\",\"contacts\":[]}");

        assertThat(answer.json().path("maintenance_window").asText()).isEqualTo("23:00-01:00");
        assertThat(contacts("i-9")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            POST | /v3/p-1/instances           | {"id":"i-1"}                  | 409 | DBS.200001 | instance 'i-1' exists already
            POST | /v3/p-1/instances           | {"id":"i-2"}                  | 409 | DBS.200001 | instance 'i-2' exists already
            POST | /v3/p-1/instances           | {"id":"i-9","proxies":[OWN]}  | 400 | DBS.200001 | proxy 'x-1' exists already and does not belong to instance 'i-9'
            POST | /v3/p-1/instances/i-1/proxy | OWN                           | 409 | DBS.200001 | proxy 'x-1' exists already
            POST | /v3/p-2/instances/i-2/proxy | OWN                           | 409 | DBS.200001 | proxy 'x-1' exists already
            PUT  | /v3/p-1/instances/i-1       | {"id":"i-1","proxies":[THEIRS]} | 400 | DBS.200001 | proxy 'x-2' exists already and does not belong to instance 'i-1'
            PUT  | /v3/p-1/instances/i-1       | {"id":"i-2"}                  | 400 | DBS.200001 | id: the one of the path is needed, i-1
            PUT  | /v3/p-1/instances/i-2       | {"id":"i-2"}                  | 404 | DBS.200002 | instance i-2 does not exist
            PUT  | /v3/p-1/instances/i-9       | {"id":"i-9"}                  | 404 | DBS.200002 | instance i-9 does not exist
            POST | /v3/p-9/instances           | {"id":"i-9"}                  | 404 | DBS.200002 | project p-9 does not exist
            POST | /v3/p-1/instances/i-2/proxy | NEW                           | 404 | DBS.200002 | instance i-2 does not exist
            POST | /v3/p-1/instances/i-9/proxy | NEW                           | 404 | DBS.200002 | instance i-9 does not exist
            POST | /v3/p-1/instances           | {}                            | 400 | DBS.200001 | instance has no id: letters, digits, '.', '_' and '-', at most 64 are needed
            POST | /v3/p-1/instances           | {"id":"../i"}                 | 400 | DBS.200001 | instance '../i' has id '../i': letters, digits, '.', '_' and '-', at most 64 are needed
            POST | /v3/p-1/instances           | {"id":"i-9","region":"r"}     | 400 | DBS.200001 | instance 'i-9' has an unknown key 'region': known are id, name, status, window, time_zone, ring, contacts, proxies
            POST | /v3/p-1/instances           | {"id":"i-9","id":"i-8"}       | 400 | DBS.200001 | id: given twice
            POST | /v3/p-1/instances           | {"id":"i-9"}]}],"projects":[] | 400 | DBS.200001 | the body is not the JSON object that is needed: line 1, column 13
            POST | /v3/p-1/instances           | {"id":"i-9"                   | 400 | DBS.200001 | the body is not the JSON object that is needed: line 1, column 12
            POST | /v3/p-1/instances/i-1/proxy | {"id":"x-9","mode":"ha"}      | 400 | DBS.200001 | proxy 'x-9' has no address: a text of at most 255 characters is needed
            """)
    void what_cannot_be_is_refused_with_what_is_wrong_and_changes_nothing(
            String method, String path, String body, int status, String code, String message) {
        var before = fleet();
        var own = PROXY.replace("x-9", "x-1").strip();
        var entry = body.replace("OWN", own)
                .replace("THEIRS", PROXY.replace("x-9", "x-2").strip())
                .replace("NEW", PROXY);

        var answer = call.send(method, path, entry, "Content-Type", "application/json");

        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.message()).startsWith(message);
        assertThat(fleet()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "null", "7", "\"id\"", "[{\"id\":\"i-9\"}]", "id: i-9", " "})
    void what_is_no_json_object_is_refused(String body) {
        var answer = call.post(INSTANCES, body);

        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("DBS.200001");
        assertThat(scene.inventory.instance("i-9")).isEmpty();
    }

    @Test
    void json_may_be_indented_by_tabs_and_have_any_escape() {
        var answer = call.post(INSTANCES, "{\n\t\"id\": \"i-9\",\n\t\"name\": \"a\\/b \\ud83d\\ude00 \\u00f6\"\n}");

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.json().path("name").asText()).isEqualTo("a/b 😀 ö");
    }

    @Test
    void a_text_is_kept_character_by_character() {
        var name = "a%cb%cc%cd%ce".formatted(0x85, 0x2028, 0x7f, 0x1f600);

        var answer = call.post(INSTANCES, "{\"id\":\"i-9\",\"name\":\"%s\"}".formatted(name));
        var half = call.post(INSTANCES, "{\"id\":\"i-8\",\"name\":\"\\ud83d\"}");

        assertThat(answer.json().path("name").asText()).isEqualTo(name);
        assertThat(half.message()).isEqualTo("a NUL or half of a character is no text: leave it out");
    }

    @Test
    void every_fault_of_an_entry_is_told() {
        var answer = call.post(PROXIES, PROXY.replace("3306", "0").replace("STANDBY", "KING"));

        assertThat(answer.message().lines())
                .containsExactly(
                        "proxy 'x-9' has port '0': a number from 1 to 65535 is needed",
                        "node 'n-92' has role 'KING': primary or standby is needed");
    }

    @Test
    void a_body_that_is_too_large_is_refused_whether_or_not_it_says_how_long_it_is() throws Exception {
        var large = BodyPublishers.ofString("{\"id\":\"i-9\",\"name\":\"%s\"}".formatted("a".repeat(100_000)));
        for (var body : List.of(large, BodyPublishers.fromPublisher(large))) {
            var request = HttpRequest.newBuilder(scene.server.resolve(INSTANCES))
                    .header("X-Auth-Token", scene.token)
                    .header("Content-Type", "application/json")
                    .POST(body);

            var answer = Signer.send(request);

            assertThat(answer.status()).as(answer.text()).isEqualTo(413);
        }
        assertThat(scene.inventory.instance("i-9")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"VIEWER", "OWNER"})
    void only_who_may_import_a_fleet_registers(Role role) {
        var other = call.by(Callers.token(context, "registers-" + role, role, "p-1"));

        for (var answer : List.of(
                other.post(INSTANCES, INSTANCE),
                other.post(PROXIES, PROXY),
                other.put(INSTANCES + "/i-1", "{\"id\":\"i-1\",\"name\":\"n\"}"),
                other.post("/v3/fleet", "{\"projects\":[]}"))) {
            assertThat(answer.status()).as(answer.text()).isEqualTo(403);
        }
        assertThat(scene.inventory.instance("i-9")).isEmpty();
        assertThat(scene.inventory.proxy("x-9")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {INSTANCES, "/v3/p-1/instances | /v3/p-2/instances", PROXIES})
    void of_many_at_once_one_registers_it_and_the_others_are_told_that_it_exists(String paths) throws Exception {
        var ways = List.of(paths.split(" \\| ", -1));
        var body = paths.equals(PROXIES) ? PROXY : INSTANCE;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var calls = IntStream.range(0, 8)
                    .mapToObj(i -> threads.submit(() -> call.post(ways.get(i % ways.size()), body)))
                    .toList();
            var answers = new ArrayList<Answer>();
            for (var one : calls) answers.add(one.get());

            assertThat(answers).extracting(Answer::status).containsOnlyOnce(200).containsOnly(200, 409);
        }
        assertThat(scene.inventory.proxy("x-9")).isPresent();
    }

    @Test
    void a_proxy_that_is_being_upgraded_is_not_changed_with_its_instance() {
        call.post(PROXIES, PROXY);
        scene.inventory.mark("x-9", Proxy.Status.UPGRADING);

        var answer = call.put(
                INSTANCES + "/i-1", "{\"id\":\"i-1\",\"proxies\":[%s]}".formatted(PROXY.replace("3306", "3307")));

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.code()).isEqualTo("DBS.200011");
        assertThat(scene.inventory.proxy("x-9").orElseThrow().port()).isEqualTo(3306);
    }

    @Test
    void the_audit_trail_has_it_as_it_has_a_fleet() {
        var answer = call.post(INSTANCES, INSTANCE);

        var entry = audited(answer);
        assertThat(entry.path("action").asText()).isEqualTo("fleet.register");
        assertThat(entry.path("path").asText()).isEqualTo("/v3/{project_id}/instances");
        assertThat(entry.path("subjects").findValuesAsText("id")).contains("p-1", "i-9", "x-9");
        assertThat(entry.path("after").path("windows").toString()).isEqualTo("[\"i-9 02:00-04:00 Europe/Berlin\"]");
        var change = audited(call.put(INSTANCES + "/i-9", "{\"id\":\"i-9\",\"window\":\"03:00-04:00\"}"));
        assertThat(change.path("before").path("windows").toString()).isEqualTo("[\"i-9 02:00-04:00 Europe/Berlin\"]");
        var refused = audited(call.post(PROXIES, PROXY));
        assertThat(refused.path("outcome").asText()).isEqualTo("refused");
        assertThat(refused.path("subjects").findValuesAsText("id")).contains("p-1", "i-1", "x-9");
    }

    private JsonNode audited(Answer answer) {
        for (var entry : call.get("/v3/audit?limit=50").json().path("entries")) {
            if (entry.path("request_id").asText().equals(answer.header("X-Request-Id"))) return entry;
        }
        throw new AssertionError("no entry of " + answer.text());
    }

    private String fleet() {
        return context.getBean(FleetExport.class).yaml();
    }

    private List<String> contacts(String instanceId) {
        return context.getBean(Contacts.class).ofInstance(instanceId).stream()
                .map(contact -> contact.name())
                .toList();
    }
}
