package dev.changeover.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.StreamSupport;

/** Answers stay the JSON that they are, so that {@code -o json} prints what the server said and new fields cost nothing. */
final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private Json() {}

    static JsonNode read(String text) throws JsonProcessingException {
        return MAPPER.readTree(text);
    }

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    static ArrayNode array() {
        return MAPPER.createArrayNode();
    }

    static String pretty(JsonNode value) {
        try {
            return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(value);
        } catch (JsonProcessingException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** The field as text; empty where it is missing or null. */
    static String text(JsonNode object, String field) {
        var value = object.path(field);
        return value.isNull() ? "" : value.asText();
    }

    /** The elements of an array; none where it is missing. */
    static List<JsonNode> list(JsonNode object, String field) {
        return StreamSupport.stream(object.path(field).spliterator(), false).toList();
    }

    /** The texts of an array. */
    static List<String> texts(JsonNode object, String field) {
        return list(object, field).stream().map(JsonNode::asText).toList();
    }

    /** The same as one line. */
    static String words(JsonNode object, String field) {
        return String.join(", ", texts(object, field));
    }
}
