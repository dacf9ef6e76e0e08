package dev.changeover.api.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.changeover.api.RequestId;
import dev.changeover.upgrade.ErrorCode;
import io.micronaut.web.router.UriRouteInfo;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One operation of the OpenAPI document while it is completed. */
record DocumentedOperation(ObjectNode node) {
    private static final String REQUEST = "request";
    private static final String ANSWER = "answer";
    private static final String ERRORS = "errors";

    /** A route's path as the document has it: variables without what they may be. */
    static String path(UriRouteInfo<?, ?> route) {
        return route.getUriMatchTemplate().toPathString().replaceAll("\\{(\\w+):[^}]*}", "{$1}");
    }

    /** @param known what is to be said of parameters wherever they occur, by their names */
    void parameters(ObjectNode known) {
        for (var parameter : node.path("parameters")) {
            var described = (ObjectNode) parameter;
            described.remove("explode"); // says nothing: none is a list
            if (described.get("schema") instanceof ObjectNode schema) {
                schema.remove("nullable"); // what is left out is no null
            }
            if (known.get(described.path("name").asText()) instanceof ObjectNode more) {
                Fragments.merge(described, more.deepCopy());
            }
        }
    }

    /**
     * The facts of this operation alone: {@code request} and {@code answer} are examples of bodies, {@code parameters}
     * go by their names, {@code errors} are those that follow from nothing else; all else is written as the document
     * has it.
     *
     * @return the errors
     */
    Set<ErrorCode> add(ObjectNode own) {
        if (own.get("parameters") instanceof ObjectNode parameters) {
            parameters(parameters);
        }
        example(node.path("requestBody"), own.get(REQUEST));
        for (var response : node.path("responses")) {
            example(response, own.get(ANSWER));
        }
        var errors = EnumSet.noneOf(ErrorCode.class);
        own.path(ERRORS).forEach(name -> errors.add(ErrorCode.valueOf(name.asText())));
        Fragments.merge(node, own.deepCopy().without(List.of(REQUEST, ANSWER, ERRORS, "parameters")));
        return errors;
    }

    private static void example(JsonNode message, @Nullable JsonNode example) {
        if (example != null) {
            message.path("content").forEach(content -> ((ObjectNode) content).set("example", example.deepCopy()));
        }
    }

    /** Every answer has the request's id. */
    void answers(DocumentedErrors shared, Collection<ErrorCode> errors) {
        var responses = node.withObjectProperty("responses");
        responses.properties().forEach(response -> {
            var answer = (ObjectNode) response.getValue();
            answer.put("description", node.path("summary").asText());
            answer.withObjectProperty("headers")
                    .putObject(RequestId.HEADER)
                    .put("$ref", "#/components/headers/" + RequestId.HEADER);
        });
        shared.describe(responses, errors);
    }
}
