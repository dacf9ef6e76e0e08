package dev.changeover.haproxy;

import dev.changeover.haproxy.configuration.Frontend;
import dev.changeover.haproxy.configuration.OperatorConfiguration;
import dev.changeover.haproxy.configuration.SourcePorts;
import dev.changeover.haproxy.runtime.RuntimeApi;
import dev.changeover.haproxy.runtime.ServerState;
import dev.changeover.haproxy.runtime.Statistics;
import dev.changeover.haproxy.runtime.StickTable;
import dev.changeover.haproxy.runtime.UnansweredException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What a handover would lose: run-time state that cannot be repeated on a new worker.
 *
 * @param api of the worker that knows it
 * @param started when that was started
 */
public record HandoverLosses(RuntimeApi api, OperatorConfiguration file, Instant started) {

    public static HandoverLosses of(Generation.Live serving, OperatorConfiguration file) throws IOException {
        return new HandoverLosses(serving.api(), file, RunTimeState.startOf(serving));
    }

    /** What a file says alone, whatever its worker knows. */
    public static List<String> of(OperatorConfiguration file) {
        var shared = SourcePorts.of(file);
        return shared.isEmpty()
                ? List.of()
                : List.of(
                        "connections to the servers %s fail after a handover where the old generation uses their source port: 'source' with ports of its own lets each generation choose from the same ones; without ports the kernel chooses a free one"
                                .formatted(shared));
    }

    /** In sentences, of everything but {@link #stickiness}. */
    public List<String> inSentences() throws IOException {
        var losses = new ArrayList<>(of(file));
        try {
            addServers(losses);
            addFrontends(losses);
            var counters =
                    names(notCopied(table -> file.stickingBy(table.name()).isEmpty() && !file.hasPeers(table.name())));
            if (!counters.isEmpty())
                losses.add("what the stick tables %s hold is lost at a handover".formatted(counters));
            var arrays = names(api.stickTables().stream()
                    .filter(table -> table.used() > 0 && table.isSettable())
                    .filter(table -> RunTimeState.countsInArrays(file, table) && !file.hasPeers(table.name()))
                    .toList());
            if (!arrays.isEmpty())
                losses.add("what the stick tables %s count in arrays, gpc(N) and gpt(N), is lost at a handover"
                        .formatted(arrays));
            var lists = api.patternFiles();
            var begins = RunTimeState.beginsOf(lists, api.worker());
            for (var list : lists) {
                if (!list.isInLine() && !RunTimeState.isRepeated(list, lists, begins, started)) {
                    losses.add("a handover loads the %s %s from its file, whatever was changed at run time: %s"
                            .formatted(
                                    list.kind(),
                                    list.file(),
                                    list.entries() > RunTimeState.MOST_ENTRIES
                                            ? "it is too long to be repeated"
                                            : "the file was written since"));
                }
            }
        } catch (UnansweredException e) {
            // Whether it answers is what the problems of an inspection say.
            return of(file);
        }
        return losses;
    }

    private void addFrontends(List<String> losses) throws UnansweredException {
        var written = file.frontends().stream().map(Frontend::name).toList();
        var closed = api.statistics().rows().stream()
                .filter(row -> row.isFrontend() && written.contains(row.section()) && row.isClosed())
                .map(Statistics.Row::section)
                .toList();
        if (!closed.isEmpty())
            losses.add("a handover opens the frontends again that were disabled at run time: " + closed);
    }

