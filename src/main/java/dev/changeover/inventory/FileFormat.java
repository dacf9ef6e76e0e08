package dev.changeover.inventory;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.events.Event;

/** What a file is written in; both are read by the same rules. */
public enum FileFormat {
    YAML,
    JSON;

    /** As far as a text is looked at for its beginning. */
    private static final int BLANKS = 8_000;

    /** YAML that is called JSON, as by a client that calls every body so, is still YAML. */
    FileFormat of(BufferedReader text) {
        if (this == YAML) return YAML;
        try {
            text.mark(BLANKS);
            var first = text.read();
            for (var read = 1; Character.isWhitespace(first) && read < BLANKS; read++) first = text.read();
            text.reset();
            return first == '{' || first == '[' ? JSON : YAML;
        } catch (IOException unread) {
            return JSON; // whose reader meets it again
        }
    }

    /** The next one each time; null after the last. */
    Supplier<@Nullable Event> events(Reader text) {
        return switch (this) {
            case YAML -> YamlEntries.yaml(text);
            case JSON -> new JsonEvents(text);
        };
    }
}
