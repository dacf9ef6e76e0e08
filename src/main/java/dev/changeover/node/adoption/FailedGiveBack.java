package dev.changeover.node.adoption;

import dev.changeover.haproxy.ListeningSockets;
import dev.changeover.haproxy.RunDirectory;
import dev.changeover.haproxy.RunningProxy;
import dev.changeover.haproxy.runtime.RuntimeApi;
import dev.changeover.node.driver.Poll;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A give-back that did not come to its end: the node's generation serves on. The HAProxy that was started has accepted
 * connections too, so it is not ended: it stops accepting, and ends after its last session.
 *
 * @param stopping how long its file lets it accept after it was told to stop
 */
record FailedGiveBack(FormerOwner owner, Duration stopping) {
    private static final Duration ENDS_WITHIN = Duration.ofSeconds(2);

    /** As far as it can be done: what was never started cannot be stopped. */
    void takeBack(IOException failure) throws InterruptedException {
        // First, so that nobody starts it again when it ends.
        attempt(owner::hold, failure);
        attempt(this::letGo, failure);
    }

    private interface Deed {
        void run() throws IOException, InterruptedException;
    }

    private static void attempt(Deed deed, IOException failure) throws InterruptedException {
        try {
            deed.run();
        } catch (IOException second) {
            failure.addSuppressed(second);
        }
    }

    private void letGo() throws IOException, InterruptedException {
        for (var pid : listening()) {
            if (RunDirectory.isRunning(pid)) RuntimeApi.stopAccepting(pid);
        }
        // One that goes on listening and accepts nothing keeps clients waiting, which is worse than a cut.
        var isDeaf = !Poll.QUIETLY.until(
                stopping.plus(ENDS_WITHIN), () -> listening().isEmpty());
        if (isDeaf || Poll.QUIETLY.until(ENDS_WITHIN, () -> connections() == 0)) owner.stop();
    }

    private List<Long> listening() throws IOException {
        var listening = new ArrayList<Long>();
        for (var pid : owner.processes()) if (ListeningSockets.areHeldBy(pid)) listening.add(pid);
        return listening;
    }

    private int connections() throws IOException {
        var all = 0;
        for (var pid : owner.processes()) {
            try {
                all += RunningProxy.of(pid).connections();
            } catch (IOException ended) {
                // as it may at any moment
            }
        }
        return all;
    }
}
