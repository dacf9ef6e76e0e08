package dev.changeover.inventory;

import java.io.Reader;
import org.yaml.snakeyaml.parser.Parser;

/** What a file is written in; both are read by the same rules. */
public enum FileFormat {
    YAML,
    JSON;

    Parser events(Reader text) {
        return switch (this) {
            case YAML -> YamlEntries.yaml(text);
            case JSON -> new JsonEvents(text);
        };
    }
}
