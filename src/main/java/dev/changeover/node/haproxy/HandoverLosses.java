package dev.changeover.node.haproxy;

import dev.changeover.haproxy.Generation;
import dev.changeover.haproxy.runtime.StickTable;
import dev.changeover.haproxy.runtime.UnansweredException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a handover of a HAProxy node would lose, because a new worker knows only what its files say.
 */
final class HandoverLosses {

    /** Longer lists are not compared, for the sake of the agent's memory. */
    private static final int MOST_ENTRIES = 20_000;

    private final Generation.Live serving;
    private final List<String> losses = new ArrayList<>();

    private HandoverLosses(Generation.Live serving) {
        this.serving = serving;
    }

    static List<String> of(Generation.Live serving) {
        var impact = new HandoverLosses(serving);
        try {
            impact.lookAtTables();
            impact.lookAtLists();
            impact.lookAtWeights();
        } catch (UnansweredException e) {
            // Whether it answers is what the problems of an inspection say.
            impact.losses.clear();
        }
        return impact.losses;
    }

    private void lookAtTables() throws UnansweredException {
        var filled = serving.api().stickTables().stream()
                .filter(table -> table.used() > 0)
                .map(StickTable::name)
                .toList();
        if (!filled.isEmpty()) losses.add("what the stick tables %s hold is lost at a handover".formatted(filled));
    }

    private void lookAtLists() throws UnansweredException {
        for (var list : serving.api().patternFiles()) {
            if (list.entries() > MOST_ENTRIES) {
                losses.add("the %s %s is too long to be compared with its file, which a handover loads anew"
                        .formatted(list.kind(), list.file()));
            } else if (serving.api().differsFromFile(list)) {
                losses.add("the entries of the %s %s differ from what its file says now, and a handover loads the file"
                        .formatted(list.kind(), list.file()));
            }
        }
    }

    private void lookAtWeights() throws UnansweredException {
        var changed = serving.api().reweighted();
        if (!changed.isEmpty()) {
            losses.add("the weights of %s were changed at run time; a handover takes them from the configuration"
                    .formatted(changed));
        }
    }
}
