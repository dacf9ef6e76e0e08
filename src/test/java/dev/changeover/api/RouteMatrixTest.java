package dev.changeover.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.changeover.access.Role;
import dev.changeover.api.RouteTable.Rule;
import dev.changeover.api.audit.Action;
import dev.changeover.api.signature.TokenHeader;
import dev.changeover.database.Sql;
import dev.changeover.upgrade.Outcome;
import dev.changeover.upgrade.Phase;
import io.micronaut.context.BeanContext;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import io.micronaut.web.router.Router;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every route there is, called by everybody for everything: nobody gets in without credentials, nobody does what its
 * role does not permit, and another project's things are as if they did not exist.
 */
@MicronautTest(environments = "api", transactional = false)
class RouteMatrixTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final BeanContext context;
    private final ApiScene scene;
    private final Router router;
    private final Sql sql;

    RouteMatrixTest(EmbeddedServer server, ApiScene scene, Router router, Sql sql) {
        this.context = server.getApplicationContext();
        this.scene = scene;
        this.router = router;
        this.sql = sql;
    }

    /** Somebody who calls; the role is null for somebody without credentials. */
    private record Somebody(String name, @Nullable Role role, String token) {
        boolean sees(Ids ids) {
            return role == Role.OPERATOR || ids.project.equals("p-1");
        }
    }

    /** The subject of a call. */
    private record Ids(String project, String instance, String proxy, String job) {
        String in(String text) {
            return text.replace("{campaign_id}/{order}", "c-9/pause")
                    .replace("{campaign_id}", "c-9")
                    .replace("{project_id}", project)
                    .replace("{instance_id}", instance)
                    .replace("{proxy_id}", proxy)
                    .replace("{job_id}", job)
                    .replace("{engine_name}", "haproxy")
                    .replace("{engine}", "haproxy")
                    .replace("{version}", Fleets.NEW.toString())
                    .replace("{command}", "pause")
                    .replace("{order}", "retry")
                    .replace("{node_id}", "n-1")
                    .replace("{selector}", "liveness")
                    .replace("{name}", "matrix-other")
                    .replace("{access_key_id}", "AK")
                    .replace("{contact_id}", "c-1");
        }

        String blanked(String text) {
            return Stream.of(project, instance, proxy, job).reduce(text, (left, id) -> left.replace(id, "ID"));
        }
    }

    @Test
    void the_table_has_exactly_the_routes_there_are() {
        var served = new TreeSet<String>();
        router.uriRoutes()
                .filter(route -> !route.getHttpMethodName().equals("HEAD"))
                .forEach(route -> served.add(route.getHttpMethodName() + " "
                        + route.getUriMatchTemplate().toPathString().replaceAll("\\{(\\w+):[^}]*}", "{$1}")));

        assertThat(RouteTable.ALL.stream().map(Rule::route))
                .as("every route needs its row in RouteTable, with the permission it needs")
                .containsExactlyInAnyOrderElementsOf(served);
    }

    @Test
    void every_route_that_changes_something_has_its_word_for_the_audit_trail() {
        assertThat(router.uriRoutes()
                        .filter(route -> !List.of("GET", "HEAD", "OPTIONS").contains(route.getHttpMethodName()))
                        .filter(route -> route.getAnnotationMetadata()
                                .stringValue(Action.class)
                                .isEmpty())
                        .map(route -> route.getHttpMethodName() + " "
                                + route.getUriMatchTemplate().toPathString()))
                .as("give them an @Action")
                .isEmpty();
    }

    @TestFactory
    Stream<DynamicTest> routes() {
        return RouteTable.ALL.stream().map(rule -> dynamicTest(rule.route(), () -> walk(rule)));
    }

    private void walk(Rule rule) {
        var own = new Ids("p-1", "i-1", "x-1", endedJob("p-1", "i-1", "x-1"));
        var foreign = new Ids("p-2", "i-2", "x-2", endedJob("p-2", "i-2", "x-2"));
        var unknown = new Ids("p-9", "i-9", "x-9", "7d0f9a37-0000-0000-0000-000000000000");
        var mixed = new Ids("p-1", "i-2", "x-2", foreign.job);
        var everybody = everybody();
        var before = everything();
        for (var somebody : everybody) {
            if (somebody.role == null) {
                for (var ids : List.of(own, foreign, unknown)) {
                    strangersGet401(rule, ids, somebody);
                }
            } else if (!rule.permits(somebody.role)) {
                for (var ids : List.of(own, foreign, unknown, mixed)) {
                    refused(rule, ids, somebody, 403, "DBS.280056");
                }
            } else if (rule.isOfAProject()) {
                othersThingsDoNotExist(rule, foreign, unknown, mixed, somebody);
            }
        }
        assertThat(everything()).as("nothing changed by refused calls").isEqualTo(before);
        for (var somebody : everybody) {
            if (somebody.role != null && rule.permits(somebody.role) && !rule.open()) {
                var answer = call(rule.method(), rule, own, somebody);
                assertThat(answer.statusCode())
                        .as("%s by %s: %s", rule.route(), somebody.name, answer.body())
                        .isNotIn(401, 403, 405);
                assertThat(answer.statusCode() != 404 || !rule.isOfAProject())
                        .as("%s by %s: %s", rule.route(), somebody.name, answer.body())
                        .isTrue();
            }
        }
    }

    private void strangersGet401(Rule rule, Ids ids, Somebody nobody) {
        if (rule.open()) {
            assertThat(call(rule.method(), rule, ids, nobody).statusCode()).isNotIn(403, 404, 405);
        } else {
            refused(rule, ids, nobody, 401, "DBS.280056");
        }
    }

    private void othersThingsDoNotExist(Rule rule, Ids foreign, Ids unknown, Ids mixed, Somebody somebody) {
        if (!somebody.sees(foreign)) {
            var status = rule.isOfAJob() ? 400 : 404;
            var code = rule.isOfAJob() ? "DBS.200543" : "DBS.200002";
            var theirs = refused(rule, foreign, somebody, status, code);
            var nothing = refused(rule, unknown, somebody, status, code);
            assertThat(foreign.blanked(theirs.body()))
                    .as("%s of another project is as unknown as one that does not exist", rule.route())
                    .isEqualTo(unknown.blanked(nothing.body()));
            assertThat(theirs.headers().map().keySet())
                    .isEqualTo(nothing.headers().map().keySet());
        } else {
            var status = rule.namesAJob() ? 400 : 404;
            refused(rule, unknown, somebody, status, rule.namesAJob() ? "DBS.200543" : "DBS.200002");
        }
        if (rule.path().contains("{project_id}") && rule.namesMoreThanItsProject()) {
            var status = rule.namesAJob() ? 400 : 404;
            refused(rule, mixed, somebody, status, rule.namesAJob() ? "DBS.200543" : "DBS.200002");
        }
    }

    private HttpResponse<String> refused(Rule rule, Ids ids, Somebody somebody, int status, String code) {
        var answer = call(rule.method(), rule, ids, somebody);
        assertThat(answer.statusCode())
                .as("%s of %s by %s: %s", rule.route(), ids.project, somebody.name, answer.body())
                .isEqualTo(status);
        assertThat(answer.body()).contains("\"error_code\":\"" + code + "\"");
        assertThat(answer.headers().firstValue("X-Request-Id")).isPresent();
        if (rule.method().equals("GET")) {
            assertThat(call("HEAD", rule, ids, somebody).statusCode())
                    .as("HEAD for %s of %s by %s", rule.route(), ids.project, somebody.name)
                    .isEqualTo(status);
        }
        return answer;
    }

    @TestFactory
    Stream<DynamicTest> ways_round() {
        return RouteTable.ALL.stream()
                .filter(rule -> !rule.open())
                .map(rule -> dynamicTest(rule.route(), () -> goRound(rule)));
    }

    /** Another spelling of a path is another path, or the same one with the same refusal. */
    private void goRound(Rule rule) {
        var foreign = new Ids("p-2", "i-2", "x-2", endedJob("p-2", "i-2", "x-2"));
        var everybody = everybody().stream()
                .filter(somebody -> !permitted(rule, somebody))
                .toList();
        var before = everything();
        for (var somebody : everybody) {
            for (var path : spellings(foreign.in(rule.path()))) {
                for (var method : List.of(rule.method(), "OPTIONS", "HEAD", "TRACE")) {
                    var answer = send(method, path + foreign.in(rule.query()), foreign.in(rule.body()), somebody.token);
                    assertThat(answer.statusCode())
                            .as("%s %s by %s: %s", method, path, somebody.name, answer.body())
                            .isBetween(400, 499);
                }
            }
        }
        assertThat(everything()).as("nothing changed by any of them").isEqualTo(before);
    }

    /** Everywhere, so that no spelling may keep it from anything. */
    private static boolean permitted(Rule rule, Somebody somebody) {
        var role = somebody.role;
        return role == Role.OPERATOR || (role != null && rule.permits(role) && !rule.isOfAProject());
    }

    private static List<String> spellings(String path) {
        var last = path.lastIndexOf('/');
        var spellings = new ArrayList<>(List.of(
                path + "/",
                path + "//",
                path + "/.",
                path + ";a=b",
                path + "%2F",
                path + "%20",
                path + "%00",
                path + ".json",
                "/" + path,
                "/." + path,
                "/health/.." + path,
                "/health/%2e%2e" + path,
                "/openapi/.." + path,
                "//health/.." + path,
                "/login/.." + path,
                "/login/%2e%2e" + path,
                "/login/..%2f" + path.substring(1),
                "/%2e" + path,
                path.substring(0, last) + "//" + path.substring(last + 1),
                path.substring(0, last) + (last == 0 ? "/" : "%2F") + path.substring(last + 1),
                path.substring(0, last) + "/%2e/" + path.substring(last + 1),
                path.toUpperCase(Locale.ROOT),
                "/%%%02x%s".formatted((int) path.charAt(1), path.substring(2)),
                path.replace("/p-2/", "/p-1%2F..%2Fp-2/"),
                path.replace("/p-2/", "/%70-2/"),
                path.replace("/p-2/", "/p-1/../p-2/"),
                path.replace("/p-2/", "/p-1,p-2/")));
        spellings.removeIf(path::equals);
        return spellings;
    }

    @Test
    void files_of_the_document_have_no_other_spelling_either() {
        for (var path : List.of("/openapi", "/openapi/changeover.yml", "/swagger-ui/res/swagger-ui-bundle.js")) {
            assertThat(send("GET", path, "", "").statusCode()).as(path).isEqualTo(401);
            for (var spelling : spellings(path)) {
                assertThat(send("GET", spelling, "", "").statusCode())
                        .as(spelling)
                        .isBetween(400, 499);
            }
        }
    }

    @Test
    void the_log_in_page_leads_to_no_other_file() {
        for (var up : List.of("..", "%2e%2e", ".%2e")) {
            for (var slash : List.of("/", "%2f", "%5c")) {
                for (var file : List.of("application.toml", "logback-demo.xml", "META-INF/swagger/changeover.yml")) {
                    for (var steps = 1; steps < 4; steps++) {
                        var path = "/login/" + (up + slash).repeat(steps) + file;
                        assertThat(send("GET", path, "", "").statusCode())
                                .as(path)
                                .isBetween(400, 499);
                    }
                }
            }
        }
    }

    @Test
    void only_ones_own_projects_can_be_chosen_each_with_its_region() {
        var vera = Callers.token(context, "matrix-viewer", Role.VIEWER, "p-1");

        assertThat(scene.call
                        .by(vera)
                        .get("/v3/projects")
                        .json()
                        .path("projects")
                        .toString())
                .isEqualTo("[{\"id\":\"p-1\",\"name\":\"Shop\",\"region\":\"eu-de\"}]");
        assertThat(scene.call.get("/v3/projects").json().path("projects").findValuesAsText("id"))
                .contains("p-1", "p-2");
    }

    @Test
    void projects_are_found_by_their_name() {
        assertThat(scene.call.get("/v3/projects?name=Shop").json().toString())
                .isEqualTo(
                        "{\"projects\":[{\"id\":\"p-1\",\"name\":\"Shop\",\"region\":\"eu-de\"}],\"total_count\":1}");
        assertThat(scene.call.get("/v3/projects?name=shop").json().toString())
                .isEqualTo("{\"projects\":[],\"total_count\":0}");
    }

    @Test
    void a_filter_by_another_projects_instance_finds_nothing() {
        var job = endedJob("p-2", "i-2", "x-2");
        var vera = scene.call.by(Callers.token(context, "matrix-viewer", Role.VIEWER, "p-1"));

        for (var query : List.of(
                "tasklist?instance_id=i-2",
                "tasklist?id=" + job,
                "tasklist?instance_name=ledger",
                "schedule-tasks?instance_id=i-2",
                "immediate-jobs?job_id=" + job,
                "immediate-jobs?instance_id=i-2",
                "scheduled-jobs?job_id=" + job)) {
            assertThat(vera.get("/v3/p-1/" + query).json().path("total_count").asInt(-1))
                    .as(query)
                    .isZero();
        }
    }

    private List<Somebody> everybody() {
        Callers.token(context, "matrix-other", Role.VIEWER, "p-1");
        return List.of(
                new Somebody("nobody", null, ""),
                new Somebody("an unknown token's bearer", null, "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbm5hIn0."),
                new Somebody("viewer", Role.VIEWER, Callers.token(context, "matrix-viewer", Role.VIEWER, "p-1")),
                new Somebody("owner", Role.OWNER, Callers.token(context, "matrix-owner", Role.OWNER, "p-1")),
                new Somebody("operator", Role.OPERATOR, Callers.token(context, "matrix-operator", Role.OPERATOR)));
    }

    /** An ended one, so that its events end, too. */
    private String endedJob(String project, String instance, String proxy) {
        var body = "{\"source_version\":\"%s\",\"target_version\":\"%s\"}".formatted(Fleets.OLD, Fleets.NEW);
        var job = scene.call
                .post("/v3/%s/instances/%s/proxy/%s/upgrade-version".formatted(project, instance, proxy), body)
                .json()
                .path("update_result")
                .get(0)
                .path("workflow_id")
                .asText();
        scene.upgrades.happens(job, 1, "ENDED", Phase.ENDED, Outcome.DONE);
        return job;
    }

    /** All rows but those about calls rather than about what they ask for, and those that are worked off by themselves. */
    private Map<String, Object> everything() {
        var tables = sql
                .list(
                        "select table_name from information_schema.tables where table_schema = 'public'",
                        row -> row.text("table_name"))
                .stream()
                .filter(table -> !table.startsWith("audit") && !table.startsWith("signed_request"))
                // The server goes on with those by itself.
                .filter(table -> !table.startsWith("notice") && !table.startsWith("delivery"))
                .filter(table -> !table.equals("build") && !table.startsWith("kernel_change"))
                .map(table -> '"' + table + '"')
                .collect(Collectors.joining(", "));
        var rows = sql.list("script simple nosettings table " + tables, row -> row.text("script")).stream()
                .filter(line -> line.startsWith("INSERT INTO"))
                .collect(Collectors.toCollection(TreeSet::new));
        return Map.of("rows", rows, "commands", List.copyOf(scene.upgrades.commands));
    }

    private HttpResponse<String> call(String method, Rule rule, Ids ids, Somebody somebody) {
        return send(method, ids.in(rule.path() + rule.query()), ids.in(rule.body()), somebody.token);
    }

    /** The path goes over the wire as it is written here. */
    private HttpResponse<String> send(String method, String path, String body, String token) {
        var request = HttpRequest.newBuilder(URI.create(scene.server + path))
                .header("Content-Type", "application/json")
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (!token.isEmpty()) {
            request.header(TokenHeader.NAME, token);
        }
        try {
            return HTTP.send(request.build(), BodyHandlers.ofString());
        } catch (IOException failed) {
            throw new AssertionError(method + " " + path + " got no answer", failed);
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
    }
}
