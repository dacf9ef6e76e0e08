package dev.changeover.haproxy;

import dev.changeover.haproxy.configuration.OperatorConfiguration;
import dev.changeover.haproxy.configuration.ServerLines;
import dev.changeover.haproxy.configuration.ServerText;
import dev.changeover.haproxy.runtime.ServerState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a new generation must know of its servers before it accepts, and cannot read in the operator's file: which are
 * down, were taken out, or have the weight 0, are checked elsewhere or no longer, and which have another address or name, or
 * clients though they are disabled. Without it, it would treat its share of the clients by the file until its own checks, or {@link RunTimeState}, have
 * told it otherwise.
 *
 * @param lines of HAProxy's file of states, by backend
 * @param changes that such a file cannot tell, by {@code backend/server}
 */
public record KnownServers(Map<String, String> lines, Map<String, ServerLines.Change> changes) {
    public static final KnownServers NONE = new KnownServers(Map.of(), Map.of());

    private static final Pattern SECTION =
            Pattern.compile("^[ \\t]*(?:backend|listen)[ \\t]+([^\\s#]+).*$", Pattern.MULTILINE | Pattern.UNIX_LINES);

    /** Of the version that every HAProxy reads. */
    private static final String FORMAT = "1\n";

    public KnownServers {
        lines = Map.copyOf(lines);
        changes = Map.copyOf(changes);
    }

    /**
     * Of servers about which the new generation's file says the same. A server that is down with the one that it tracks
     * follows that, and would not if it began as down; where no warning is allowed HAProxy might not start for one about a state.
     */
    public static KnownServers of(Generation.Live old, OperatorConfiguration now) throws IOException {
        var mayWarn = now.settings().stream().noneMatch(line -> line.is("zero-warning"));
        var lines = new HashMap<String, String>();
        var changes = new HashMap<String, ServerLines.Change>();
        var before = old.operatorConfiguration().servers();
        var next = now.servers();
        for (var server : old.api().servers()) {
            var text = next.get(server.name());
            if (text == null || !text.equals(before.get(server.name()))) continue;
            var otherEncryption = server.isEncrypted() != text.isEncrypted();
            var isLed = text.isTracker() && server.isIn() && !server.isUp();
            var isTold = mayWarn && !isLed && server.isToBeTold(otherEncryption);
            if (isTold) lines.merge(server.backend(), server.line(otherEncryption), String::concat);
            // Of one that a record names, only the file of states tells the port.
            var found = server.found()
                    .filter(there ->
                            text.isLookedUp() && (isTold || server.host().isPresent()));
            var words = (server.isIn() && text.isDisabled() ? " enabled" : "")
                    + watched(server, text)
                    + found.map(there -> " init-addr " + there).orElse("");
            var address = address(server, text).orElse(null);
            if (address != null || !words.isEmpty()) changes.put(server.name(), new ServerLines.Change(address, words));
        }
        return new KnownServers(lines, changes);
    }

    private static Optional<String> address(ServerState server, ServerText text) {
        var host = server.host();
        if (host.isPresent()) return text.withHost(host.get(), server.port());
        return text.hasLiteralAddress()
                ? server.address().flatMap(there -> text.withAddress(server.place()))
                : Optional.empty();
    }

    private static String watched(ServerState server, ServerText text) {
        var places = server.places();
        var others = text.otherThanSaid(places);
        // The words about a check are about an agent, too.
        if (!others.isEmpty() && places.containsKey("agent-addr")) {
            others.putIfAbsent("agent-port", places.get("agent-port"));
            var asked = Optional.of(places.get("agent-addr")).filter(there -> !there.isEmpty());
            if (others.containsKey("addr")) asked = asked.or(server::address);
            asked.ifPresent(there -> others.putIfAbsent("agent-addr", there));
        }
        var words = new StringBuilder();
        others.forEach(
                (word, place) -> words.append(" " + word + " " + (place.contains(":") ? "[" + place + "]" : place)));
        return words.toString();
    }

    /** The files that {@link #readIn} names, with their contents. */
    Map<Path, String> files(GenerationDirectory directory) {
        var files = new TreeMap<Path, String>();
        lines.forEach((backend, states) -> files.put(file(directory, backend), FORMAT + states));
        return files;
    }

    /**
     * The text with what was changed, in which each backend that is concerned reads its file; what the operator says of
     * that comes after it.
     */
    String readIn(String written, OperatorConfiguration file, GenerationDirectory directory) {
        var text = ServerLines.rewritten(file, written, changes);
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
