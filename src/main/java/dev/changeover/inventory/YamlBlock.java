package dev.changeover.inventory;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * One mapping of a file. Every error in it becomes a fault of the file, and the reader gets a value that keeps it
 * going.
 */
final class YamlBlock {
    /** Ids become parts of addresses, queue names and workflow ids. */
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    private final YamlFile file;
    private final Mark mark;
    private final String name;
    private final Map<String, Node> values = new LinkedHashMap<>();

    YamlBlock(YamlFile file, String name, MappingNode node, List<String> keys) {
        this.file = file;
        this.name = name;
        this.mark = node.getStartMark();
        for (var entry : node.getValue()) {
            var key = text(entry.getKeyNode());
            var at = entry.getKeyNode().getStartMark();
            if (!keys.contains(key)) {
                file.fault(
                        at, "%s has an unknown key '%s': known are %s".formatted(name, key, String.join(", ", keys)));
            } else if (values.putIfAbsent(key, entry.getValueNode()) != null) {
                file.fault(at, "%s has '%s' twice".formatted(name, key));
            }
        }
    }

    /** Its kind and its name: {@code node 'n3'}. */
    String name() {
        return name;
    }

    /** Whether a value is given; null is none. */
    boolean has(String key) {
        var value = values.get(key);
        return value != null
                && !value.getTag().equals(Tag.NULL)
                && !(value instanceof ScalarNode scalar && scalar.getValue().isEmpty());
    }

    /** The id, which no other thing of its kind in the file may have. */
    String id(String kind) {
        var id = value(
                "id",
                "letters, digits, '.', '_' and '-', at most 64 are needed",
                "",
                text -> ID.matcher(text).matches() ? text : null);
        if (!id.isEmpty()) {
            declare("id", "%s '%s'".formatted(kind, id));
        }
        return id;
    }

    /** A text of 1 to {@code most} characters. */
    String text(String key, int most) {
        return value(
                key,
                "a text of at most %d characters is needed".formatted(most),
                "",
                text -> text.isBlank() || text.length() > most ? null : text);
    }

    /** A text, or the other one where none is given. */
    String text(String key, int most, String otherwise) {
        return has(key) ? text(key, most) : otherwise;
    }

    /** An engine; {@code haproxy} where none is given. */
    String engine() {
        return !has("engine")
                ? Kernel.HAPROXY
                : value(
                        "engine",
                        String.join(" or ", Kernel.ENGINES) + " is needed",
                        Kernel.HAPROXY,
                        text -> Kernel.ENGINES.contains(text) ? text : null);
    }

    KernelVersion version(String key) {
        return value(
                key,
                "four numbers separated by dots are needed, like 2.23.06.001",
                KernelVersion.of("0.0.0.0"),
                text -> {
                    try {
                        return KernelVersion.of(text);
                    } catch (IllegalArgumentException e) {
                        return null;
                    }
                });
    }

    /** One of an enumeration's constants, in any case. */
    <E extends Enum<E>> E constant(String key, Class<E> type) {
        var constants = type.getEnumConstants();
        var words = Arrays.stream(constants)
                .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(" or "));
        return value(
                key,
                words + " is needed",
                constants[0],
                text -> Arrays.stream(constants)
                        .filter(constant -> constant.name().equalsIgnoreCase(text))
                        .findFirst()
                        .orElse(null));
    }

    /** One of an enumeration's constants, or the other one where none is given. */
    <E extends Enum<E>> E constant(String key, Class<E> type, E otherwise) {
        return has(key) ? constant(key, type) : otherwise;
    }

    /**
     * A value that must be given.
     *
     * @param needed ends the sentence about a missing or wrong one
     * @param instead keeps the reader going after a fault
     * @param parse null for a wrong text
     */
    <T> T value(String key, String needed, T instead, Function<String, @Nullable T> parse) {
        if (!has(key)) {
            file.fault(at(key), "%s has no %s: %s".formatted(name, key, needed));
            return instead;
        }
        if (!(values.get(key) instanceof ScalarNode scalar)) {
            file.fault(at(key), "%s has more than one value as %s: %s".formatted(name, key, needed));
            return instead;
        }
        var value = parse.apply(scalar.getValue());
        if (value == null) {
            file.fault(at(key), "%s has %s '%s': %s".formatted(name, key, scalar.getValue(), needed));
            return instead;
        }
        return value;
    }

    /** The mappings of a list, each named by the value of its first key; none where the list is not given. */
    List<YamlBlock> blocks(String key, String kind, List<String> keys) {
        if (!has(key)) {
            return List.of();
        }
        if (!(values.get(key) instanceof SequenceNode sequence)) {
            file.fault(at(key), "%s needs a list as %s".formatted(name, key));
            return List.of();
        }
        return sequence.getValue().stream()
                .flatMap(item -> of(file, item, kind, keys).stream())
                .toList();
    }

    private static String name(String kind, MappingNode node, String key) {
        return node.getValue().stream()
                .filter(entry -> text(entry.getKeyNode()).equals(key))
                .map(entry -> text(entry.getValueNode()))
                .filter(text -> !text.isBlank())
                .findFirst()
                .map(text -> "%s '%s'".formatted(kind, text))
                .orElse(kind);
    }

    /** The mapping of an entry; anything else is a fault. */
    static Optional<YamlBlock> of(YamlFile file, Node item, String kind, List<String> keys) {
        if (item instanceof MappingNode mapping) {
            return Optional.of(new YamlBlock(file, name(kind, mapping, keys.getFirst()), mapping, keys));
        }
        file.fault(
                item.getStartMark(),
                "a %s needs keys and values, beginning with '%s:'".formatted(kind, keys.getFirst()));
        return Optional.empty();
    }

    /** How many faults the whole file has so far. */
    int faultsOfFile() {
        return file.faults();
    }

    /** A fault at the value of a key, or where the block begins if it has none. */
    void fault(String key, String sentence) {
        file.fault(at(key), sentence);
    }

    /** Takes a name that nothing else in the file may have. */
    void declare(String key, String taken) {
        file.declare(at(key), taken);
    }

    private Mark at(String key) {
        var value = values.get(key);
        return value == null ? mark : value.getStartMark();
    }

    private static String text(Node node) {
        return node instanceof ScalarNode scalar ? scalar.getValue() : "";
    }
}
