package dev.changeover.haproxy.configuration;

import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What an operator wrote about a server.
 *
 * @param text its lines, with those that it inherits from
 */
public record ServerText(String text) {

    /** Lines of a section that are about all its servers. */
    private static final Set<String> COMMON = Set.of("default-server", "disabled", "enabled");

    private static final Pattern TRACK = Pattern.compile(" track (\\S+)");
    private static final Pattern NUMBERS = Pattern.compile("(\\d{1,5})(?:-(\\d{1,5}))?");
    private static final String BEGIN = "server(?:-template \\S+)? \\S+ ";
    private static final Pattern LITERAL = Pattern.compile("(?m)^" + BEGIN + "(?<family>(?:" + BindAddress.FAMILY
            + ")?)(?:\\d+(?:\\.\\d+){3}|\\[[0-9a-fA-F:.]*]|[0-9a-fA-F]*:[0-9a-fA-F]*:[0-9a-fA-F:.]*)(?::\\d+)?(?: |$)");

    private static final Pattern NAME = Pattern.compile(
            "(?m)^" + BEGIN + "(?<family>(?:" + BindAddress.FAMILY + ")?)(?<host>[^ :@]+)(?<port>\\S*)");
    private static final Pattern SSL = Pattern.compile("(?m)^(?:default-)?server.* (no-)?ssl(?: |$)");
    private static final Pattern RESOLVERS = Pattern.compile("(?m)^(?:default-)?server.* resolvers ");
    private static final Pattern DISABLED = Pattern.compile("(?m)^(?:default-)?server.* disabled(?: |$)");

    /** Whether its checks are another server's. */
    public boolean isTracker() {
        return TRACK.matcher(text).find();
    }

    /** Where another server is tracked a change of that one is a change of this one, too. */
    ServerText withTracked(String name, Map<String, ServerText> all) {
        var track = TRACK.matcher(text);
        if (!track.find()) return this;
        var tracked = track.group(1);
        var other = all.get(tracked.contains("/") ? tracked : name.substring(0, name.indexOf('/') + 1) + tracked);
        return other == null ? this : new ServerText(text + other.text.indent(2));
    }

    /**
     * Everything that the operator wrote about each server of a section, by its name in {@code backend/server}: its line,
     * what it inherits, and whether the section is on. Two that are equal were not changed.
     */
    static void collect(ConfigurationSection section, ConfigVariables variables, Map<String, ServerText> servers) {
        var inherited = common(section, variables);
        for (var line : section.lines()) {
            var words = line.words().stream().map(variables::expand).toList();
            if (words.size() < 3 || !words.getFirst().startsWith("server")) continue;
            var text = inherited + String.join(" ", words) + "\n";
            for (var server : names(words)) {
                servers.merge(section.name() + "/" + server, new ServerText(text), ServerText::and);
            }
        }
    }

    private static String common(@Nullable ConfigurationSection section, ConfigVariables variables) {
        if (section == null) return "";
        return common(section.inheritedFrom(), variables)
                + section.lines().stream()
                        .map(ConfigurationSection.Line::words)
                        .filter(words -> COMMON.contains(words.getFirst()))
                        .map(words -> variables.expand(String.join(" ", words)) + "\n")
                        .collect(Collectors.joining());
    }

    /** The servers of a line: one, or as many as a template has. */
    static List<String> names(List<String> words) {
        if (words.getFirst().equals("server")) return List.of(words.get(1));
        var numbers = NUMBERS.matcher(words.get(2));
        if (!words.getFirst().equals("server-template") || !numbers.matches()) return List.of();
        var first = numbers.group(2) == null ? 1 : Integer.parseInt(numbers.group(1));
        var last = Integer.parseInt(numbers.group(2) == null ? numbers.group(1) : numbers.group(2));
        return IntStream.rangeClosed(first, last)
                .mapToObj(number -> words.get(1) + number)
                .toList();
    }

    /** The same server in another branch of a condition. */
    private ServerText and(ServerText other) {
        return new ServerText(text + other.text);
    }

    /** Whether its address is written down, so that another one was set at run time and by no name server. */
    public boolean hasLiteralAddress() {
        return LITERAL.matcher(text).find();
    }

    /** The address to write in its line in place of the one there; empty where it is that. */
    public Optional<String> withAddress(String address) {
        var isThere = Pattern.compile(
                        "(?m)^" + BEGIN + "(?:" + BindAddress.FAMILY + ")?" + Pattern.quote(address) + "(?: |$)")
                .matcher(text)
                .find();
        if (isThere) return Optional.empty();
        // The others say no more than the address does.
        var isMultipath = last(LITERAL)
                .filter(line -> line.group("family").startsWith("mp"))
                .isPresent();
        return Optional.of(isMultipath ? "mptcp@" + address : address);
    }

    /** Whether no clients are sent to it until somebody says so at run time. */
    public boolean isDisabled() {
        return DISABLED.matcher(text).find();
    }

    /** Whether its connections are encrypted unless somebody says otherwise at run time. */
    public boolean isEncrypted() {
        return last(SSL).filter(word -> word.group(1) == null).isPresent();
    }

    /** Whether its name is looked up again and again. */
    public boolean isLookedUp() {
        return RESOLVERS.matcher(text).find();
    }

    /**
     * Its address with this name, if none of its lines has that.
     *
     * @param port that it has now; 0, or an offset in the line, is kept as it is written
     */
    public Optional<String> withHost(String name, int port) {
        var written = NAME.matcher(text).results().toList();
        if (written.stream().anyMatch(address -> address.group("host").equalsIgnoreCase(name))) return Optional.empty();
        return last(NAME).map(address -> {
            var isWritten = port == 0 || address.group("port").matches(":[+-].*");
            return address.group("family") + name + (isWritten ? address.group("port") : ":" + port);
        });
    }

    /**
     * Those of the places where a server is checked, and its agent asked, by the words of a line, that are not as its own
     * words say. What a name in them stands for, or a port after an address, is not known.
     *
     * @param places as HAProxy lists them: 0 or empty where it is the server's own
     */
    public Map<String, String> otherThanSaid(Map<String, String> places) {
        var others = new LinkedHashMap<String, String>();
        places.forEach((word, place) -> {
            var said =
                    said(word).or(() -> said(word.replaceFirst("^agent-", ""))).orElse("");
            if (word.endsWith("port") ? isOtherPort(said, place) : isOtherAddress(said, place)) others.put(word, place);
        });
        return others;
    }

    private Optional<String> said(String word) {
        return last(Pattern.compile("(?m)^(?:default-)?server.* " + word + " (\\S+)"))
                .map(found -> found.group(1))
                .map(place -> word.equals("addr") ? place.replaceFirst(":\\d*$", "") : place);
    }

    private static boolean isOtherPort(String said, String port) {
        return said.matches("\\d*") && !port.equals(said.isEmpty() ? "0" : said);
    }

    private static boolean isOtherAddress(String said, String address) {
        if (address.isEmpty() || said.isEmpty()) return !address.isEmpty();
        return literal(said).isPresent() && !literal(said).equals(literal(address));
    }

    private static Optional<InetAddress> literal(String written) {
        try {
            return Optional.of(InetAddress.ofLiteral(BindAddress.bare(written).replaceAll("[\\[\\]]", "")));
        } catch (IllegalArgumentException name) {
            return Optional.empty();
        }
    }

    private Optional<MatchResult> last(Pattern pattern) {
        return pattern.matcher(text).results().reduce((first, next) -> next);
    }
}
