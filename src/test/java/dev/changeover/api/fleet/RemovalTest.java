package dev.changeover.api.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.access.Role;
import dev.changeover.api.ApiScene;
import dev.changeover.api.Callers;
import dev.changeover.api.Calls.Answer;
import dev.changeover.api.Fleets;
import dev.changeover.api.StartedCampaign;
import dev.changeover.database.Sql;
import dev.changeover.database.TestDatabase;
import dev.changeover.inventory.Inventory.Observation;
import dev.changeover.inventory.Node;
import dev.changeover.inventory.NodeFacts;
import dev.changeover.upgrade.Outcome;
import dev.changeover.upgrade.Phase;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is gone is taken out of Changeover again, on PostgreSQL. */
class RemovalTest {
    private static final String INSTANCE = "/v3/p-1/instances/i-1";
    private static final String PROXY = INSTANCE + "/proxies/x-1";
    private static final String GONE = "{\"reason\":\"the database is gone\"}";

    private static final EmbeddedServer SERVER = ApplicationContext.run(
            EmbeddedServer.class, TestDatabase.settings(TestDatabase.newPostgres("template1")), "api", "test");

    private final ApplicationContext context = SERVER.getApplicationContext();
    private final ApiScene scene = newScene(context);

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    /** What earlier tests left keeps nothing here. */
    private static ApiScene newScene(ApplicationContext context) {
        var sql = context.getBean(Sql.class);
        List.of(
                        "task",
                        "proxy_claim",
                        "campaign",
                        "kernel_change",
                        "contact",
                        "instance_ring",
                        "node",
                        "proxy",
                        "instance",
                        "project")
                .forEach(table -> sql.change("delete from " + table));
        return context.getBean(ApiScene.class);
    }

    private Answer remove(String path) {
        return scene.call.send("DELETE", path, GONE, "Content-Type", "application/json");
    }

    private Answer remove(String path, String token) {
        return scene.call.by(token).send("DELETE", path, GONE, "Content-Type", "application/json");
    }

    @Test
    void a_proxy_is_removed_with_its_nodes_and_its_instance_stays() {
        var answer = remove(PROXY);

        assertThat(answer.text()).isEqualTo("{\"proxies\":[\"x-1\"],\"nodes\":[\"x-1-n1\",\"x-1-n2\"]}");
        assertThat(scene.inventory.proxy("x-1")).isEmpty();
        assertThat(scene.inventory.node("x-1-n1")).isEmpty();
        assertThat(scene.call.get(INSTANCE.replace("p-1/", "")).json().path("proxies"))
                .isEmpty();
        assertThat(scene.call.get("/v3/proxies/x-1").status()).isEqualTo(404);
        assertThat(scene.call.get("/v3/nodes").json().path("total_count").asInt())
                .isEqualTo(2);
        assertThat(scene.inventory.proxy("x-2")).as("another's").isPresent();
    }

    @Test
    void an_instance_is_removed_with_all_that_belongs_to_it() {
        scene.call.post(INSTANCE + "/contacts", "{\"name\":\"Team\",\"email\":\"team@example.com\"}");
        scene.call.put(INSTANCE + "/ring", "{\"ring\":\"LATE\"}");

        var answer = remove(INSTANCE);

        assertThat(answer.text()).isEqualTo("{\"proxies\":[\"x-1\"],\"nodes\":[\"x-1-n1\",\"x-1-n2\"]}");
        assertThat(scene.call.get(INSTANCE.replace("p-1/", "")).status()).isEqualTo(404);
        assertThat(rows("contact") + rows("instance_ring")).isZero();
        assertThat(scene.call.get("/v3/fleet").text()).contains("id: p-1").doesNotContain("i-1");
    }

    @ParameterizedTest
    @ValueSource(strings = {INSTANCE, PROXY})
    void what_was_removed_does_not_exist_any_more(String path) {
        remove(path);

        var again = remove(path);

        assertThat(again.status()).isEqualTo(404);
        assertThat(again.code()).isEqualTo("DBS.200002");
    }

