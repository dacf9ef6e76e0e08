package dev.changeover.api.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.access.Role;
import dev.changeover.api.Callers;
import dev.changeover.api.Calls;
import dev.changeover.api.FixedClock;
import dev.changeover.api.Fleets;
import dev.changeover.api.http.BodyLimits;
import dev.changeover.api.signature.Signer;
import dev.changeover.inventory.Instance;
import dev.changeover.inventory.Inventory;
import dev.changeover.inventory.KernelVersion;
import dev.changeover.inventory.Node;
import dev.changeover.inventory.NodeFacts;
import dev.changeover.inventory.Proxy;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FleetTest {
    private final EmbeddedServer server = ApplicationContext.run(EmbeddedServer.class, Map.of(), "api", "test");
    private final Calls call = Calls.to(server);
    private final Inventory inventory = server.getApplicationContext().getBean(Inventory.class);

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/yaml", "application/x-yaml", "text/yaml"})
    void a_fleet_in_yaml_is_registered_whole(String type) {
        var answer = call.post("/v3/fleet", Fleets.FILE, "Content-Type", type);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().toString()).isEqualTo("{\"projects\":1,\"instances\":1,\"proxies\":1,\"nodes\":2}");
        assertThat(inventory.proxy("x-7").orElseThrow().nodes()).hasSize(2);
    }

    @Test
    void json_is_read_as_json_with_its_tabs_and_escapes() {
        var answer = call.post(
                "/v3/fleet",
                "{\n\t\"projects\": [\n\t\t{\"id\": \"p-8\", \"name\": \"a\\/b\\ud83d\\ude00\u2028\", \"region\": \"eu-de\"}]}");

        assertThat(answer.message()).isEmpty();
        assertThat(answer.status()).isEqualTo(200);
        assertThat(inventory.project("p-8").orElseThrow().name()).isEqualTo("a/b\ud83d\ude00\u2028");
    }

    @Test
    void what_is_wrong_in_json_has_its_line() {
        assertThat(call.post("/v3/fleet", "{\"projects\": [\n{\"id\": \"p-8\",\n\"region\": 5, \"size\": 1}]}")
                        .message())
                .startsWith("line 3: project 'p-8' has an unknown key 'size'");
        assertThat(call.post("/v3/fleet", "{\"projects\":\n[}").message()).startsWith("line 2: this is not JSON: ");
        assertThat(call.post("/v3/fleet", "{\"projects\": []} {}").message())
                .isEqualTo("line 1: this is not JSON: the JSON has ended, and more follows: remove it");
        assertThat(call.post("/v3/fleet", "[".repeat(50_000)).message())
                .isEqualTo("line 1: this is not JSON: Nesting Depth exceeded max 20");
        assertThat(inventory.projects()).isEmpty();
    }

    /** As by a client that calls every body so. */
    @Test
    void yaml_that_is_called_json_is_yaml() {
        assertThat(call.post("/v3/fleet", "# ours\n" + Fleets.FILE).status()).isEqualTo(200);
        assertThat(call.post("/v3/fleet", "projects: {").message()).startsWith("line 1: this is not YAML: ");
    }

    @Test
    void json_may_be_as_long_as_yaml() {
        var proxies = IntStream.range(0, 20_000).mapToObj("""
                        {"id": "x-%1$d", "address": "10.0.0.1", "port": 3306, "mode": "single", "version": "2.6.12.3",
                        	"nodes": [{"id": "n-%1$d", "role": "primary"}]}"""::formatted).collect(Collectors.joining(",\n"));
        var file =
                "{\"projects\": [{\"id\": \"p\", \"region\": \"eu\", \"instances\": [{\"id\": \"i\", \"proxies\": [\n%s]}]}]}"
                        .formatted(proxies + " ".repeat((int) BodyLimits.FILE));

        var answer = call.post("/v3/fleet", file);

        assertThat(answer.json().toString())
                .isEqualTo("{\"projects\":1,\"instances\":1,\"proxies\":20000,\"nodes\":20000}");
    }

    @Test
    void a_fleet_that_is_half_right_changes_nothing_and_every_error_has_its_line() {
        var halfRight = Fleets.FILE.replace("port: 3306", "port: many").replace("role: STANDBY", "role: KING");

        var answer = call.post("/v3/fleet", halfRight, "Content-Type", "application/yaml");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("DBS.200001");
        assertThat(answer.message()).contains("line 11: ", "port", "line 17: ", "role");
        assertThat(inventory.projects()).isEmpty();
    }

    @Test
    void a_file_of_ten_megabytes_is_read_as_it_comes_and_registered_whole() {
        var fleet = Fleets.of(20_000);
        assertThat(fleet.length()).isGreaterThan(2 * (int) BodyLimits.FILE);

        var answer = call.post("/v3/fleet", fleet, "Content-Type", "application/yaml");

        assertThat(answer.text()).isEqualTo("{\"projects\":1,\"instances\":20000,\"proxies\":20000,\"nodes\":40000}");
        assertThat(inventory.instances(Instance.Query.all("many", 19_999, 10)).entries())
                .singleElement()
                .satisfies(last -> assertThat(last.proxies())
                        .singleElement()
                        .satisfies(proxy -> assertThat(proxy.nodes()).hasSize(2)));
    }

    @Test
    void a_fault_at_the_end_of_a_long_file_has_its_line_and_nothing_of_the_file_is_kept() {
        var fleet = Fleets.of(20_000);
        var lines = (int) fleet.lines().count();

        var answer = call.post("/v3/fleet", fleet + "  - id: other\n", "Content-Type", "application/yaml");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.message())
                .isEqualTo("line %d: project 'other' has no region: a text of at most 64 characters is needed"
                        .formatted(lines + 1));
        assertThat(inventory.projects()).isEmpty();
    }

    @Test
    void a_file_over_the_limit_is_refused_whether_or_not_it_says_how_long_it_is() {
        try (var small =
                ApplicationContext.run(EmbeddedServer.class, Map.of("changeover.http.fleet-mib", 1), "api", "test")) {
            var fleet = Fleets.of(3_000).getBytes(StandardCharsets.UTF_8);
            var known = HttpRequest.BodyPublishers.ofByteArray(fleet);
            for (var body : List.of(known, HttpRequest.BodyPublishers.fromPublisher(known))) {
                var answer = Signer.send(HttpRequest.newBuilder(small.getURI().resolve("/v3/fleet"))
                        .header("X-Auth-Token", Calls.to(small).token())
                        .header("Content-Type", "application/yaml")
                        .POST(body));

                assertThat(answer.status()).as(answer.text()).isEqualTo(413);
                assertThat(answer.message())
                        .isEqualTo("the file has more than 1 MiB: split it, or raise CHANGEOVER_HTTP_FLEET_MIB");
            }
        }
    }

    @Test
    void a_long_signed_file_is_refused_because_its_signature_must_be_checked_before_it_is_read() {
        var key = Callers.key(server.getApplicationContext(), "signs", Role.OPERATOR);
        var signer = new Signer(server.getURI(), key, FixedClock.NOW);

        var answer = Signer.send(signer.signed("POST", "/v3/fleet", Fleets.of(20_000)));

        assertThat(answer.status()).isEqualTo(413);
    }

    @Test
    void bytes_that_are_no_text_are_refused() {
        var latin = "projects:\n  - {id: p, region: \u00e9}".getBytes(StandardCharsets.ISO_8859_1);
        var request = HttpRequest.newBuilder(server.getURI().resolve("/v3/fleet"))
                .header("X-Auth-Token", call.token())
                .header("Content-Type", "application/yaml")
                .POST(HttpRequest.BodyPublishers.ofByteArray(latin));

        var answer = Signer.send(request);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.message()).isEqualTo("line 1: from here on it is not text in UTF-8");
    }

    @Test
    void a_text_that_is_no_yaml_is_refused_with_its_line() {
        var answer = call.post("/v3/fleet", "projects: [", "Content-Type", "application/yaml");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.message()).startsWith("line ");
    }

    @Test
    void a_proxy_that_is_being_upgraded_cannot_be_changed() {
        call.post("/v3/fleet", Fleets.FILE, "Content-Type", "application/yaml");
        inventory.mark("x-7", Proxy.Status.UPGRADING);

        var answer = call.post("/v3/fleet", Fleets.FILE.replace("3306", "3307"), "Content-Type", "application/yaml");

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.code()).isEqualTo("DBS.200011");
        assertThat(inventory.proxy("x-7").orElseThrow().port()).isEqualTo(3306);
    }

    @Test
    void projects_instances_and_proxies_can_be_found() {
        call.post("/v3/fleet", Fleets.FILE, "Content-Type", "application/yaml");

        var projects = call.get("/v3/projects").json().path("projects");
        var instance = call.get("/v3/p-7/instances").json().path("instances").get(0);
        var proxy = call.get("/v3/proxies/x-7").json();

        assertThat(projects.get(0).path("region").asText()).isEqualTo("eu-de");
        assertThat(instance.path("name").asText()).isEqualTo("orders");
        assertThat(instance.path("proxies").get(0).path("pool_id").asText()).isEqualTo("x-7");
        assertThat(proxy.path("project_id").asText()).isEqualTo("p-7");
        assertThat(proxy.path("proxy").path("version").asText()).isEqualTo("2.6.12.3");
    }

    @Test
    void projects_and_instances_come_in_parts_with_the_number_of_all() {
        var projects = IntStream.rangeClosed(1, 3)
                .mapToObj(
                        "  - {id: p-%1$d, region: eu-de, instances: [{id: i-%1$d}, {id: j-%1$d}, {id: k-%1$d}]}"
                                ::formatted)
                .collect(Collectors.joining("\n", "projects:\n", ""));
        call.post("/v3/fleet", projects, "Content-Type", "application/yaml");

        var someProjects = call.get("/v3/projects?offset=1&limit=1").json();
        var someInstances = call.get("/v3/p-2/instances?offset=1&limit=5").json();

        assertThat(someProjects.path("total_count").asInt()).isEqualTo(3);
        assertThat(someProjects.path("projects").findValuesAsText("id")).containsExactly("p-2");
        assertThat(someInstances.path("total_count").asInt()).isEqualTo(3);
        assertThat(someInstances.path("instances").findValuesAsText("id")).containsExactly("j-2", "k-2");
        assertThat(call.get("/v3/p-2/instances?limit=1001").code()).isEqualTo("DBS.200001");
        assertThat(call.get("/v3/projects?offset=-1").code()).isEqualTo("DBS.200001");
    }

    @Test
    void the_proxies_of_an_instance_are_listed_in_the_published_shape() {
        call.post("/v3/fleet", Fleets.FILE, "Content-Type", "application/yaml");

        var list = call.get("/v3/p-7/instances/i-7/proxy-list").json();

        assertThat(list.path("max_proxy_node_num").asInt()).isEqualTo(8);
        var entry = list.path("proxy_query_info_list").get(0);
        assertThat(entry.path("master_instance").path("id").asText()).isEqualTo("i-7");
        assertThat(entry.path("readonly_instances").isArray()).isTrue();
        var proxy = entry.path("proxy");
        assertThat(proxy.path("mode").asText()).isEqualTo("Ha");
        assertThat(proxy.path("node_num").asInt()).isEqualTo(2);
        assertThat(proxy.path("nodes").findValuesAsText("role")).containsExactly("master", "slave");
    }

    @Test
    void nodes_with_problems_come_first_with_what_their_agents_found() {
        call.post("/v3/fleet", Fleets.FILE, "Content-Type", "application/yaml");
        var nodes = inventory.proxy("x-7").orElseThrow().nodes();
        var version = nodes.getFirst().version();
        var well = new NodeFacts(
                "1.4.0", 1, List.of(new NodeFacts.Generation(1, "2.6.12-1+deb12u3", true, 4, 1)), List.of());
        var ill =
                new NodeFacts(null, 1, List.of(), List.of(new NodeFacts.Finding(true, "DISK_FULL", "9 MiB are free")));
        saw(nodes.getFirst().id(), version, well);
        saw(nodes.getLast().id(), version, ill);

        var list = call.get("/v3/nodes").json();

        assertThat(list.path("total_count").asInt()).isEqualTo(2);
        assertThat(list.path("nodes").findValuesAsText("id"))
                .containsExactly(nodes.getLast().id(), nodes.getFirst().id());
        assertThat(list.path("nodes").get(0).path("findings").toString())
                .isEqualTo("[{\"problem\":true,\"kind\":\"DISK_FULL\",\"text\":\"9 MiB are free\"}]");
        assertThat(list.path("nodes").get(1).path("agent").asText()).isEqualTo("1.4.0");
        assertThat(list.path("nodes").get(1).path("generations").toString())
                .isEqualTo("[{\"number\":1,\"version\":\"2.6.12-1+deb12u3\",\"serving\":true,\"sessions\":4,"
                        + "\"over_age\":1}]");
        assertThat(call.get("/v3/instances/i-7").json().path("generations"))
                .hasSize(2)
                .anySatisfy(one -> {
                    assertThat(one.path("node_id").asText())
                            .isEqualTo(nodes.getFirst().id());
                    assertThat(one.path("generations"))
                            .isEqualTo(list.path("nodes").get(1).path("generations"));
                });
    }

    private void saw(String node, KernelVersion version, NodeFacts facts) {
        inventory.observed(
                new Inventory.Observation(node, version, Node.Status.NORMAL, "host", 4, Instant.EPOCH, null, facts));
    }

    @Test
    void what_does_not_exist_is_404() {
        assertThat(call.get("/v3/proxies/nobody").code()).isEqualTo("DBS.200002");
        assertThat(call.get("/v3/nowhere/instances").code()).isEqualTo("DBS.200002");
        assertThat(call.get("/v3/nowhere/tasklist").code()).isEqualTo("DBS.200002");
        assertThat(call.get("/v3/upgrades/nothing").code()).isEqualTo("DBS.200543");
    }
}
