package dev.changeover.haproxy.configuration;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The variables that HAProxy knows after the {@code global} sections of a file: those that it is given, and the file's. */
final class ConfigVariables {

    private static final Pattern VARIABLE =
            Pattern.compile("\\$(?:([A-Za-z_]\\w*)|\\{([A-Za-z_]\\w*)(?:\\[\\*])?(?:-([^}]*))?})");

    /** What we give to each generation, and no operator sets. */
    private static final Set<String> OURS = Set.of("HA_RUN", "LD_LIBRARY_PATH");

    private final Map<String, String> known;

    ConfigVariables(List<ConfigurationSection> sections) {
        this(sections, HaproxyEnvironment.variables());
    }

    ConfigVariables(List<ConfigurationSection> sections, Map<String, String> given) {
        known = new HashMap<>(given);
        for (var section : sections) {
            if (!section.kind().equals("global")) continue;
            for (var line : section.lines()) {
                var words = line.words();
                var name = words.size() > 1 ? words.get(1) : "";
                var value = words.size() > 2 ? expand(words.get(2)) : "";
                switch (words.getFirst()) {
                    case "setenv" -> known.put(name, value);
                    case "presetenv" -> known.putIfAbsent(name, value);
                    case "unsetenv" -> words.forEach(known::remove);
                    default -> {}
                }
            }
        }
    }

    /** Names that the sections use, and that have another value in this environment than they would have here. */
    static List<String> otherThan(List<String> environment, List<ConfigurationSection> sections) {
        var used = used(sections).collect(Collectors.toSet());
        // A master that has started itself again has what its file set in its environment, too.
        var ours = new ConfigVariables(sections).known;
        return environment.stream()
                .map(entry -> entry.split("=", 2))
                .filter(entry -> entry.length == 2 && used.contains(entry[0]) && !entry[1].equals(ours.get(entry[0])))
                .map(entry -> entry[0])
                .sorted()
                .toList();
    }

    /** What the operator decides of these sections outside of their file. */
    Map<String, String> usedBy(List<ConfigurationSection> sections) {
        return used(sections)
                .filter(name -> known.containsKey(name) && !OURS.contains(name))
                .distinct()
                .collect(Collectors.toUnmodifiableMap(name -> name, name -> known.getOrDefault(name, "")));
    }

    /** Not those that HAProxy sets itself. */
    private static Stream<String> used(List<ConfigurationSection> sections) {
        return sections.stream()
                .flatMap(section -> Stream.concat(
                        Stream.of(section.name()), section.lines().stream().flatMap(line -> line.words().stream())))
                .flatMap(word -> VARIABLE.matcher(word).results())
                .map(found -> found.group(1) != null ? found.group(1) : found.group(2))
                .filter(name -> !name.startsWith("HAPROXY_"));
    }

    /** A variable that nobody set is its default, or nothing. */
    String expand(String written) {
        return VARIABLE.matcher(written).replaceAll(found -> {
            var name = found.group(1) != null ? found.group(1) : found.group(2);
            var otherwise = found.group(3) != null ? found.group(3) : "";
            return Matcher.quoteReplacement(known.getOrDefault(name, otherwise));
        });
    }
}
