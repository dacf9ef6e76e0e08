package dev.changeover.haproxy.configuration;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A section of a HAProxy configuration, such as {@code frontend mysql}, with its lines split into words. HAProxy judges
 * the file: what cannot be understood here is left out.
 *
 * @param isCertain whether it is there whatever the conditions of the file say
 */
public record ConfigurationSection(
        String kind,
        String name,
        List<Line> lines,
        boolean isCertain,
        @Nullable ConfigurationSection inheritedFrom) {

    /** @param isCertain whether it counts whatever the conditions of the file say */
    record Line(List<String> words, boolean isCertain) {}

    static final Set<String> KINDS = Set.of(
            "global",
            "defaults",
            "frontend",
            "backend",
            "listen",
            "userlist",
            "peers",
            "resolvers",
            "mailers",
            "program",
            "ring",
            "cache",
            "http-errors",
            "fcgi-app",
            "log-forward",
            "crt-store",
            "traces",
            "log-profile");
    private static final Set<String> INHERITING = Set.of("frontend", "backend", "listen");
    private static final Set<String> SWITCHES = Set.of("disabled", "enabled");

    public static List<ConfigurationSection> parse(String text) {
        return parse(text, word -> word);
    }

    /** @param expand fills in the variables of names; the words of lines stay as they are written */
    static List<ConfigurationSection> parse(String text, UnaryOperator<String> expand) {
        var sections = new ArrayList<ConfigurationSection>();
        Map<String, ConfigurationSection> namedDefaults = new HashMap<>();
        ConfigurationSection defaults = null;
        var conditions = 0;
        for (var line : text.lines().toList()) {
            var words = ConfigTokenizer.of(line);
            if (words.isEmpty()) continue;
            var kind = words.getFirst();
            if (KINDS.contains(kind)) words = words.stream().map(expand).toList();
            if (kind.equals(".if")) conditions++;
            if (kind.equals(".endif")) conditions--;
            if (!KINDS.contains(kind)) {
                if (!sections.isEmpty()) sections.getLast().add(words, conditions == 0);
                continue;
            }
            var isNamed = words.size() > 1 && !words.get(1).equals("from");
            var name = isNamed ? words.get(1) : "";
            var from = words.indexOf("from");
            var inherited = INHERITING.contains(kind) ? defaults : null;
            if (from > 0 && from + 1 < words.size()) inherited = namedDefaults.get(words.get(from + 1));
            var section = new ConfigurationSection(kind, name, new ArrayList<>(), conditions == 0, inherited);
            sections.add(section);
            if (kind.equals("defaults")) {
                defaults = section;
                if (!name.isEmpty()) namedDefaults.put(name, section);
            }
        }
        return sections;
    }

    private void add(List<String> words, boolean isUnconditional) {
        lines.add(new Line(words, isCertain && isUnconditional));
    }

    /** The words after a keyword, once for each of its lines. */
    Stream<List<String>> values(String keyword) {
        return values(keyword, lines.stream());
    }

    private Stream<List<String>> certain(String keyword) {
        return values(keyword, lines.stream().filter(Line::isCertain));
    }

    private static Stream<List<String>> values(String keyword, Stream<Line> lines) {
        return lines.map(Line::words)
                .filter(words -> words.size() > 1 && words.getFirst().equals(keyword))
                .map(words -> words.subList(1, words.size()));
    }

    /** Whether it is in use whatever the conditions of the file say. */
    boolean isCertainlyOn() {
        var last = lines.stream()
                .filter(line -> SWITCHES.contains(line.words().getFirst()))
                .reduce((first, second) -> second);
        if (last.isPresent()) {
            return isCertain
                    && last.get().isCertain()
                    && last.get().words().getFirst().equals("enabled");
        }
        return isCertain && (inheritedFrom == null || inheritedFrom.isCertainlyOn());
    }

    /** Whether sessions can be sent to it. */
    boolean holdsServers() {
        return kind.equals("backend") || kind.equals("listen");
    }

    boolean accepts() {
        return kind.equals("frontend") || kind.equals("listen");
    }

    /** Whether it sends clients to the server that a table names. */
    boolean sticksBy(String table) {
        return lines.stream()
                .map(Line::words)
                .filter(words -> words.getFirst().equals("stick"))
                .anyMatch(words -> words.contains("table") ? words.contains(table) : name.equals(table));
    }

    /** Whether other HAProxys know what its stick table holds, too. */
    boolean sharesTable() {
        return values("stick-table").anyMatch(words -> words.contains("peers"));
    }

    /** As its mode says, or its own checks, or those of its defaults. */
    Protocol protocol() {
        var hasServers = Stream.of("server", "server-template", "dispatch")
                .anyMatch(keyword -> values(keyword).findAny().isPresent());
        if (!hasServers || isHttp()) return Protocol.OTHER;
        return inheriting("option")
                .map(words -> Protocol.ofCheck(words.getFirst()))
                .flatMap(Optional::stream)
                .reduce(Protocol.UNSAID, (first, last) -> last);
    }

    /** The words of the lines that may have lists of values in them, whatever an {@code .if} says of these. */
    public Stream<List<String>> conditions() {
        return lines.stream()
                .map(Line::words)
                .filter(words -> words.getFirst().equals("acl") || words.contains("{") || words.contains("!{"));
    }

    Stream<OperatorConfiguration.Setting> settings(ConfigVariables variables) {
        return lines.stream().filter(Line::isCertain).map(line -> {
            var own = line.words().stream().map(variables::expand);
            var more = line.words().getFirst().equals("server")
                    ? inheriting("default-server").toList().reversed().stream()
                            .flatMap(List::stream)
                            .map(variables::expand)
                    : Stream.<String>of();
            return new OperatorConfiguration.Setting(
                    kind, name, Stream.concat(own, more).toList());
        });
    }

    boolean isHttp() {
        return inheriting("mode")
                .map(List::getFirst)
                .reduce("", (first, last) -> last)
                .equals("http");
    }

    /** The last of its own, else its defaults'; empty where none is set. */
    Optional<Duration> timeout(String which, ConfigVariables variables) {
        return inheriting("timeout")
                .filter(words -> words.size() > 1 && words.getFirst().equals(which))
                .flatMap(words -> ConfigTokenizer.time(variables.expand(words.get(1))).stream())
                .reduce((first, last) -> last);
    }

    private Stream<List<String>> inheriting(String keyword) {
        return Stream.concat(inheritedFrom == null ? Stream.of() : inheritedFrom.inheriting(keyword), values(keyword));
    }

    Frontend frontend(ConfigVariables variables) {
        var backends = new LinkedHashSet<String>();
        if (kind.equals("listen")) backends.add(name);
        certain("default_backend").forEach(words -> backends.add(variables.expand(words.getFirst())));
        certain("use_backend").forEach(words -> backends.add(variables.expand(words.getFirst())));
        // Whatever its rules are, and of a listen section too, though that has servers of its own.
        var from = this;
        while (from.inheritedFrom != null
                && from.values("default_backend").findAny().isEmpty()) {
            from = from.inheritedFrom;
            from.certain("default_backend").forEach(words -> backends.add(variables.expand(words.getFirst())));
        }
        // A name computed for each connection cannot have a door of its own.
        backends.removeIf(backend -> backend.contains("%["));
        var addresses = certain("bind")
                // /proc/net shows nothing of another network namespace.
                .filter(words -> !words.contains("namespace"))
                .flatMap(words -> Stream.of(variables.expand(words.getFirst()).split(",")))
                .flatMap(ConfigurationSection::addresses)
                .toList();
        return new Frontend(name, addresses, backends);
    }

    private static Stream<BindAddress> addresses(String address) {
        var isVersion6 = address.matches("\\w+6@.*");
        var bare = BindAddress.bare(address);
        var colon = bare.lastIndexOf(':');
        // Unix sockets, QUIC and whatever else there may be.
        if (colon < 0 || bare.contains("@") || bare.startsWith("/")) return Stream.of();
        try {
            var host = host(bare.substring(0, colon), isVersion6);
            var ports = bare.substring(colon + 1).split("-", -1);
            return IntStream.rangeClosed(Integer.parseInt(ports[0]), Integer.parseInt(ports[ports.length - 1]))
                    .mapToObj(port -> new BindAddress(host, port))
                    .toList()
                    .stream();
        } catch (IllegalArgumentException | UnknownHostException notForUs) {
            return Stream.of();
        }
    }

    private static InetAddress host(String written, boolean isVersion6) throws UnknownHostException {
        var host =
                written.startsWith("[") && written.endsWith("]") ? written.substring(1, written.length() - 1) : written;
        if (host.isEmpty() || host.equals("*")) host = isVersion6 ? "::" : "0.0.0.0";
        return InetAddress.getByName(host);
    }
}
