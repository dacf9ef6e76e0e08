package dev.changeover.haproxy;

import dev.changeover.haproxy.configuration.ConfigurationSection;
import dev.changeover.haproxy.configuration.OperatorConfiguration;
import dev.changeover.haproxy.configuration.OperatorConfiguration.Setting;
import dev.changeover.haproxy.runtime.PatternFile;
import dev.changeover.haproxy.runtime.RuntimeApi;
import dev.changeover.haproxy.runtime.ServerState;
import dev.changeover.haproxy.runtime.StickTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What people and traffic have changed in a worker since it read its files, and a later one cannot know: servers' states,
 * weights and addresses, limits, the entries of maps, lists and stick tables. It is repeated where both have the thing and what
 * the operator wrote about it is the same for both; where that was changed, the file wins.
 */
public record RunTimeState(Generation.Live from) {

    private static final Logger LOG = LoggerFactory.getLogger(RunTimeState.class);

    /** HAProxy's words for a datum that its table has no place for. Those before it were written. */
    private static final Set<String> NO_PLACE = Set.of("Data type not stored in this table", "Unknown data type");

    /** {@code store gpc(2),gpt(3),gpc_rate(2,10s)}. */
    private static final Pattern STORES_ARRAY = Pattern.compile("(?:^|,)gp[ct](?:_rate)?\\(");

    /** Longer lists and tables are not copied, for the sake of the agent's memory and of the time it takes. */
    static final int MOST_ENTRIES = 20_000;

    /** Of 20,000 entries with a dozen counters each. The agent has 48 MiB, of which it needs 11 for itself. */
    private static final int MOST_BYTES = 8 << 20;

    /**
     * Repeats it on a generation that has been started since. May run twice.
     *
     * @return names of servers about which the operator wrote something else since
     */
    public Set<String> repeatOn(Generation.Live to) throws IOException {
        return repeatOn(new RuntimeApi(to.directory().statsSocket(), to.worker()), to.operatorConfiguration());
    }

    /** The same for any other worker, and its file. */
    public Set<String> repeatOn(RuntimeApi to, OperatorConfiguration now) throws IOException {
        var servers = from.api().servers();
        var known = to.servers();
        var file = from.operatorConfiguration();
        var changed = repeatServers(file, servers, known, to, now);
        new RunTimeLimits(from.api(), file).repeatOn(to, now);
        var lists = from.api().patternFiles();
        var started = startOf(from);
        var begins = beginsOf(lists, from.worker());
        var next = to.patternFiles();
        // They are numbered in the order of their lines; what a variable says in one may have changed.
        var conditions = conditions(now);
        var areSame = conditions(file).equals(conditions)
                && inLines(lists).equals(inLines(next))
                && conditions.stream().flatMap(List::stream).noneMatch(word -> word.contains("$"));
        for (var list : next) {
            if ((areSame || !list.isInLine()) && isRepeated(list, lists, begins, started)) {
                to.copy(list, from.api());
            }
        }
        var tables = from.api().stickTables();
        for (var table : to.stickTables()) {
            for (var old : tables) {
                var isSame = old.name().equals(table.name()) && old.type().equals(table.type());
                if (isSame && old.used() > 0 && isCarried(old)) {
                    repeat(old, numbers(file.stickingBy(table.name()), servers, known), countsInArrays(file, old), to);
                }
            }
        }
        return changed;
    }

    private static Set<String> repeatServers(
            OperatorConfiguration file,
            List<ServerState> servers,
            List<ServerState> known,
            RuntimeApi to,
            OperatorConfiguration next)
            throws IOException {
        var before = file.servers();
        var now = next.servers();
        var changed = new HashSet<String>();
        for (var server : servers) {
            var text = before.get(server.name());
            var fresh = server.in(known);
            if (!Objects.equals(text, now.get(server.name()))) {
                changed.add(server.name());
            } else if (fresh.isPresent()) {
                var places = text == null ? Map.<String, String>of() : text.otherThanSaid(server.places());
                to.set(server.commands(fresh.get(), text != null && text.hasLiteralAddress(), places))
                        .forEach(why -> LOG.warn("not repeated: {}", why));
            }
        }
        return changed;
    }

