package dev.changeover.api.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.api.ApiScene;
import dev.changeover.database.Sql;
import dev.changeover.database.Standby;
import io.micronaut.http.HttpMethod;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import io.micronaut.web.router.Router;
import io.micronaut.web.router.UriRouteInfo;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@MicronautTest(environments = "api", transactional = false)
class StandbyRefusalsTest {
    private static final String REASON = "this server is 0.9.0, and a newer one, 0.10.0, works on the same database";
    private static final Set<HttpMethod> READING = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    private final ApiScene scene;
    private final Standby standby;
    private final Router router;
    private final Sql sql;

    StandbyRefusalsTest(ApiScene scene, Standby standby, Router router, Sql sql) {
        this.scene = scene;
        this.standby = standby;
        this.router = router;
        this.sql = sql;
    }

    /** The server looks every five seconds whether a newer one works, and has to find one. */
    @BeforeEach
    void standBy() {
        sql.change("insert into build (version, alive_at) values ('999.0.0', current_timestamp + interval '1' hour)");
        standby.set(Optional.of(REASON));
    }

    @AfterEach
    void work() {
        sql.change("delete from build where version = '999.0.0'");
        standby.set(Optional.empty());
    }

    @Test
    void what_changes_something_is_503_and_says_which_version_works() {
        var answer =
                scene.call.put("/v3/p-1/instances/i-1/ops-window", "{\"start_time\":\"01:00\",\"end_time\":\"05:00\"}");

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.code()).isEqualTo("DBS.280005");
        assertThat(answer.message())
                .startsWith("nothing was changed: this server is ")
                .contains("a newer one, ");
        assertThat(answer.header("Retry-After")).isEqualTo("10");
    }

    @Test
    void no_route_that_changes_something_gets_past_it() {
        var routes = router.uriRoutes()
                .filter(route -> !READING.contains(route.getHttpMethod()))
                .filter(route -> !Action.READ.equals(
                        route.getAnnotationMetadata().stringValue(Action.class).orElse("")))
                .map(StandbyRefusalsTest::call)
                .collect(Collectors.toSet());

        var passed = routes.stream()
                .filter(route -> {
                    var word = route.split(" ");
                    return scene.call
                                    .send(word[0], word[1], "{}", "Content-Type", "application/json")
                                    .status()
                            != 503;
                })
                .toList();

        assertThat(routes).hasSizeGreaterThan(30);
        assertThat(passed).isEmpty();
    }

    /** Every variable is one that the scene knows, or a word that fits its pattern. */
    private static String call(UriRouteInfo<?, ?> route) {
        var path = route.getUriMatchTemplate()
                .toPathString()
                .replace("{project_id}", "p-1")
                .replace("{instance_id}", "i-1")
                .replace("{proxy_id}", "x-1")
                .replaceAll("\\{\\w+:(\\w+)[^}]*}", "$1")
                .replaceAll("\\{\\w+}", "n");
        return route.getHttpMethodName() + " " + path;
    }

    @Test
    void reads_go_on_also_those_that_are_asked_with_a_body() {
        assertThat(scene.call.get("/v3/projects").status()).isEqualTo(200);
        assertThat(scene.call
                        .post("/v3/p-1/instances/i-1/schedule-tasks/exist", "{\"schedule_type\":\"UPGRADE_PROXY\"}")
                        .status())
                .isNotEqualTo(503);
    }

    @Test
    void a_caller_whom_nobody_knows_is_told_no_version() {
        var answer = scene.call.by("").post("/v3/login", "{\"name\":\"anna\",\"password\":\"correct horse battery\"}");

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.message())
                .isEqualTo("nothing was changed: another server works on this one's database: call that one");
    }

    @Test
    void the_attempt_is_recorded_with_its_outcome_but_not_announced() {
        var answer = scene.call.post("/v3/fleet", "projects: []", "Content-Type", "application/yaml");

        assertThat(sql.list(
                        "select status from audit_outcome where request_id = ?",
                        row -> row.number("status"),
                        answer.header("X-Request-Id")))
                .containsExactly(503);
    }
}
