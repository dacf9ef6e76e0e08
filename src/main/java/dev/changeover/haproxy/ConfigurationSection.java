package dev.changeover.haproxy;

import dev.changeover.haproxy.OperatorConfiguration.Protocol;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A section of a HAProxy configuration, such as {@code frontend mysql}, with its lines split into words. */
record ConfigurationSection(
        String kind,
        String name,
        List<List<String>> lines,
        @Nullable ConfigurationSection inheritedFrom) {

    private static final Set<String> KINDS = Set.of(
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
    private static final Pattern TIME = Pattern.compile("(\\d+)(us|ms|s|m|h|d)?");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{?([A-Za-z_][A-Za-z0-9_]*)}?");

    static List<ConfigurationSection> parse(String text) {
        var sections = new ArrayList<ConfigurationSection>();
        Map<String, ConfigurationSection> namedDefaults = new HashMap<>();
        ConfigurationSection defaults = null;
        for (var line : text.lines().toList()) {
            var words = ConfigTokenizer.of(line);
            if (words.isEmpty()) continue;
            var kind = words.getFirst();
            if (!KINDS.contains(kind)) {
                if (!sections.isEmpty()) sections.getLast().lines().add(words);
                continue;
            }
            var name = words.size() > 1 ? words.get(1) : "";
            var from = words.size() > 3 && words.get(2).equals("from") ? namedDefaults.get(words.get(3)) : defaults;
            var section =
                    new ConfigurationSection(kind, name, new ArrayList<>(), INHERITING.contains(kind) ? from : null);
            sections.add(section);
            if (kind.equals("defaults")) {
                defaults = section;
                if (!name.isEmpty()) namedDefaults.put(name, section);
            }
        }
        return sections;
    }

    /** The words after a keyword, once for each of its lines. */
    Stream<List<String>> values(String keyword) {
        return lines.stream()
                .filter(words -> words.size() > 1 && words.getFirst().equals(keyword))
                .map(words -> words.subList(1, words.size()));
    }

    boolean accepts() {
        return kind.equals("frontend") || kind.equals("listen");
    }

    boolean holdsServers() {
        return kind.equals("backend") || kind.equals("listen");
    }

    /** As its mode says, or its own checks, or those of its defaults. */
    Protocol protocol() {
        var modes = inheriting("mode").map(List::getFirst).toList();
        var hasServers = Stream.of("server", "server-template", "dispatch")
                .anyMatch(keyword -> values(keyword).findAny().isPresent());
        if (!hasServers || !modes.isEmpty() && modes.getLast().equals("http")) return Protocol.OTHER;
        return inheriting("option")
                .map(words -> Protocol.ofCheck(words.getFirst()))
                .flatMap(Optional::stream)
                .reduce(Protocol.UNSAID, (first, last) -> last);
    }

    private Stream<List<String>> inheriting(String keyword) {
        return Stream.concat(inheritedFrom == null ? Stream.of() : inheritedFrom.values(keyword), values(keyword));
    }

    Frontend frontend() {
        var backends = new LinkedHashSet<String>();
        if (kind.equals("listen")) backends.add(name);
        values("default_backend").forEach(words -> backends.add(words.getFirst()));
        values("use_backend").forEach(words -> backends.add(words.getFirst()));
        if (backends.isEmpty() && inheritedFrom != null) {
            inheritedFrom.values("default_backend").forEach(words -> backends.add(words.getFirst()));
        }
        // A name computed for each connection cannot have a door of its own.
        backends.removeIf(backend -> backend.contains("%["));
        var addresses = values("bind")
                .flatMap(words -> Stream.of(words.getFirst().split(",")))
                .flatMap(ConfigurationSection::addresses)
                .toList();
        return new Frontend(name, addresses, backends);
    }

    private static Stream<BindAddress> addresses(String written) {
        var address = VARIABLE.matcher(written)
                .replaceAll(variable -> Matcher.quoteReplacement(System.getenv().getOrDefault(variable.group(1), "")));
        if (address.startsWith("/") || address.startsWith("unix@") || address.contains("abns@")) return Stream.of();
        var isVersion6 = address.startsWith("ipv6@");
        var bare = address.replaceFirst("^(ipv4|ipv6|tcp|tcp4|tcp6)@", "");
        var colon = bare.lastIndexOf(':');
        if (colon < 0) throw new IllegalArgumentException("no port in the address '" + written + "'");
        var host = host(bare.substring(0, colon), isVersion6);
        var ports = bare.substring(colon + 1).split("-");
        try {
            return IntStream.rangeClosed(Integer.parseInt(ports[0]), Integer.parseInt(ports[ports.length - 1]))
                    .mapToObj(port -> new BindAddress(host, port));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("no port number in the address '" + written + "'", e);
        }
    }

    private static InetAddress host(String written, boolean isVersion6) {
        var host = written.startsWith("[") ? written.substring(1, written.length() - 1) : written;
        if (host.isEmpty() || host.equals("*")) host = isVersion6 ? "::" : "0.0.0.0";
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("unknown host '" + written + "' in an address to listen on", e);
        }
    }

    /** HAProxy's times are milliseconds unless a unit follows. */
    static Duration time(String written) {
        var matcher = TIME.matcher(written);
        if (!matcher.matches()) throw new IllegalArgumentException("'" + written + "' is not a time");
        var amount = Long.parseLong(matcher.group(1));
        return switch (String.valueOf(matcher.group(2))) {
            case "us" -> Duration.ofNanos(amount * 1000);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            case "d" -> Duration.ofDays(amount);
            default -> Duration.ofMillis(amount);
        };
    }
}
