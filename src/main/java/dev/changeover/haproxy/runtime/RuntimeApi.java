package dev.changeover.haproxy.runtime;

import dev.changeover.host.ProgramRun;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Questions and commands to one worker. Safe for use by many threads.
 *
 * @param channel to the worker
 */
public record RuntimeApi(RuntimeChannel channel, long worker) {

    /** A line that HAProxy's buffers hold. */
    private static final int LONGEST_LINE = 4000;

    private static final Pattern TELLING = Pattern.compile(" (addr|fqdn|ssl) ");
    private static final Pattern SPARING = Pattern.compile(" (state|weight 0%)( |$)");

    /**
     * All sessions, HAProxy's own among them. An age that cannot be true is asked for in another way, which never tells
     * more than the true one.
     *
     * @throws UnansweredException when the tree has ended or does not answer in time
     */
    public List<Session> sessions() throws UnansweredException {
        var sessions = new ArrayList<Session>();
        channel.demand("show sess", line -> Session.parse(line).ifPresent(sessions::add));
        if (!SessionAges.isInDoubt(sessions)) return sessions;
        var uptime = uptime();
        if (sessions.stream().noneMatch(session -> SessionAges.isImpossible(session, uptime))) return sessions;
        var ages = new SessionAges(channel.age());
        channel.demand("show sess all", ages::read);
        return sessions.stream().map(session -> ages.corrected(session, uptime)).toList();
    }

    private Duration uptime() throws UnansweredException {
        return Duration.ofSeconds(Long.parseLong(info().getOrDefault("Uptime_sec", "0")));
    }

    /** @throws UnansweredException when the tree has ended or does not answer in time */
    public Statistics statistics() throws UnansweredException {
        return Statistics.parse(worker("show stat"));
    }

