package dev.changeover.inventory;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.DocumentEndEvent;
import org.yaml.snakeyaml.events.DocumentStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.ImplicitTuple;
import org.yaml.snakeyaml.events.MappingEndEvent;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.events.SequenceEndEvent;
import org.yaml.snakeyaml.events.SequenceStartEvent;
import org.yaml.snakeyaml.events.StreamEndEvent;
import org.yaml.snakeyaml.events.StreamStartEvent;

/**
 * A JSON text as the events of the YAML text that says the same, so that one reader serves both. YAML's own parser does
 * not read all of JSON: it refuses tabs and the escape {@code \/}, and folds some characters as line ends.
 */
final class JsonEvents implements Supplier<@Nullable Event> {
    private static final JsonFactory JSON = new JsonFactory();

    private final JsonParser text;
    private final Queue<Event> next = new ArrayDeque<>();

    JsonEvents(Reader text) {
        try {
            this.text = JSON.createParser(text);
        } catch (IOException unread) {
            throw new YAMLException(unread);
        }
        next.add(new StreamStartEvent(mark(), mark()));
    }

    /** A text that is no JSON. */
    private static final class Broken extends MarkedYAMLException {
        private Broken(String problem, Mark at) {
            super(null, null, problem, at);
        }
    }

    @Override
    public @Nullable Event get() {
        if (next.isEmpty() && !text.isClosed()) read();
        return next.poll();
    }

    private void read() {
        try {
            var before = text.currentToken();
            var isWithin = !text.getParsingContext().inRoot();
            var token = text.nextToken();
            var at = mark();
            if (!isWithin && before == null && token != null) next.add(start(at));
            if (!isWithin && before != null && token != null)
                throw new Broken("the JSON has ended, and more follows: remove it", at);
            if (!isWithin && before != null) next.add(new DocumentEndEvent(at, at, false));
            next.add(token == null ? new StreamEndEvent(at, at) : event(token, at));
        } catch (JsonProcessingException wrong) {
            throw new Broken(wrong.getOriginalMessage(), mark());
        } catch (IOException unread) {
            throw new YAMLException(unread);
        }
    }

    private static Event start(Mark at) {
        return new DocumentStartEvent(at, at, false, null, Map.of());
    }

    private Event event(JsonToken token, Mark at) throws IOException {
        return switch (token) {
            case START_OBJECT -> new MappingStartEvent(null, null, true, at, at, FlowStyle.FLOW);
            case START_ARRAY -> new SequenceStartEvent(null, null, true, at, at, FlowStyle.FLOW);
            case END_OBJECT -> new MappingEndEvent(at, at);
            case END_ARRAY -> new SequenceEndEvent(at, at);
            case FIELD_NAME, VALUE_STRING -> scalar(false, ScalarStyle.DOUBLE_QUOTED, at);
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_TRUE, VALUE_FALSE, VALUE_NULL ->
                scalar(true, ScalarStyle.PLAIN, at);
            case VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE -> throw new IllegalStateException("not of a text: " + token);
        };
    }

    private Event scalar(boolean isPlain, ScalarStyle style, Mark at) throws IOException {
        return new ScalarEvent(null, null, new ImplicitTuple(isPlain, !isPlain), text.getText(), at, at, style);
    }

    private Mark mark() {
        var at = text.currentTokenLocation();
        return new Mark("", 0, Math.max(0, at.getLineNr() - 1), 0, new int[0], 0);
    }
}
