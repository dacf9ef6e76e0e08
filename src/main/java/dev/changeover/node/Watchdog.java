package dev.changeover.node;

import dev.changeover.node.HaproxySupervisor.Finding;
import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at a HAProxy node every second and starts its current kernel when nothing serves. Tells its owner whenever the
 * finding changes, so that the control plane can look for itself.
 */
public final class Watchdog implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);

    private final HaproxyNode node;
    private final Runnable whenChanged;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("watchdog").factory());
    private @Nullable String last;

    /** @param whenChanged called from the watchdog's thread; must return soon and may not throw */
    public Watchdog(HaproxyNode node, Runnable whenChanged) {
        this.node = node;
        this.whenChanged = whenChanged;
    }

    /** Begins to look, at once. */
    public void start() {
        clock.scheduleWithFixedDelay(this::look, 0, 1, TimeUnit.SECONDS);
    }

    private void look() {
        String now;
        try {
            var finding = node.supervise();
            if (finding == Finding.BUSY) return;
            now = finding == Finding.STARTED ? "a generation was started" : finding.name();
        } catch (RuntimeException | IOException e) {
            // Whatever it is: a watchdog that stops looking is worse, and the next look may find it gone.
            now = String.valueOf(e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        if (now.equals(last)) return;
        LOG.info("node {}: {}", node.nodeId(), now);
        last = now;
        whenChanged.run();
    }

    /** Stops looking; HAProxy goes on. */
    @Override
    public void close() {
        clock.shutdownNow();
    }
}
