package dev.changeover.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import io.micronaut.web.router.Router;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

@MicronautTest(environments = "api", transactional = false)
class DocumentTest {
    private final Calls call;
    private final Router router;

    DocumentTest(EmbeddedServer server, Router router) {
        this.call = Calls.to(server);
        this.router = router;
    }

    @Test
    void the_document_describes_exactly_the_routes_there_are() {
        var served = new TreeSet<String>();
        router.uriRoutes()
                .filter(route -> route.getDeclaringType().getPackageName().equals("dev.changeover.api"))
                .filter(route -> !route.getHttpMethodName().equals("HEAD"))
                .forEach(route -> served.add(route.getHttpMethodName() + " "
                        + route.getUriMatchTemplate().toPathString().replaceAll("\\{(\\w+):[^}]*}", "{$1}")));

        assertThat(described()).isEqualTo(served).hasSizeGreaterThan(15);
    }

    @Test
    void fields_are_described_as_they_are_written() {
        assertThat(call.get("/openapi/changeover.yml").text()).contains("update_result:", "is_delayed:", "error_msg:");
    }

    @Test
    void what_controllers_get_from_the_server_is_no_part_of_a_request() {
        assertThat(call.get("/openapi/changeover.yml").text()).doesNotContain("schemas/Caller", "schemas/Change");
    }

    @Test
    void the_page_is_served_and_needs_nothing_from_elsewhere() {
        var page = call.get("/openapi");

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.header("Content-Type")).startsWith("text/html");
        assertThat(page.text()).doesNotContainPattern("(src|href)=.?https?://").contains("/openapi/changeover.yml");
        var scripts = Pattern.compile("/swagger-ui/res/[\\w.-]+")
                .matcher(page.text())
                .results()
                .toList();
        assertThat(scripts)
                .isNotEmpty()
                .allSatisfy(
                        found -> assertThat(call.get(found.group()).status()).isEqualTo(200));
    }

    @Test
    void health_and_figures_are_served_and_no_other_inside() {
        assertThat(call.get("/health").json().path("status").asText()).isEqualTo("UP");
        assertThat(call.get("/prometheus").text()).contains("jvm_memory_used_bytes");
        assertThat(call.get("/env").code()).isEqualTo("DBS.290013");
        assertThat(call.get("/beans").code()).isEqualTo("DBS.290013");
    }

    private TreeSet<String> described() {
        var described = new TreeSet<String>();
        Map<String, Map<String, Map<String, Object>>> document =
                new Yaml().load(call.get("/openapi/changeover.yml").text());
        document.getOrDefault("paths", Map.of())
                .forEach((path, methods) -> methods.keySet()
                        .forEach(method -> described.add(method.toUpperCase(Locale.ROOT) + " " + path)));
        return described;
    }
}