    private static List<List<String>> conditions(OperatorConfiguration file) {
        return file.sections().stream()
                .flatMap(ConfigurationSection::conditions)
                .toList();
    }

    private static List<List<String>> inLines(List<PatternFile> lists) {
        return lists.stream()
                .filter(PatternFile::isInLine)
                .map(list -> List.of(list.file(), list.of()))
                .toList();
    }

    /**
     * Lists that would take over what was set at run time, were their files not written since.
     *
     * @param known those of the worker that this is about
     * @param begins where relative names in its files may begin
     * @param started when that was started
     */
    static boolean isRepeated(PatternFile list, List<PatternFile> known, List<Path> begins, Instant started) {
        return list.entries() <= MOST_ENTRIES
                && known.stream().anyMatch(old -> old.isSame(list) && old.entries() <= MOST_ENTRIES)
                && (list.isInLine() || !list.isNewerThan(started, begins));
    }

    /** Where relative names of a worker's lists may begin; its files are read for it only if it has lists. */
    static List<Path> beginsOf(List<PatternFile> lists, long worker) throws IOException {
        return lists.isEmpty() ? List.of() : CommandLine.begins(worker);
    }

    static Instant startOf(Generation.Live live) throws IOException {
        if (AdoptedProcess.in(live.directory()).isEmpty()) {
            return Files.getLastModifiedTime(live.directory().ownConfiguration())
                    .toInstant();
        }
        return ProcessHandle.of(live.worker())
                .flatMap(process -> process.info().startInstant())
                .orElse(Instant.EPOCH);
    }

    /** Only what the new one lacks, or what sends clients to another server: it counts for itself already. */
    private void repeat(StickTable table, Map<String, String> numbers, boolean withArrays, RuntimeApi to)
            throws IOException {
        var room = new Room();
        var has = new HashMap<String, String>();
        to.entries(table, entry -> {
            if (room.takes(entry.key())) has.put(entry.key(), entry.server().intern());
        });
        var commands = new ArrayList<String>();
        from.api().entries(table, entry -> {
            var wanted = entry.renumbered(numbers);
            if (wanted.server().equals(has.get(entry.key()))) return;
            var command = (withArrays ? wanted.withoutArrays() : wanted).command(table.name());
            if (room.takes(command)) commands.add(command);
        });
        var refused = to.obey(commands);
        if (room.isFull()) refused.add("its entries are longer than %d MiB in all".formatted(MOST_BYTES >> 20));
        if (refused.isEmpty()) return;
        var why = "not all of stick table %s was repeated: %s".formatted(table.name(), refused);
        // Counters may be lost, but not where clients belong.
        if (!numbers.isEmpty() && !NO_PLACE.containsAll(refused)) throw new IOException(why);
        LOG.warn(why);
    }

    /** What the agent has memory for, of one table: entries may be long. */
    private static final class Room {
        private int left = MOST_BYTES;

        boolean takes(String text) {
            left = Math.max(-1, left - text.length());
            return !isFull();
        }

        boolean isFull() {
            return left < 0;
        }
    }

    /** Whether its entries can be written into another worker's table. */
    static boolean isCarried(StickTable table) {
        return table.isSettable() && table.used() <= MOST_ENTRIES;
    }

    /** Whether this line of a file makes a table that counts in arrays, which cannot be written into another one. */
    public static boolean countsInArrays(Setting line) {
        return line.words().stream().anyMatch(word -> STORES_ARRAY.matcher(word).find());
    }

    /** The same of the line that makes this table. */
    static boolean countsInArrays(OperatorConfiguration file, StickTable table) {
        return file.settings().stream()
                .filter(line -> line.is("stick-table") && line.section().equals(table.name())
                        || line.is("table") && table.name().equals(line.section() + "/" + line.word(1)))
                .anyMatch(RunTimeState::countsInArrays);
    }

    /** Servers are numbered in the order of the file: the same one may have another number. */
    private static Map<String, String> numbers(
            Set<String> backends, List<ServerState> servers, List<ServerState> known) {
        var numbers = new HashMap<String, String>();
        for (var server : servers) {
            if (!backends.contains(server.backend())) continue;
            server.in(known)
                    .ifPresent(same -> numbers.put(String.valueOf(server.number()), String.valueOf(same.number())));
        }
        return numbers;
    }
}
