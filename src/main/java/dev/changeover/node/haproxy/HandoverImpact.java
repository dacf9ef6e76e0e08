package dev.changeover.node.haproxy;

import dev.changeover.haproxy.Generation;
import dev.changeover.haproxy.HostMemory;
import dev.changeover.haproxy.StickTable;
import dev.changeover.haproxy.UnansweredException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What a handover of a HAProxy node would lose, because a new worker knows only what its files say, and whether host
 * and database have room for two generations at once. Warns; nothing of it refuses an upgrade.
 */
final class HandoverImpact {

    /** How old the database's word may be. */
    private static final Duration SHOWN = Duration.ofSeconds(10);

    /** What a worker needs before its first session. */
    private static final long BARE_WORKER = 32L << 20;

    /** Longer lists are not compared, for the sake of the agent's memory. */
    private static final int MOST_ENTRIES = 20_000;

    private final HaproxySite site;
    private final List<String> warnings = new ArrayList<>();

    HandoverImpact(HaproxySite site) {
        this.site = site;
    }

    /** @param sessions of the node, through all generations */
    List<String> warnings(Generation.Live serving, int sessions) throws InterruptedException {
        try {
            lookAtTables(serving);
            lookAtLists(serving);
            lookAtWeights(serving);
        } catch (UnansweredException e) {
            // Whether it answers is what the problems of an inspection say.
            warnings.clear();
        }
        lookAtMemory(serving);
        lookAtDatabase(sessions);
        return warnings;
    }

    private void lookAtTables(Generation.Live serving) throws UnansweredException {
        var filled = serving.api().stickTables().stream()
                .filter(table -> table.used() > 0)
                .map(StickTable::name)
                .toList();
        if (!filled.isEmpty()) warn("what the stick tables %s hold is lost at a handover".formatted(filled));
    }

    private void lookAtLists(Generation.Live serving) throws UnansweredException {
        for (var list : serving.api().patternFiles()) {
            if (list.entries() > MOST_ENTRIES) {
                warn("the %s %s is too long to be compared with its file, which a handover loads anew"
                        .formatted(list.kind(), list.file()));
            } else if (serving.api().differsFromFile(list)) {
                warn("the entries of the %s %s differ from what its file says now, and a handover loads the file"
                        .formatted(list.kind(), list.file()));
            }
        }
    }

    private void lookAtWeights(Generation.Live serving) throws UnansweredException {
        var changed = serving.api().reweighted();
        if (!changed.isEmpty()) {
            warn("the weights of %s were changed at run time; a handover takes them from the configuration"
                    .formatted(changed));
        }
    }

    private void lookAtMemory(Generation.Live serving) {
        HostMemory.beside(serving.worker()).ifPresent(room -> {
            var needed = Math.max(room.used(), BARE_WORKER);
            if (room.available() < needed) {
                warn("%d MB of memory are left; a second generation beside the first may need %d MB"
                        .formatted(room.available() >> 20, needed >> 20));
            }
        });
    }

    private void lookAtDatabase(int sessions) throws InterruptedException {
        var database = site.processes().asOf(SHOWN);
        var left = database.limit() - database.size();
        if (database.limit() > 0 && left < sessions) {
            warn("the database has %d of at most %d connections; two generations of this node may need %d more"
                    .formatted(database.size(), database.limit(), sessions));
        }
    }

    private void warn(String words) {
        warnings.add(words);
    }
}
