package dev.changeover.inventory;

import dev.changeover.inventory.FileRefused.Fault;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.nodes.MappingNode;

/**
 * A YAML text while it is read: the faults found so far and the names declared so far. A reader goes on after a fault
 * with some value that never leaves {@link #read}, so that one attempt finds all of them.
 *
 * <p>Only the tree of texts is used. Tags and aliases are refused: nothing is created by name, and no small file stands
 * for a huge one.
 */
final class YamlFile {
    /** Room for 100,000 proxies. */
    private static final int MOST_CHARACTERS = 64 << 20;

    private static final int DEEPEST = 20;

    /** A file with more of them is the wrong file. */
    private static final int MOST_FAULTS = 200;

    private final Set<Fault> faults = new LinkedHashSet<>();
    private final Map<String, Integer> declared = new HashMap<>();

    private YamlFile() {}

    /**
     * Reads a text whose top level is a mapping with one list.
     *
     * @throws FileRefused with every fault
     */
    static <T> T read(String yaml, String list, String kind, List<String> keys, Function<List<YamlBlock>, T> reader) {
        var file = new YamlFile();
        var items = file.items(yaml, list, kind, keys);
        var result = reader.apply(items);
        if (!file.faults.isEmpty()) {
            throw new FileRefused(List.copyOf(file.faults));
        }
        return result;
    }

    void fault(Mark at, String sentence) {
        fault(at.getLine() + 1, sentence);
    }

    private void fault(int line, String sentence) {
        if (faults.size() < MOST_FAULTS) {
            faults.add(new Fault(line, sentence));
        }
    }

    int faults() {
        return faults.size();
    }

    /** Notes that a name is taken in this file; a second time is a fault. */
    void declare(Mark at, String name) {
        var earlier = declared.putIfAbsent(name, at.getLine() + 1);
        if (earlier != null) {
            fault(at, "%s is declared already on line %d".formatted(name, earlier));
        }
    }

    private List<YamlBlock> items(String yaml, String list, String kind, List<String> keys) {
        try {
            refuseTagsAndAliases(yaml);
            if (!faults.isEmpty()) {
                return List.of();
            }
            var tree = parser().compose(new StringReader(yaml));
            if (tree instanceof MappingNode mapping) {
                var root = new YamlBlock(this, "the file", mapping, List.of(list));
                if (root.has(list)) {
                    return root.blocks(list, kind, keys);
                }
            }
            fault(1, "the file needs a list '%s'".formatted(list));
        } catch (MarkedYAMLException e) {
            fault(e.getProblemMark(), "this is not YAML: " + e.getProblem());
        } catch (YAMLException e) {
            fault(1, "this is not YAML: " + e.getMessage());
        }
        return List.of();
    }

    private void refuseTagsAndAliases(String yaml) {
        for (var event : parser().parse(new StringReader(yaml))) {
            if (event instanceof AliasEvent alias) {
                fault(
                        event.getStartMark(),
                        "the alias *%s is not understood: write it out".formatted(alias.getAnchor()));
            } else if (hasTag(event)) {
                fault(event.getStartMark(), "tags, like !this, are not understood: leave it out");
            } else if (event instanceof ScalarEvent scalar && !isPlain(scalar.getValue())) {
                fault(event.getStartMark(), "a NUL or half of a character is no text: leave it out");
            }
        }
    }

    /** Escapes can write what no database keeps and no answer could show. */
    private static boolean isPlain(String text) {
        return text.indexOf(0) < 0 && StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }

    private static boolean hasTag(Event event) {
        return event instanceof ScalarEvent scalar && scalar.getTag() != null
                || event instanceof CollectionStartEvent collection && collection.getTag() != null;
    }

    private static Yaml parser() {
        var options = new LoaderOptions();
        options.setCodePointLimit(MOST_CHARACTERS);
        options.setNestingDepthLimit(DEEPEST);
        return new Yaml(options);
    }
}
