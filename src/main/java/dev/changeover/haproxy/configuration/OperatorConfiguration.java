package dev.changeover.haproxy.configuration;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The parts of the operator's HAProxy configuration that matter for a handover. HAProxy itself judges whether the file
 * is right; this only reads it.
 *
 * @param text the file as it is, a character for each byte
 * @param sections of it, understood once
 * @param variables those that HAProxy knows after its global sections
 * @param frontends those that are there and in use whatever the conditions of the file say
 * @param peers other sections that accept connections, but not from clients
 * @param hardStopAfter after which time HAProxy cuts everything that is left on a stopping worker
 */
public record OperatorConfiguration(
        String text,
        List<ConfigurationSection> sections,
        ConfigVariables variables,
        List<Frontend> frontends,
        Set<String> peers,
        Optional<Duration> hardStopAfter) {

    /** Whatever its bytes mean, they reach HAProxy as they are. */
    public static final Charset BYTES = StandardCharsets.ISO_8859_1;

    public static final String DOOR = "changeover_probe";
    private static final Set<String> HAPROXYS_OWN = Set.of("GLOBAL", "MASTER", "LUA-SOCKET", "LUA-SOCKET-SSL");

    public OperatorConfiguration {
        sections = List.copyOf(sections);
        frontends = List.copyOf(frontends);
        peers = Set.copyOf(peers);
    }

    /** @throws IOException when the file cannot be read */
    public static OperatorConfiguration read(Path file) throws IOException {
        return read(List.of(file));
    }

    /**
     * Several files as one, as HAProxy takes what follows each {@code -f}: of a directory, the files whose names end with
     * {@code .cfg}, in the order of their names.
     */
    public static OperatorConfiguration read(List<Path> paths) throws IOException {
        return parse(ConfigurationFiles.text(paths));
    }

    /** One that a process runs, with the variables of its {@code environment}: ours may have changed since. */
    public static OperatorConfiguration read(Path file, List<String> environment) throws IOException {
        return parse(ConfigurationFiles.text(List.of(file)), HaproxyEnvironment.of(environment));
    }

    /** Understands as much as it can; HAProxy itself refuses what is wrong. */
    public static OperatorConfiguration parse(String text) {
        return parse(text, HaproxyEnvironment.variables());
    }

    private static OperatorConfiguration parse(String text, Map<String, String> given) {
        var variables = new ConfigVariables(ConfigurationSection.parse(text), given);
        var sections = ConfigurationSection.parse(text, variables::expand);
        // A door to a backend that is not there would keep a whole generation from starting.
        var uncertain = sections.stream()
                .filter(section -> section.holdsServers() && !section.isCertainlyOn())
                .map(ConfigurationSection::name)
                .collect(Collectors.toSet());
        var frontends = sections.stream()
                .filter(section -> section.accepts() && section.isCertainlyOn())
                .map(section -> section.frontend(variables))
                .map(frontend -> frontend.without(uncertain))
                .toList();
        var peers = sections.stream()
                .filter(section -> List.of("peers", "ring").contains(section.kind()))
                .map(ConfigurationSection::name)
                .collect(Collectors.toSet());
        var hardStop = sections.stream()
                .filter(section -> section.kind().equals("global"))
                .flatMap(section -> section.values("hard-stop-after"))
                .flatMap(words -> ConfigTokenizer.time(variables.expand(words.getFirst())).stream())
                .reduce((first, last) -> last);
        return new OperatorConfiguration(text, sections, variables, frontends, peers, hardStop);
    }

    Optional<ConfigurationSection> section(String name, Predicate<ConfigurationSection> which) {
        return sections.stream()
                .filter(section -> section.name().equals(name) && which.test(section))
                .findFirst();
    }

    /** Whether it can be what somebody wrote: a full disk or a power failure leaves nothing of a file, or zeros. */
    public boolean isWhole() {
        return !text.isBlank() && text.indexOf('\0') < 0;
    }

    public List<BindAddress> addresses() {
        return frontends.stream()
                .flatMap(frontend -> frontend.addresses().stream())
                .toList();
    }

    /** Every backend that clients can reach, in the order of the file. */
    public List<String> backends() {
        var backends = new LinkedHashSet<String>();
        frontends.forEach(frontend -> backends.addAll(frontend.backends()));
        return List.copyOf(backends);
    }

    /** Of a backend that is named here. */
    public Protocol protocol(String backend) {
        return section(backend, ConfigurationSection::holdsServers)
                .map(ConfigurationSection::protocol)
                .orElse(Protocol.UNSAID);
    }

    /**
     * A line that counts whatever the conditions of the file say, with its variables filled in. A server's has the words
     * of its {@code default-server} lines after its own.
     *
     * @param kind of its section, such as {@code global} or {@code listen}
     * @param section its name; empty where it has none
     * @param words the keyword first
     */
    public record Setting(String kind, String section, List<String> words) {
        public Setting {
            words = List.copyOf(words);
        }

        public boolean is(String keyword) {
            return words.getFirst().equals(keyword);
        }

        /** The word at this place; empty where the line is shorter. */
        public String word(int index) {
            return index < words.size() ? words.get(index) : "";
        }

        /** The word after this one; empty where it is not there. */
        public String after(String word) {
            var at = words.indexOf(word);
            return at < 0 ? "" : word(at + 1);
        }
    }

    /** A time as HAProxy writes it; empty when this is none. */
    public static Optional<Duration> time(String written) {
        return ConfigTokenizer.time(written);
    }

    /** Of all sections that are in use, in the order of the file. */
    public List<Setting> settings() {
        return sections.stream()
                .filter(section -> !section.accepts() && !section.holdsServers() || section.isCertainlyOn())
                .flatMap(section -> section.settings(variables))
                .toList();
    }

    /** What is written about each server, and the one that it tracks, by its {@code backend/server}. */
    public Map<String, ServerText> servers() {
        var servers = new HashMap<String, ServerText>();
        sections.stream()
                .filter(ConfigurationSection::holdsServers)
                .forEach(section -> ServerText.collect(section, variables, servers));
        var all = Map.copyOf(servers);
        servers.replaceAll((name, text) -> text.withTracked(name, all));
        return servers;
    }

    /** Whether HAProxy, which is then 2.5 or later, opens several sockets for one line that says {@code bind}. */
    public boolean hasShards() {
        return settings().stream()
                .anyMatch(line -> line.is("bind") && !List.of("", "1").contains(line.after("shards"))
                        || line.is("tune.listener.default-shards")
                                && !line.word(1).equals("by-process")
                        || line.is("thread-groups") && !line.word(1).equals("1"));
    }

    /** Whether several lines bind one address, as it was done for each thread or process. */
    public boolean bindsTwice() {
        var addresses = addresses();
        return IntStream.range(1, addresses.size())
                .anyMatch(i -> addresses.subList(0, i).stream().anyMatch(addresses.get(i)::overlaps));
    }

    /** Whether it says where all unix sockets are, or whose. */
    public boolean settlesUnixSockets() {
        return sections.stream()
                .anyMatch(section -> section.values("unix-bind").findAny().isPresent());
    }

    /** The backends whose clients stick to the servers that this table names. */
    public Set<String> stickingBy(String table) {
        return sections.stream()
                .filter(section -> section.holdsServers() && section.sticksBy(table))
                .map(ConfigurationSection::name)
                .collect(Collectors.toSet());
    }

    /** Whether tables say to which server clients go. */
    public boolean isSticky() {
        return ConfigurationSection.parse(text).stream()
                .anyMatch(section -> section.holdsServers()
                        && section.values("stick").findAny().isPresent());
    }

    /** Those that the file uses, with their values: it means something else with others. */
    public Map<String, String> usedVariables() {
        return variables.usedBy(ConfigurationSection.parse(text));
    }

    /**
     * Variables that the file uses, of which a process had other values than ours gets.
     *
     * @param environment of that process, {@code NAME=value} each
     */
    public List<String> variablesOtherThan(List<String> environment) {
        return ConfigVariables.otherThan(environment, ConfigurationSection.parse(text));
    }

    /** Whether other HAProxys know what this stick table holds, and tell the next generation. */
    public boolean hasPeers(String table) {
        return table.indexOf('/') > 0
                || sections.stream().anyMatch(section -> section.name().equals(table) && section.sharesTable());
    }

    /** Whether clients come in there: not our own doors, HAProxy's own sockets, or other HAProxys. */
    public boolean isForClients(String frontend) {
        return !frontend.startsWith(DOOR)
                && !frontend.startsWith("<")
                && !HAPROXYS_OWN.contains(frontend)
                && !peers.contains(frontend);
    }

    public static List<String> words(String line) {
        return Arrays.asList(line.strip().split("\\s+"));
    }
}
