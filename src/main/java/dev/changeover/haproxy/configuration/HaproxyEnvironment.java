package dev.changeover.haproxy.configuration;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The variables that HAProxy gets: those of the agent's that the operator names in {@value #NAMES}, beside them in the
 * file of the agent's unit, and nothing else that the agent may have. Commands that a person types have not got them, and
 * read that file.
 */
public final class HaproxyEnvironment {
    public static final String NAMES = "CHANGEOVER_HAPROXY_ENVIRONMENT";
    private static final Path UNITS = Path.of("/etc/changeover/agent.env");
    static final Charset OURS = Charset.forName(System.getProperty("sun.jnu.encoding"), StandardCharsets.UTF_8);
    private static final Map<String, String> GIVEN = of(System.getenv(), UNITS);

    private HaproxyEnvironment() {}

    /** By name; the same for as long as this process runs. */
    public static Map<String, String> variables() {
        return GIVEN;
    }

    /** @param file of the agent's unit, for an environment that has not got it */
    public static Map<String, String> of(Map<String, String> environment, Path file) {
        var all = new HashMap<>(environment);
        if (!all.containsKey(NAMES)) all.putAll(read(file));
        var given = new HashMap<String, String>();
        for (var name : all.getOrDefault(NAMES, "").split("[\\s,]+")) {
            var value = all.get(name);
            // HAProxy takes sockets and a process role from these.
            if (value != null && !name.startsWith("HAPROXY_")) given.put(name, asGiven(value));
        }
        return Map.copyOf(given);
    }

    /** @param process {@code NAME=value} each, of a process that runs, a character for a byte; ours for one that has none */
    static Map<String, String> of(List<String> process) {
        var given = process.stream()
                // As this process has read its own: the same bytes are the same value.
                .map(entry -> new String(entry.getBytes(StandardCharsets.ISO_8859_1), OURS))
                .map(entry -> entry.split("=", 2))
                .filter(entry -> entry.length == 2)
                .collect(Collectors.toMap(entry -> entry[0], entry -> entry[1], (first, last) -> first));
        return given.isEmpty() ? variables() : given;
    }

    /** What a process gets of a text, read back: not every locale has every character. */
    private static String asGiven(String value) {
        return new String(value.getBytes(OURS), OURS);
    }

    private static Map<String, String> read(Path file) {
        var variables = new HashMap<String, String>();
        try (var lines = new String(Files.readAllBytes(file), OURS).lines()) {
            lines.map(String::strip)
                    .filter(line -> !line.startsWith("#") && line.indexOf('=') > 0)
                    .map(line -> line.split("=", 2))
                    .forEach(parts -> variables.put(parts[0], parts[1].replaceAll("^([\"'])(.*)\\1$", "$2")));
        } catch (IOException nobodys) {
            return Map.of();
        }
        return variables;
    }
}