    @ParameterizedTest
    @EnumSource(
            value = Phase.class,
            names = {"WAITING", "NODES", "RETIRING"})
    void an_upgrade_that_has_not_ended_keeps_it(Phase phase) {
        var job = phase == Phase.WAITING ? scene.call.submitInTheWindow() : scene.call.submit();
        if (phase == Phase.RETIRING) scene.upgrades.happens(job, 1, "ALL_SERVE", phase, null);

        for (var path : List.of(PROXY, INSTANCE)) {
            var answer = remove(path);

            assertThat(answer.status()).isEqualTo(409);
            assertThat(answer.code()).isEqualTo("DBS.200011");
            assertThat(answer.message()).contains(job, "x-1", phase.name(), "nothing was removed");
        }
        assertThat(scene.inventory.proxy("x-1").orElseThrow().nodes()).hasSize(2);
        assertThat(rows("proxy_claim")).isZero();
    }

    @Test
    void records_of_ended_upgrades_stay_readable() {
        var job = scene.call.submit();
        scene.upgrades.happens(job, 1, "ENDED", Phase.ENDED, Outcome.DONE);

        assertThat(remove(INSTANCE).status()).isEqualTo(200);

        for (var path : List.of(
                "/v3/p-1/upgrades/" + job,
                "/v3/p-1/upgrades/" + job + "/report",
                "/v3/upgrades/" + job,
                "/v3/p-1/jobs?id=" + job,
                "/v3/p-1/notices?job_id=" + job,
                "/v3/p-1/immediate-jobs?job_id=" + job)) {
            assertThat(scene.call.get(path).status()).as(path).isEqualTo(200);
        }
        var listed = scene.call
                .get("/v3/p-1/tasklist?id=" + job)
                .json()
                .path("tasks")
                .path(0);
        assertThat(listed.path("instance_name").asText()).isEqualTo("orders");
        assertThat(listed.path("instance_status").asText()).isEqualTo("DELETED");
    }

    @Test
    void an_owner_removes_what_is_in_its_project_and_nobody_elses() {
        var owner = Callers.token(context, "olaf", Role.OWNER, "p-1");
        var other = Callers.token(context, "otto", Role.OWNER, "p-2");
        var viewer = Callers.token(context, "vera", Role.VIEWER, "p-1");

        assertThat(remove(PROXY, other).status()).isEqualTo(404);
        assertThat(remove(INSTANCE, other).status()).isEqualTo(404);
        assertThat(remove("/v3/p-2/instances/i-1", other).status()).isEqualTo(404);
        assertThat(remove(PROXY, viewer).status()).isEqualTo(403);
        assertThat(remove("/v3/projects/p-1", owner).status()).isEqualTo(403);
        assertThat(remove(PROXY, owner).status()).isEqualTo(200);
    }

