package dev.changeover.node.agent;

import dev.changeover.host.Reason;
import dev.changeover.node.driver.Poll;
import dev.changeover.node.driver.ProxyConfiguration;
import dev.changeover.node.driver.ProxyDriver;
import dev.changeover.node.driver.ProxyDriver.Served;
import dev.changeover.node.driver.ProxyDriver.Serving;
import dev.changeover.node.driver.StagedKernel;
import dev.changeover.node.site.NodeSite;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the agent does by itself: if no generation serves, it starts the kernel that the boot pointer names, or, where no
 * kernel has ever been started, the initial one. The caller holds the node's lock.
 */
public final class Supervisor {

    private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);

    /** Of earlier configurations: a start that comes to nothing may take ten seconds. */
    private static final int MOST_ATTEMPTS = 3;

    /** The sockets of what has just ended are free with its last thread, which may have ten thousand to close. */
    private static final Duration LETS_GO = Duration.ofSeconds(1);

    private final NodeSite site;
    private final ProxyDriver driver;

    /** What served at the last look. */
    private volatile Optional<Serving> last = Optional.empty();

    Supervisor(NodeSite site) {
        this.site = site;
        this.driver = site.driver();
    }

    /** What a look came to. */
    public enum Finding {
        /** A generation serves. */
        SERVING,
        /** Nothing served; a generation was started and answers. */
        STARTED,
        /** A generation does not answer. It may serve, so nothing was started beside it. */
        UNKNOWN,
        /** Somebody else listens on an address of ours. */
        FOREIGN,
        /** Three starts in a minute. */
        CRASH_LOOP,
        /** A person works on the host. */
        MAINTENANCE,
        /** There is nothing to start. */
        NO_KERNEL,
        /** Somebody acts on the node just now. */
        BUSY
    }

    /** Looks, and starts a generation where nothing serves. */
    Finding act() throws IOException, InterruptedException {
        var hasServed = last.isPresent();
        last = Optional.empty();
        if (Files.exists(site.maintenance())) return Finding.MAINTENANCE;
        last = driver.serving();
        if (last.isPresent()) {
            driver.tidy();
            site.starts().serves();
            site.reserve().hold();
            return Finding.SERVING;
        }
        // First, because what is damaged is set aside with all it said.
        var words = driver.lastWords();
        var served = driver.served();
        // A process that listens on an address of ours serves, whoever it is; where nobody does, nobody serves.
        var claimed = served.isEmpty()
                ? site.operatorConfiguration()
                : served.getFirst().configuration();
        if (!Poll.QUIETLY.until(hasServed ? LETS_GO : Duration.ZERO, () -> !driver.isTaken(claimed))) {
            return driver.observe().isClear() ? Finding.FOREIGN : Finding.UNKNOWN;
        }
        // Where no file tells an address, only an answer tells that nobody serves.
        if (claimed.addresses().isEmpty() && !driver.observe().isClear()) return Finding.UNKNOWN;
        if (site.starts().isCrashLooping()) return Finding.CRASH_LOOP;
        site.reserve().giveBack();
        if (words.isPresent()) site.starts().failed("it came up and ended: " + words.get());
        try {
            var kernel = kernel(served);
            if (kernel.isEmpty()) return Finding.NO_KERNEL;
            site.starts().note();
            restart(kernel.get(), served);
            return Finding.STARTED;
        } catch (ApplicationFailure failed) {
            site.starts().failed(failed.getOriginalMessage());
            throw failed;
        }
    }

    /** Whether what served at the last look has ended since. For any thread. */
    boolean hasEnded() {
        return last.filter(Serving::hasEnded).isPresent();
    }

    /**
     * What served last goes on serving: a change of the operator's file waits for a reload. Where that does not come up any
     * more, what served before it; where nothing is left of either, the operator's file as it is.
     */
    private void restart(StagedKernel kernel, List<Served> served) throws IOException, InterruptedException {
        ApplicationFailure first = null;
        for (var known : served.stream().limit(MOST_ATTEMPTS).toList()) {
            try {
                start(kernel, known.configuration(), known.isProvenBy(kernel));
                return;
            } catch (ApplicationFailure failure) {
                LOG.warn("node {}: what served before does not start: {}", site.nodeId(), failure.getOriginalMessage());
                first = first == null ? failure : first;
            }
        }
        try {
            start(kernel, site.operatorConfiguration(), false);
        } catch (ApplicationFailure failure) {
            throw first == null ? failure : first;
        }
    }

    /** Starts this kernel, which is staged, on a node where nothing serves, and lets it be the one that boots. */
    void start(StagedKernel kernel, ProxyConfiguration configuration) throws IOException, InterruptedException {
        start(kernel, configuration, false);
    }

    /** @param isProven whether they have served together: what a full disk makes impossible to try is known then */
    private void start(StagedKernel kernel, ProxyConfiguration configuration, boolean isProven)
            throws IOException, InterruptedException {
        var start = new GenerationStart(site, kernel, Poll.QUIETLY);
        var before = driver.observe();
        if (!isProven) start.preflight(configuration);
        var started = start.start(configuration, Optional.empty());
        start.awaitAnswer(started);
        try {
            start.mustListen(started);
        } catch (ApplicationFailure unreachable) {
            new HandOverProof(site, configuration, Poll.QUIETLY).letGo(started);
            throw unreachable;
        }
        if (site.boot().current().filter(kernel.version()::equals).isEmpty()) {
            site.boot().pointAt(kernel.directory());
        }
        driver.noteServed(started);
        try {
            site.clear(before.ended());
        } catch (IOException unwritable) {
            LOG.warn("node {}: what is left of ended generations stays: {}", site.nodeId(), Reason.of(unwritable));
        }
        // One that listens nowhere is nobody's, and would be shown as retiring for ever.
        for (var deaf : before.live()) if (deaf.now().isPresent()) deaf.stopAccepting();
    }

    /** What boots; where that is not on this host any more, what served last and is. */
    private Optional<StagedKernel> kernel(List<Served> served) throws IOException, InterruptedException {
        var current = site.boot().current();
        if (current.isPresent()) {
            var boots = site.kernels().find(current.get());
            if (boots.isPresent()) return boots;
            LOG.warn("node {}: kernel {}, which boots, is not staged any more", site.nodeId(), current.get());
        }
        for (var known : served) {
            for (var kernel : site.kernels().all()) if (known.isProvenBy(kernel)) return Optional.of(kernel);
        }
        return current.isPresent() ? Optional.empty() : initial();
    }

    private Optional<StagedKernel> initial() throws IOException, InterruptedException {
        var initial = site.configuration().initialKernel();
        if (initial == null) return Optional.empty();
        var known = site.kernels().find(initial.version());
        if (known.isPresent()) return known;
        try (var held = site.stagingLock().take(Duration.ZERO).orElse(null)) {
            // Somebody brings one just now.
            if (held == null) return Optional.empty();
            return Optional.of(site.kernels().stage(initial.toRun(), site.breakpoint(), Poll.QUIETLY.beat()));
        } catch (IOException | ApplicationFailure failed) {
            // It counts as a start, so that an address that fails is not asked every second.
            site.starts().note();
            throw failed;
        }
    }
}
