package dev.changeover.haproxy;

import dev.changeover.haproxy.configuration.OperatorConfiguration;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a new generation must know of its servers before it accepts, and cannot read in the operator's file: which are
 * down, were taken out, or have the weight 0. Without it, it would send its share of the clients to them until its own
 * checks, or {@link RunTimeState}, have told it otherwise.
 *
 * @param lines of HAProxy's file of states, by backend
 */
public record KnownServers(Map<String, String> lines) {
    public static final KnownServers NONE = new KnownServers(Map.of());

    private static final Pattern SECTION =
            Pattern.compile("^[ \\t]*(?:backend|listen)[ \\t]+([^\\s#]+).*$", Pattern.MULTILINE | Pattern.UNIX_LINES);

    /** Of the version that every HAProxy reads. */
    private static final String FORMAT = "1\n";

    public KnownServers {
        lines = Map.copyOf(lines);
    }

    /**
     * Of servers about which the new generation's file says the same. A server that tracks another follows that one, and
     * would not if it began as down; where no warning is allowed HAProxy might not start for one about a state.
     */
    public static KnownServers of(Generation.Live old, OperatorConfiguration now) throws IOException {
        if (now.settings().stream().anyMatch(line -> line.is("zero-warning"))) return NONE;
        var lines = new HashMap<String, String>();
        var spared = old.api().sparedServers();
        if (spared.isEmpty()) return NONE;
        var before = old.operatorConfiguration().servers();
        var next = now.servers();
        spared.forEach((server, line) -> {
            var text = next.get(server);
            if (text == null || !text.equals(before.get(server)) || text.isTracker()) return;
            lines.merge(server.substring(0, server.indexOf('/')), line, String::concat);
        });
        return new KnownServers(lines);
    }

    /** The files that {@link #readIn} names, with their contents. */
    Map<Path, String> files(GenerationDirectory directory) {
        var files = new TreeMap<Path, String>();
        lines.forEach((backend, states) -> files.put(file(directory, backend), FORMAT + states));
        return files;
    }

    /** The text, in which each backend that is concerned reads its file; what the operator says of that comes after it. */
    String readIn(String text, GenerationDirectory directory) {
        if (lines.isEmpty()) return text;
        return SECTION.matcher(text).replaceAll(section -> {
            var name = section.group(1).replaceAll("[\"']", "");
            var more = lines.containsKey(name) ? reading(file(directory, name)) : "";
            return Matcher.quoteReplacement(section.group() + more);
        });
    }

    private Path file(GenerationDirectory directory, String backend) {
        return directory.serverStates(List.copyOf(new TreeMap<>(lines).keySet()).indexOf(backend) + 1);
    }

    private static String reading(Path file) {
        return "\n    load-server-state-from-file local\n    server-state-file-name \"%s\""
                .formatted(GenerationDirectory.escaped(file));
    }
}