    @Test
    void nothing_is_removed_without_a_reason() {
        var answer = scene.call.send("DELETE", PROXY, "{}", "Content-Type", "application/json");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.message()).startsWith("reason:");
        assertThat(scene.inventory.proxy("x-1")).isPresent();
    }

    @Test
    void an_owner_takes_nothing_out_of_a_campaign() {
        StartedCampaign.in(context, scene.call);
        var owner = Callers.token(context, "olaf", Role.OWNER, "p-1");

        for (var path : List.of(PROXY, INSTANCE)) {
            var answer = remove(path, owner);

            assertThat(answer.status()).isEqualTo(409);
            assertThat(answer.code()).isEqualTo("DBS.200086");
            assertThat(answer.message()).contains("campaign", "x-1", "an operator");
        }
        assertThat(scene.inventory.proxy("x-1")).isPresent();
    }

    @Test
    void what_an_operator_removes_is_cancelled_in_its_campaign() {
        var event = StartedCampaign.in(context, scene.call);

        assertThat(remove(PROXY).status()).isEqualTo(200);

        assertThat(context.getBean(Sql.class)
                        .first(
                                "select state, reason from campaign_member where id = ?",
                                row -> row.text("state") + " " + row.text("reason"),
                                event))
                .hasValue("CANCELLED taken out of Changeover: the database is gone");
        assertThat(scene.call
                        .get("/v3/p-1/schedule-events?instance_id=i-1")
                        .json()
                        .path("events")
                        .path(0)
                        .path("status")
                        .asText())
                .isEqualTo("CANCELED");
    }

    @Test
    void a_project_is_removed_after_its_instances() {
        var full = remove("/v3/projects/p-1");
        remove(INSTANCE);
        var empty = remove("/v3/projects/p-1");
        var again = remove("/v3/projects/p-1");

        assertThat(full.status()).isEqualTo(409);
        assertThat(full.code()).isEqualTo("DBS.200086");
        assertThat(full.message()).contains("i-1", "nothing was removed");
        assertThat(empty.status()).isEqualTo(200);
        assertThat(again.status()).isEqualTo(404);
        assertThat(scene.inventory.projects()).extracting("id").containsExactly("p-2");
    }

    @Test
    void an_agent_that_goes_on_brings_its_node_not_back() {
        remove(PROXY);

        assertThat(seen("x-1-n1", "machine")).isFalse();

        assertThat(scene.inventory.node("x-1-n1")).isEmpty();
        assertThat(scene.call.post("/v3/nodes/x-1-n1/enrolment", "").status()).isEqualTo(404);
    }

    @Test
    void what_is_registered_again_is_new() {
        scene.call.put(INSTANCE + "/ops-window", "{\"start_time\":\"10:00\",\"end_time\":\"12:00\"}");
        seen("x-1-n1", "old machine");
        var file = scene.call.get("/v3/fleet").text();
        remove(INSTANCE);

        var answer = scene.call.post("/v3/fleet", file, "Content-Type", "application/yaml");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(scene.inventory.proxy("x-1").orElseThrow().nodes())
                .hasSize(2)
                .allSatisfy(node -> assertThat(node.observedAt()).isNull());
        assertThat(seen("x-1-n1", "new machine")).isTrue();
        assertThat(scene.call.submit()).isNotEmpty();
    }

    @Test
    void a_fleet_file_takes_nothing_away_but_nodes_of_proxies_that_it_names() {
        var file = Fleets.FILE.replace("{id: n-2,", "{id: n-3,");
        scene.call.post("/v3/fleet", Fleets.FILE, "Content-Type", "application/yaml");

        scene.call.post("/v3/fleet", file, "Content-Type", "application/yaml");

        assertThat(scene.inventory.proxy("x-7").orElseThrow().nodes())
                .extracting(Node::id)
                .containsExactly("n-1", "n-3");
        assertThat(scene.inventory.proxy("x-1")).isPresent();
    }

    @Test
    void the_audit_trail_says_what_was_removed_and_why() {
        var id = remove(INSTANCE).header("X-Request-Id");

        var entry = scene.call
                .get("/v3/audit?limit=50&action=instance.remove&project_id=p-1&instance_id=i-1")
                .json()
                .path("entries")
                .valueStream()
                .filter(one -> one.path("request_id").asText().equals(id))
                .findFirst()
                .orElseThrow();
        assertThat(entry.path("reason").asText()).isEqualTo("the database is gone");
        assertThat(entry.path("before").toString()).contains("orders", "x-1", "x-1-n1", "x-1-n2");
    }

    private boolean seen(String node, String machine) {
        return scene.inventory.observed(
                new Observation(node, Fleets.OLD, Node.Status.NORMAL, machine, 1, Instant.now(), null, NodeFacts.NONE));
    }

    private int rows(String table) {
        return context.getBean(Sql.class).count("select count(*) from " + table);
    }
}
