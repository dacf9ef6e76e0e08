package dev.changeover.node.adoption;

import dev.changeover.haproxy.AdoptedProcess;
import dev.changeover.haproxy.Generation;
import dev.changeover.haproxy.GenerationDirectory;
import dev.changeover.haproxy.ListeningSockets;
import dev.changeover.haproxy.RunDirectory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Optional;

/**
 * An adoption that did not come to its end.
 *
 * @param unit that was held for it
 */
record FailedAdoption(RunDirectory run, Optional<? extends FormerOwner> unit) {

    /**
     * Leaves everything as it was. Where a generation of ours accepts, or the adopted one does no more, it leaves everything
     * as it is: a second run goes on.
     */
    void takeBack() throws IOException {
        var adopted = new ArrayList<GenerationDirectory>();
        for (var generation : run.generations()) {
            if (generation instanceof Generation.Dead) continue;
            var isAdopted = AdoptedProcess.in(generation.directory()).isPresent();
            var accepts = accepts(generation);
            if (isAdopted && accepts) {
                adopted.add(generation.directory());
            } else if (isAdopted || accepts) {
                return;
            }
        }
        for (var directory : adopted) RunDirectory.remove(directory);
        if (unit.isPresent()) unit.get().release();
    }

    /** An adopted one that does not answer accepts as long as it listens; of another one nobody knows. */
    private static boolean accepts(Generation generation) throws IOException {
        if (generation instanceof Generation.Live live) return !live.stopping();
        var adopted = AdoptedProcess.in(generation.directory());
        if (adopted.isEmpty()) return true;
        return ListeningSockets.areHeldBy(adopted.get().worker().pid());
    }
}
