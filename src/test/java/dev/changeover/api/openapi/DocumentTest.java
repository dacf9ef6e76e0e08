package dev.changeover.api.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.oas.OpenApi30;
import dev.changeover.access.Role;
import dev.changeover.api.Callers;
import dev.changeover.api.Calls;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import io.micronaut.web.router.Router;
import io.swagger.v3.parser.OpenAPIV3Parser;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

@MicronautTest(environments = "api", transactional = false)
class DocumentTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern VARIABLE = Pattern.compile("\\{(\\w+)}");

    private final EmbeddedServer server;
    private final Calls call;
    private final Router router;
    private final String text;
    private final JsonNode document;

    DocumentTest(EmbeddedServer server, Router router) {
        this.server = server;
        this.call = Calls.to(server);
        this.router = router;
        this.text = call.get("/openapi/changeover.yml").text();
        Map<String, Object> read = new Yaml().load(text);
        this.document = JSON.valueToTree(read);
    }

    @Test
    void the_document_describes_exactly_the_routes_there_are() {
        var served = new TreeSet<String>();
        router.uriRoutes()
                .filter(route -> route.getDeclaringType().getPackageName().startsWith("dev.changeover.api"))
                .filter(route -> !route.getHttpMethodName().equals("HEAD"))
                .forEach(route -> served.add(route.getHttpMethodName() + " "
                        + route.getUriMatchTemplate().toPathString().replaceAll("\\{(\\w+):[^}]*}", "{$1}")));

        var described = operations().map(Operation::name).collect(Collectors.toCollection(TreeSet::new));

        assertThat(described).isEqualTo(served).hasSizeGreaterThan(40);
    }

    @Test
    void the_document_is_openapi_and_says_so_with_its_type() {
        var read = new OpenAPIV3Parser().readContents(text, null, null);

        assertThat(read.getMessages()).isEmpty();
        assertThat(read.getOpenAPI().getPaths()).isNotEmpty();
        assertThat(call.get("/openapi/changeover.yml").header("Content-Type")).startsWith("application/yaml");
    }

    @Test
    void every_variable_of_a_path_is_described_with_an_example() {
        assertThat(operations()).allSatisfy(operation -> {
            var variables = VARIABLE.matcher(operation.path)
                    .results()
                    .map(found -> found.group(1))
                    .collect(Collectors.toSet());
            var described = stream(operation.node.path("parameters"))
                    .filter(parameter -> parameter.path("in").asText().equals("path"))
                    .collect(
                            Collectors.toMap(parameter -> parameter.path("name").asText(), parameter -> parameter));
            assertThat(described.keySet()).isEqualTo(variables);
            described.forEach((name, parameter) -> assertThat(
                            parameter.has("example") || parameter.path("schema").has("enum"))
                    .as(name)
                    .isTrue());
        });
    }

    /** Asked without credentials: what the document says is open is not refused because of them. */
    @Test
    void who_may_call_is_described_as_it_is() {
        assertThat(document.path("security")).hasSizeGreaterThan(1);
        assertThat(operations()).allSatisfy(operation -> {
            var open = operation.node.has("security")
                    && operation.node.path("security").isEmpty();
            var answer = call.by("").send(operation.method, operation.filledPath(), "");
            assertThat(answer.status() != 401)
                    .as(operation.name() + ": " + answer.text())
                    .isEqualTo(open);
        });
    }

    @Test
    void every_body_and_every_answer_has_an_example_that_its_schema_allows() {
        var faults = new ArrayList<String>();
        operations().forEach(operation -> {
            check(faults, operation.name() + " request", operation.node.path("requestBody"));
            operation.node.path("responses").properties().forEach(response -> {
                if (response.getKey().startsWith("2")) {
                    check(faults, operation.name() + " " + response.getKey(), response.getValue());
                }
            });
        });

        assertThat(faults).isEmpty();
    }

    @Test
    void every_parameters_example_is_one_that_its_schema_allows() {
        assertThat(operations())
                .allSatisfy(operation -> assertThat(stream(operation.node.path("parameters")))
                        .allSatisfy(parameter -> {
                            if (parameter.has("example")) {
                                assertThat(faults(parameter.path("schema"), parameter.path("example")))
                                        .isEmpty();
                            }
                        }));
    }

    @Test
    void every_operation_names_each_of_its_errors_with_an_example_of_the_published_table() {
        assertThat(operations()).allSatisfy(operation -> {
            var responses = operation.node.path("responses");
            var errors = new ArrayList<>(List.of("400", "500", "503"));
            if (!operation.node.has("security")) {
                errors.add("401");
            }
            if (operation.path.contains("{")) {
                errors.add("404");
            }
            if (operation.node.has("requestBody")) {
                errors.addAll(List.of("413", "415"));
            }
            assertThat(names(responses)).containsAll(errors).noneMatch(status -> status.endsWith("XX"));
            responses.properties().stream()
                    .filter(response -> response.getKey().compareTo("400") >= 0)
                    .forEach(response -> assertIsError(resolved(response.getValue())));
        });
    }

    @Test
    void every_answer_has_its_request_id_and_says_when_to_try_again_where_that_helps() {
        assertThat(operations())
                .allSatisfy(operation -> operation
                        .node
                        .path("responses")
                        .properties()
                        .forEach(response -> {
                            var headers = names(resolved(response.getValue()).path("headers"));
                            assertThat(headers).contains("X-Request-Id");
                            assertThat(headers.contains("Retry-After"))
                                    .isEqualTo(List.of("429", "503").contains(response.getKey()));
                        }));
    }

    @Test
    void fields_are_described_as_they_are_written() {
        assertThat(text).contains("update_result:", "is_delayed:", "error_msg:");
    }

    @Test
    void what_controllers_get_from_the_server_is_no_part_of_a_request() {
        assertThat(text).doesNotContain("schemas/Caller", "schemas/Change");
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
        var owner = call.by(Callers.token(server.getApplicationContext(), "owner-of-all", Role.OWNER, "*"));
        assertThat(owner.get("/prometheus").status()).isEqualTo(403);
        assertThat(owner.get("/prometheus").message()).contains("owner-of-all", "rds:upgrade:operate");
        assertThat(call.get("/env").code()).isEqualTo("DBS.290013");
        assertThat(call.get("/beans").code()).isEqualTo("DBS.290013");
    }

    private record Operation(String method, String path, JsonNode node) {
        String name() {
            return method + " " + path;
        }

        /** With the examples of the document. */
        String filledPath() {
            var filled = path;
            for (var parameter : node.path("parameters")) {
                var value = parameter.has("example")
                        ? parameter.path("example")
                        : parameter.path("schema").path("enum").path(0);
                filled = filled.replace("{" + parameter.path("name").asText() + "}", value.asText());
            }
            return filled;
        }
    }

    private Stream<Operation> operations() {
        return document.path("paths").properties().stream()
                .flatMap(path -> path.getValue().properties().stream()
                        .map(method -> new Operation(
                                method.getKey().toUpperCase(Locale.ROOT), path.getKey(), method.getValue())));
    }

    private void assertIsError(JsonNode response) {
        var content = response.path("content").path("application/json");
        assertThat(content.path("schema").path("$ref").asText()).isEqualTo("#/components/schemas/ErrorBody");
        assertThat(content.path("examples"))
                .isNotEmpty()
                .allSatisfy(example -> assertThat(faults(content.path("schema"), example.path("value")))
                        .isEmpty());
    }

    private void check(List<String> faults, String where, JsonNode message) {
        message.path("content").properties().forEach(content -> {
            var example = content.getValue().get("example");
            if (example == null) {
                faults.add(where + " " + content.getKey() + " has no example");
            } else {
                faults(content.getValue().path("schema"), example)
                        .forEach(fault -> faults.add(where + " " + content.getKey() + ": " + fault));
            }
        });
    }

    private List<String> faults(JsonNode schema, JsonNode value) {
        var whole = JSON.createObjectNode();
        whole.putArray("allOf").add(schema);
        whole.set("components", document.path("components"));
        var dialect = OpenApi30.getInstance();
        var factory = JsonSchemaFactory.builder()
                .metaSchema(dialect)
                .defaultMetaSchemaIri(dialect.getIri())
                .build();
        return factory.getSchema(whole, SchemaValidatorsConfig.builder().build()).validate(value).stream()
                .map(Object::toString)
                .toList();
    }

    private JsonNode resolved(JsonNode response) {
        var reference = response.path("$ref").asText();
        return reference.isEmpty() ? response : document.at(reference.substring(1));
    }

    private static List<String> names(JsonNode object) {
        return object.properties().stream().map(Map.Entry::getKey).toList();
    }

    private static Stream<JsonNode> stream(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false);
    }
}
