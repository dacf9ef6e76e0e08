package dev.changeover.api.openapi;

import static dev.changeover.upgrade.ErrorCode.*;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.changeover.api.RequestId;
import dev.changeover.upgrade.ErrorCode;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Which errors an operation of the OpenAPI document has. Most follow from what it is: who may call it, whether its path
 * names something, whether it takes a body. Each set of errors with one status is one response of the document's
 * components, so that it stands there once.
 *
 * @param components those of the document, which get a response for each kind of error
 * @param examples of the sentences, by the errors' names
 */
record DocumentedErrors(ObjectNode components, JsonNode examples) {
    /** The errors that every operation like this one can answer. */
    static Set<ErrorCode> of(String path, ObjectNode operation, boolean open) {
        var errors = EnumSet.of(WRONG_PARAMETER, HEADERS_TOO_LARGE, ADDRESS_TOO_LONG, OUR_FAULT, UNAVAILABLE);
        if (!open) {
            errors.addAll(List.of(NO_CREDENTIALS, NOT_PERMITTED, MISDIRECTED));
        }
        if (path.contains("{")) {
            errors.add(NO_SUCH_PATH);
        }
        if (path.contains("{job_id}") || path.endsWith("/jobs")) {
            errors.add(NO_SUCH_JOB);
        } else if (path.contains("{")) {
            errors.add(NOT_FOUND);
        }
        if (operation.has("requestBody")) {
            errors.addAll(List.of(TOO_LARGE, NOT_JSON));
        }
        return errors;
    }

    void describe(ObjectNode responses, Collection<ErrorCode> errors) {
        var byStatus = errors.stream()
                .collect(Collectors.groupingBy(
                        error -> String.valueOf(error.status()), TreeMap::new, Collectors.toList()));
        byStatus.forEach(
                (status, those) -> responses.putObject(status).put("$ref", "#/components/responses/" + shared(those)));
    }

    /** The name of the response that all operations with these errors share. */
    private String shared(List<ErrorCode> errors) {
        var name = errors.stream().map(Enum::name).collect(Collectors.joining("."));
        var responses = components.withObjectProperty("responses");
        if (!responses.has(name)) {
            write(responses.putObject(name), errors);
        }
        return name;
    }

    private void write(ObjectNode response, List<ErrorCode> errors) {
        response.put("description", errors.stream().map(ErrorCode::meaning).collect(Collectors.joining("; or ")));
        var headers = response.putObject("headers");
        headers.putObject(RequestId.HEADER).put("$ref", "#/components/headers/" + RequestId.HEADER);
        if (errors.getFirst().saysWhenToTryAgain()) {
            headers.putObject("Retry-After").put("$ref", "#/components/headers/Retry-After");
        }
        var content = response.putObject("content").putObject("application/json");
        content.putObject("schema").put("$ref", "#/components/schemas/ErrorBody");
        var shown = content.putObject("examples");
        errors.forEach(error -> shown.putObject(error.code())
                .putObject("value")
                .put("error_code", error.code())
                .put("error_msg", examples.required(error.name()).asText()));
    }
}
