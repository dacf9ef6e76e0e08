package dev.changeover.client;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * Answers stay the JSON that they are, so that {@code -o json} prints what the server said and new fields cost nothing.
 */
public final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    /**
     * Characters that a terminal obeys instead of showing them, such as the begin of an escape or of letters from right
     * to left.
     */
    private static final Pattern UNSEEN = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]");

    private Json() {}

    public static JsonNode read(String text) throws JsonProcessingException {
        return MAPPER.readTree(text);
    }

    /** Of maps, lists, texts and numbers. */
    public static JsonNode of(Object value) {
        return MAPPER.valueToTree(value);
    }

    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    public static ArrayNode array() {
        return MAPPER.createArrayNode();
    }

    /** On several lines; the same value, but nothing in it is obeyed by a terminal. */
    public static String pretty(JsonNode value) {
        try {
            return unobeyed(MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(value));
        } catch (JsonProcessingException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** Writes in the same way, piece by piece; what it writes is to be made {@link #unobeyed}. */
    public static JsonGenerator prettyTo(Writer writer) {
        try {
            return MAPPER.createGenerator(writer).useDefaultPrettyPrinter();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** Written JSON in which nothing is obeyed by a terminal. */
    public static String unobeyed(String json) {
        return UNSEEN.matcher(json).replaceAll(found -> Matcher.quoteReplacement(escaped(found.group())));
    }

    /** Line ends within texts were escaped when they became JSON; those that are left stand between them. */
    private static String escaped(String character) {
        return "\r\n".contains(character)
                ? character
                : character.chars().mapToObj("\\u%04x"::formatted).collect(Collectors.joining());
    }

    /** The field as a text to be shown; empty where it is missing or null. */
    public static String text(JsonNode object, String field) {
        return shown(raw(object, field));
    }

    /** The same as it is, which may be anything: for what is not shown. */
    public static String raw(JsonNode object, String field) {
        var value = object.path(field);
        return value.isNull() ? "" : value.asText();
    }

    /** A text of somebody else, on one line of a terminal, which shows all of it and obeys nothing in it. */
    public static String shown(String text) {
        return isPlain(text)
                ? text
                : UNSEEN.matcher(text).replaceAll(found -> found.group().isBlank() ? " " : "?");
    }

    /** Whether nothing in it can be unseen: of nearly all texts this is known at a glance, and lists have many. */
    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < ' ' || text.charAt(i) > '~') return false;
        }
        return true;
    }

    /** The elements of an array; none where it is missing. */
    public static List<JsonNode> list(JsonNode object, String field) {
        return StreamSupport.stream(object.path(field).spliterator(), false).toList();
    }

    /** The texts of an array, to be shown. */
    public static List<String> texts(JsonNode object, String field) {
        return list(object, field).stream().map(text -> shown(text.asText())).toList();
    }

    /** The same as one line. */
    public static String words(JsonNode object, String field) {
        return String.join(", ", texts(object, field));
    }
}