    /** What it says of itself, by HAProxy's names. */
    public Map<String, String> info() throws UnansweredException {
        return worker("show info")
                .lines()
                .map(line -> line.split(": ", 2))
                .filter(parts -> parts.length == 2)
                .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1].strip(), (first, last) -> last));
    }

    /** Every server, with the state that the configuration or somebody at run time gave it. */
    public List<ServerState> servers() throws UnansweredException {
        return ServerState.parse(worker("show servers state"));
    }

    public List<StickTable> stickTables() throws UnansweredException {
        return StickTable.parse(worker("show table"));
    }

    /** The other HAProxys that it shares stick tables with. */
    public List<Peer> peers() throws UnansweredException {
        return Peer.parse(worker("show peers"));
    }

    /** The maps and lists that were loaded from files. */
    public List<PatternFile> patternFiles() throws UnansweredException {
        var all = new ArrayList<PatternFile>();
        for (var kind : List.of("map", "acl")) all.addAll(PatternFile.parse(kind, worker("show " + kind)));
        return all;
    }

    /**
     * What a stick table holds, entry by entry: there may be too many of them to have all at once.
     *
     * @param taken what it got is worth nothing when this fails
     */
    public void entries(StickTable table, Consumer<StickTable.Entry> taken) throws UnansweredException {
        channel.demand(
                "show table " + table.name(), line -> StickTable.entry(line).ifPresent(taken));
    }

    /** Gives a list of this worker the entries that it has in another one. */
    public void copy(PatternFile list, RuntimeApi from) throws IOException {
        var there = from.lines(list);
        var here = lines(list);
        var files = here.stream().map(line -> list.keys(line).getFirst()).collect(Collectors.toSet());
        var refused = obey(list.commands(from.entries(list, there, here, files), entries(list, here, there, files)));
        if (!refused.isEmpty()) throw new IOException("worker %d: %s".formatted(worker, refused));
    }

    private List<String> lines(PatternFile list) throws UnansweredException {
        return PatternFile.lines(worker("show %s %s".formatted(list.kind(), list.file())));
    }

    /**
     * Which words are the key is asked only where the other worker lists something else. HAProxy does not always tell: then
     * it is the first word, as in each line of a file, and no guess is made at what was added since.
     *
     * @param first words with which the lines of its file begin
     */
    private Map<String, List<String>> entries(
            PatternFile list, List<String> lines, List<String> others, Set<String> first) throws UnansweredException {
        var same = Set.copyOf(others);
        var known = new HashMap<String, String>();
        var told = new ArrayList<>(lines);
        for (var line : lines) {
            var keys = same.contains(line) ? List.<String>of() : list.keys(line);
            if (keys.size() < 2) continue;
            var key = keyOf(list, line, keys);
            if (key.isPresent()) known.put(line, key.get());
            else if (!first.contains(keys.getFirst())) told.remove(line);
        }
        return list.entriesOf(told, known);
    }

    private Optional<String> keyOf(PatternFile list, String line, List<String> keys) throws UnansweredException {
        for (var key : keys) if (PatternFile.isKey(key, line, worker(list.question(key)))) return Optional.of(key);
        return Optional.empty();
    }

    /**
     * Gives many commands that answer nothing when they are obeyed.
     *
     * @return why some were not, in HAProxy's words
     */
    public Set<String> obey(List<String> commands) throws UnansweredException {
        var refused = new TreeSet<String>();
        for (var from = 0; from < commands.size(); ) {
            var line = new StringBuilder();
            for (; from < commands.size() && line.length() < LONGEST_LINE; from++) {
                line.append(line.isEmpty() ? "" : channel.separator()).append(commands.get(from));
            }
            worker(line.toString()).lines().filter(words -> !words.isBlank()).forEach(refused::add);
        }
        return refused;
    }

    /** The details of this session; empty when it is gone, or its pointer belongs to another client now. */
    public Optional<SessionDetails> details(Session session) throws UnansweredException {
        return SessionDetails.parse(worker("show sess " + session.id()))
                .filter(details -> details.source().equals(session.source()));
    }

    /** The last word before a session is closed. */
    public interface LastWord {
        boolean isYes() throws IOException;
    }

    /**
     * Closes one session, if it is still the one that was listed: the pointer in its id may have been given to another
     * client meanwhile, so client and number are compared right before.
     *
     * @param expected what was known of the session
     * @param lastWord asked after the comparison, when nothing but the command itself is left to do
     * @return whether a session was closed; false when it had already gone, or the last word was no
     * @throws UnansweredException when the tree has ended, as it does with its last session, or does not answer
     * @throws IOException when HAProxy would not close it; the message says why
     */
    public boolean shutdown(Session session, SessionDetails expected, LastWord lastWord) throws IOException {
        if (details(session).filter(expected::isSame).isEmpty() || !lastWord.isYes()) return false;
        var answer = worker("shutdown session " + session.id());
        if (answer.isBlank()) return true;
        if (answer.startsWith("No such session")) return false;
        throw new IOException("worker " + worker + " would not close a session: " + answer.strip());
    }

    /**
     * Gives the commands that make a server of this worker what it is in another one.
     *
     * @return why not all of that was done: an algorithm that places servers once and for all takes no weight
     * @throws IOException when it would get more traffic than none, and none was wanted
     */
    public Set<String> set(List<String> commands) throws IOException {
        var refused = new TreeSet<String>();
        for (var command : commands) {
            var answer = worker(command).strip();
            // What was changed of an address is told in a sentence.
            if (answer.isEmpty() || TELLING.matcher(command).find()) continue;
            refused.add("worker %d would not %s: %s".formatted(worker, command, answer));
            if (SPARING.matcher(command).find()) throw new IOException(refused.toString());
        }
        return refused;
    }

    /**
     * Lets a master or a worker stop accepting and keep its sessions. Repeating it is harmless.
     * {@code ProcessHandle.destroy} would cut them.
     */
    public static void stopAccepting(long pid) throws IOException, InterruptedException {
        // The shell's own kill: the program of that name is missing on a minimal system.
        var kill = ProgramRun.in(Path.of("/"), "/bin/sh", "-c", "kill -USR1 \"$0\"", Long.toString(pid))
                .run();
        if (!kill.succeeded()) throw new IOException("kill -USR1 " + pid + ": " + kill.output());
    }

    private String worker(String command) throws UnansweredException {
        return channel.demand(command);
    }
}
