package dev.changeover.node.agent;

import dev.changeover.host.Reason;
import dev.changeover.host.SmallHeap;
import dev.changeover.node.agent.Supervisor.Finding;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at a node every second, and as soon as what serves has ended; starts its current kernel when nothing serves. Tells
 * its owner whenever the finding or the node's problems change, so that the control plane can look for itself. Whatever goes wrong, errors of
 * the machine included, is told and tried again a second later; where not even that can be told any more, the process
 * ends, for whoever started it to start it again: its generations go on meanwhile.
 */
public final class Watchdog implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);

    /** What a process says that ended because it could not watch any more. */
    private static final int BLIND = 70;

    /** In a second: what serves and ends is missed no longer than that. */
    private static final int GLANCES = 10;

    /** The control plane upgrades no node whose last word to it was a problem, so that must not stay its last. */
    private static final Duration PROBLEMS_EVERY = Duration.ofSeconds(10);

    /** REQUIREMENTS S14. */
    private static final Duration COMES_OF_AGE = Duration.ofHours(24);

    private final ProxyNode node;
    private final Runnable whenChanged;
    private final Thread thread;
    private final Thread retirement;
    private final Thread problems;
    private @Nullable String last;

    /** @param whenChanged called from threads of the watchdog's; must return soon and may not throw */
    public Watchdog(ProxyNode node, Runnable whenChanged) {
        this(node, whenChanged, () -> Runtime.getRuntime().halt(BLIND));
    }

    /** @param whenLost called instead of going on, when nothing can be told any more */
    public Watchdog(ProxyNode node, Runnable whenChanged, Runnable whenLost) {
        this.node = node;
        this.whenChanged = whenChanged;
        this.thread = Thread.ofPlatform()
                .daemon()
                .name("watchdog")
                .uncaughtExceptionHandler((watchdog, lost) -> whenLost.run())
                .unstarted(this::watch);
        this.retirement = Thread.ofPlatform().daemon().name("retirement").unstarted(this::retire);
        this.problems = Thread.ofPlatform().daemon().name("problems").unstarted(this::watchProblems);
    }

    /** Begins to look, at once. */
    public void start() {
        thread.start();
        retirement.start();
        problems.start();
    }

    private void watch() {
        try {
            while (true) {
                tell(look());
                SmallHeap.cleanIfGrown();
                for (int i = 0; i < GLANCES; i++) {
                    TimeUnit.MILLISECONDS.sleep(1_000 / GLANCES);
                    if (node.hasEnded()) break;
                }
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    /** Beside it, generations that no upgrade retires are let end by age. */
    private void retire() {
        var own = node.ownRetirement(COMES_OF_AGE);
        try {
            while (true) TimeUnit.NANOSECONDS.sleep(retire(own).toNanos());
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private Duration retire(OwnRetirement own) throws InterruptedException {
        try {
            return own.act();
        } catch (RuntimeException | IOException | Error e) {
            LOG.warn("node {}: old generations are looked at again later: {}", node.nodeId(), String.valueOf(e));
            return Duration.ofMinutes(1);
        }
    }

    /** Beside it: a problem that was told of, such as a crash loop, may pass although what serves stays the same. */
    private void watchProblems() {
        try {
            while (true) {
                TimeUnit.NANOSECONDS.sleep(PROBLEMS_EVERY.toNanos());
                if (haveProblemsChanged()) whenChanged.run();
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean haveProblemsChanged() {
        try {
            return node.haveProblemsChanged();
        } catch (RuntimeException | Error e) {
            LOG.warn("node {}: its problems are looked at again later: {}", node.nodeId(), String.valueOf(e));
            return false;
        }
    }

    private String look() throws InterruptedException {
        try {
            var finding = node.supervise();
            if (finding == Finding.BUSY) return last == null ? "" : last;
            return finding == Finding.STARTED ? "a generation was started" : finding.name();
        } catch (RuntimeException | IOException e) {
            // Whatever it is: a watchdog that stops looking is worse, and the next look may find it gone.
            return e instanceof ApplicationFailure failure
                    ? failure.getType() + ": " + failure.getOriginalMessage()
                    : Reason.of(e);
        } catch (Error e) {
            return Reason.of(e);
        }
    }

    private void tell(String now) {
        if (now.isEmpty() || now.equals(last)) return;
        LOG.info("node {}: {}", node.nodeId(), now);
        last = now;
        whenChanged.run();
    }

    /** Stops looking; the generations go on. */
    @Override
    public void close() {
        thread.interrupt();
        retirement.interrupt();
        problems.interrupt();
    }
}
