package dev.changeover.haproxy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The variables that HAProxy knows after the {@code global} sections of a file: its environment's and the file's. */
final class ConfigVariables {

    private static final Pattern VARIABLE =
            Pattern.compile("\\$(?:([A-Za-z_]\\w*)|\\{([A-Za-z_]\\w*)(?:\\[\\*])?(?:-([^}]*))?})");

    private final Map<String, String> known = new HashMap<>(System.getenv());

    ConfigVariables(List<ConfigurationSection> sections) {
        Program.withoutOthersVariables(known);
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

    /** A variable that nobody set is its default, or nothing. */
    String expand(String written) {
        return VARIABLE.matcher(written).replaceAll(found -> {
            var name = found.group(1) != null ? found.group(1) : found.group(2);
            var otherwise = found.group(3) != null ? found.group(3) : "";
            return Matcher.quoteReplacement(known.getOrDefault(name, otherwise));
        });
    }
}