    /** A new worker has those of its file, whoever came and went since. */
    private void addServers(List<String> losses) throws UnansweredException {
        var running = api.servers().stream().map(ServerState::name).collect(Collectors.toCollection(TreeSet::new));
        var written = file.servers().keySet();
        var added = new TreeSet<>(running);
        // A name that a variable makes is not written as it is.
        added.removeIf(name -> written.contains(name) || !isInFile(name.substring(0, name.indexOf('/'))));
        if (!added.isEmpty() && written.stream().noneMatch(name -> name.contains("$")))
            losses.add("a handover does not know the servers that were added at run time, write them into the file: "
                    + added);
        var deleted = file.settings().stream()
                // Peers and rings have lines of that name, too.
                .filter(line -> line.is("server") && Set.of("backend", "listen").contains(line.kind()))
                .map(line -> line.section() + "/" + line.word(1))
                .collect(Collectors.toCollection(TreeSet::new));
        deleted.removeAll(running);
        if (!deleted.isEmpty())
            losses.add("a handover brings back the servers that were deleted at run time, take them out of the file: "
                    + deleted);
    }

    /** HAProxy has backends of its own. */
    private boolean isInFile(String backend) {
        return file.sections().stream().anyMatch(section -> section.name().equals(backend));
    }

    /** The tables that say to which server clients go, and that the next generation would begin without. */
    public List<String> stickiness() throws IOException {
        try {
            var sticky = notCopied(this::isSticky);
            if (sticky.isEmpty()) return List.of();
            var taught = taughtByPeers(api);
            sticky.removeIf(table -> taught.contains(table.name()));
            return names(sticky);
        } catch (UnansweredException e) {
            return List.of();
        }
    }

    /**
     * Tables that say to which server clients go, and that another host teaches a new worker.
     *
     * @param wanted entries that the old worker had when this began, by table
     */
    public record Learning(RuntimeApi old, RuntimeApi next, Map<String, Long> wanted) {

        public Learning {
            wanted = Map.copyOf(wanted);
        }

        /** What the new one does not know yet, for people; entries that have expired meanwhile are not missed. */
        public Optional<String> lack() throws UnansweredException {
            if (wanted.isEmpty()) return Optional.empty();
            var known = entries(next);
            var still = entries(old);
            for (var table : wanted.entrySet()) {
                long knows = known.getOrDefault(table.getKey(), Long.MAX_VALUE);
                if (knows < Math.min(table.getValue(), still.getOrDefault(table.getKey(), 0L))) {
                    return Optional.of("of the %d entries of stick table %s it has learned %d from its peers"
                            .formatted(table.getValue(), table.getKey(), knows));
                }
            }
            return Optional.empty();
        }

        private static Map<String, Long> entries(RuntimeApi api) throws UnansweredException {
            return api.stickTables().stream().collect(Collectors.toMap(StickTable::name, StickTable::used));
        }
    }

    /** What a new worker has to learn, as the tables are now. */
    public Learning learning(Generation.Live next) throws UnansweredException {
        var sticky = notCopied(this::isSticky);
        var taught = new HashSet<String>();
        for (var knows : sticky.isEmpty() ? List.<RuntimeApi>of() : List.of(api, next.api())) {
            taught.addAll(taughtByPeers(knows));
        }
        return new Learning(
                api,
                next.api(),
                sticky.stream()
                        .filter(table -> taught.contains(table.name()))
                        .collect(Collectors.toMap(StickTable::name, StickTable::used)));
    }

    private boolean isSticky(StickTable table) {
        return !file.stickingBy(table.name()).isEmpty();
    }

    /** A worker asks the peers of other hosts as soon as it starts; its predecessor tells it only when that stops. */
    private static Set<String> taughtByPeers(RuntimeApi api) throws UnansweredException {
        var taught = new HashSet<String>();
        for (var peer : api.peers()) if (peer.isRemote() && peer.isConnected()) taught.addAll(peer.tables());
        return taught;
    }

    private List<StickTable> notCopied(Predicate<StickTable> which) throws UnansweredException {
        return new ArrayList<>(api.stickTables().stream()
                .filter(table -> table.used() > 0 && !RunTimeState.isCarried(table))
                .filter(which)
                .toList());
    }

    private static List<String> names(List<StickTable> tables) {
        return tables.stream().map(StickTable::name).toList();
    }
}
