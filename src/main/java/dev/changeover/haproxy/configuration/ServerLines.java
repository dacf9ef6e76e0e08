package dev.changeover.haproxy.configuration;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The lines of servers, as HAProxy has to read them so that they are from its first moment on what they were made at run
 * time. Its file of states cannot tell it: of a server whose line has an address it takes that, and one that is
 * {@code disabled} it takes out with all that track it, whatever became of it.
 */
public final class ServerLines {

    /** A comment may hold any byte. */
    private static final Pattern LINE = Pattern.compile(
            "(?<indent>\\s*)(?<keyword>server|server-template\\s+(?<prefix>" + Ipv6Binds.WORD + "))\\s+(?<name>"
                    + Ipv6Binds.WORD + ")\\s+(?<address>" + Ipv6Binds.WORD + ")(?<rest>(?:\\s+" + Ipv6Binds.WORD
                    + ")*+).*",
            Pattern.DOTALL);

    /** No two servers may have the same: of a template, the first has it. Another keyword's value is no number. */
    private static final Pattern ID = Pattern.compile("\\s+id\\s+[\"']?\\d+[\"']?(?=\\s|$)");

    private ServerLines() {}

    /**
     * What became of a server.
     *
     * @param address that it has instead of the one in its line
     * @param words after those of its line
     */
    public record Change(@Nullable String address, String words) {
        static final Change NONE = new Change(null, "");
    }

    /** The text with the changes of servers, by their {@code backend/server}. */
    public static String rewritten(OperatorConfiguration file, String text, Map<String, Change> changes) {
        if (changes.isEmpty()) return text;
        var section = "";
        var lines = new StringBuilder();
        for (var line : (Iterable<String>) Pattern.compile("(?<=\n)").splitAsStream(text)::iterator) {
            var words = ConfigTokenizer.of(line).stream()
                    .map(file.variables()::expand)
                    .toList();
            var keyword = words.isEmpty() ? "" : words.getFirst();
            if (ConfigurationSection.KINDS.contains(keyword)) {
                section = List.of("backend", "listen").contains(keyword) && words.size() > 1 ? words.get(1) : "";
            }
            lines.append(keyword.startsWith("server") ? rewritten(section, words, line, changes) : line);
        }
        return lines.toString();
    }

    /** A template becomes as many lines as it has servers: they are numbered in the same order. */
    private static String rewritten(String section, List<String> words, String line, Map<String, Change> changes) {
        var names = words.size() < 3 ? List.<String>of() : ServerText.names(words);
        var written = LINE.matcher(line.stripTrailing());
        if (names.stream().map(name -> changes.get(section + "/" + name)).allMatch(Objects::isNull)
                || !written.matches()
                || names.size() > 1 && words.contains("guid")) return line;
        return names.stream()
                .map(name -> {
                    var change = changes.getOrDefault(section + "/" + name, Change.NONE);
                    var address = change.address() == null ? written.group("address") : change.address();
                    var own = name.equals(names.getFirst())
                            ? written.group("rest")
                            : ID.matcher(written.group("rest")).replaceAll("");
                    var rest = own + change.words();
                    return written.group("indent") + "server " + name + " " + address + rest + "\n";
                })
                .collect(Collectors.joining());
    }
}
