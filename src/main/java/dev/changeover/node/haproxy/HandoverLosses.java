package dev.changeover.node.haproxy;

import dev.changeover.haproxy.Generation;
import dev.changeover.haproxy.OperatorConfiguration;
import dev.changeover.haproxy.RunTimeState;
import dev.changeover.haproxy.runtime.StickTable;
import dev.changeover.haproxy.runtime.UnansweredException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** What a handover of a HAProxy node would lose: run-time state that cannot be repeated on a new worker. */
record HandoverLosses(Generation.Live serving, OperatorConfiguration file) {

    /** In sentences, of everything but {@link #stickiness}. */
    List<String> inSentences() throws IOException {
        try {
            var losses = new ArrayList<String>();
            var counters = lost(table -> file.stickingBy(table.name()).isEmpty());
            if (!counters.isEmpty())
                losses.add("what the stick tables %s hold is lost at a handover".formatted(counters));
            var state = new RunTimeState(serving);
            var lists = serving.api().patternFiles();
            for (var list : lists) {
                if (!state.isRepeated(list, lists)) {
                    losses.add("a handover loads the %s %s from its file, whatever was changed at run time: %s"
                            .formatted(
                                    list.kind(),
                                    list.file(),
                                    list.entries() > RunTimeState.MOST_ENTRIES
                                            ? "it is too long to be repeated"
                                            : "the file was written since"));
                }
            }
            return losses;
        } catch (UnansweredException e) {
            // Whether it answers is what the problems of an inspection say.
            return List.of();
        }
    }

    /** The tables that say to which server clients go, and that the next generation would begin without. */
    List<String> stickiness() throws IOException {
        try {
            return lost(table -> !file.stickingBy(table.name()).isEmpty());
        } catch (UnansweredException e) {
            return List.of();
        }
    }

    private List<String> lost(Predicate<StickTable> which) throws UnansweredException {
        return serving.api().stickTables().stream()
                .filter(table -> table.used() > 0 && !RunTimeState.isCarried(table) && !file.hasPeers(table.name()))
                .filter(which)
                .map(StickTable::name)
                .toList();
    }
}
