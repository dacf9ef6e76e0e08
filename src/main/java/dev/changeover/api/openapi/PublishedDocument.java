package dev.changeover.api.openapi;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micronaut.core.io.ResourceLoader;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.rules.SecurityRule;
import io.micronaut.web.router.Router;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * The OpenAPI document as callers get it, made when it is first asked for, in three steps:
 *
 * <ol>
 *   <li>what the compiler made of the controllers: paths, parameters, bodies;
 *   <li>what it cannot know, from {@code openapi/additions.yml}: examples, limits, how credentials are shown;
 *   <li>what the routes know: who may call each, and with that the errors each can answer.
 * </ol>
 *
 * For any thread.
 */
@Singleton
final class PublishedDocument {
    private static final String COMPILED = "META-INF/swagger/changeover.yml";
    private static final String ADDITIONS = "openapi/additions.yml";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ResourceLoader resources;
    private final Router router;
    private volatile String text = "";

    PublishedDocument(ResourceLoader resources, Router router) {
        this.resources = resources;
        this.router = router;
    }

    /** The document in YAML. */
    String text() {
        if (text.isEmpty()) {
            text = made();
        }
        return text;
    }

    private String made() {
        var document = read(COMPILED);
        var additions = read(ADDITIONS);
        Fragments.merge(document, additions.withObjectProperty("document"));
        var parameters = additions.withObjectProperty("parameters");
        var own = additions.withObjectProperty("operations");
        var shared = new DocumentedErrors(document.withObjectProperty("components"), additions.path("errors"));
        var open = open();
        for (var path : document.withObjectProperty("paths").properties()) {
            for (var entry : path.getValue().properties()) {
                var name = entry.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey();
                var operation = new DocumentedOperation((ObjectNode) entry.getValue());
                operation.parameters(parameters);
                var errors = DocumentedErrors.of(path.getKey(), operation.node(), open.contains(name));
                errors.addAll(operation.add(own.withObjectProperty(name)));
                operation.answers(shared, errors);
                if (open.contains(name)) {
                    operation.node().putArray("security");
                }
                own.remove(name);
            }
        }
        if (!own.isEmpty()) {
            throw new IllegalStateException("%s describes what is not there: %s"
                    .formatted(ADDITIONS, own.fieldNames().next()));
        }
        return write(document);
    }

    /** Method and path of the routes that need no credentials. */
    private Set<String> open() {
        return router.uriRoutes()
                .filter(route -> Arrays.asList(route.getAnnotationMetadata().stringValues(Secured.class))
                        .contains(SecurityRule.IS_ANONYMOUS))
                .map(route -> route.getHttpMethodName() + " " + DocumentedOperation.path(route))
                .collect(Collectors.toSet());
    }

    private ObjectNode read(String resource) {
        try (var stream = resources.getResourceAsStream(resource).orElseGet(InputStream::nullInputStream)) {
            var yaml = new org.yaml.snakeyaml.Yaml(new SafeConstructor(new LoaderOptions()));
            Map<String, Object> content = yaml.load(stream);
            return JSON.convertValue(content, ObjectNode.class);
        } catch (IOException damaged) {
            throw new UncheckedIOException(damaged);
        }
    }

    private static String write(ObjectNode document) {
        var options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        options.setWidth(160);
        return new org.yaml.snakeyaml.Yaml(options).dump(JSON.convertValue(document, Map.class));
    }
}
