package dev.changeover.node.agent;

import dev.changeover.node.driver.Poll;
import dev.changeover.node.driver.ProxyConfiguration;
import dev.changeover.node.driver.ProxyDriver;
import dev.changeover.node.driver.StagedKernel;
import dev.changeover.node.site.NodeSite;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;

/**
 * What the agent does by itself: if no generation serves, it starts the kernel that the boot pointer names, or, where no
 * kernel has ever been started, the initial one. The caller holds the node's lock.
 */
public final class Supervisor {

    private final NodeSite site;
    private final ProxyDriver driver;

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
        if (Files.exists(site.maintenance())) return Finding.MAINTENANCE;
        driver.tidy();
        if (driver.isServing()) {
            site.starts().serves();
            return Finding.SERVING;
        }
        // A process that listens on an address of ours serves, whoever it is; where nobody does, nobody serves.
        if (driver.isTaken(driver.lastServed().orElseGet(site::operatorConfiguration))) {
            return driver.observe().isClear() ? Finding.FOREIGN : Finding.UNKNOWN;
        }
        if (site.starts().isCrashLooping()) return Finding.CRASH_LOOP;
        var words = driver.lastWords();
        if (words.isPresent()) site.starts().failed("it came up and ended: " + words.get());
        try {
            var kernel = kernel();
            if (kernel.isEmpty()) return Finding.NO_KERNEL;
            site.starts().note();
            start(kernel.get(), configuration(kernel.get()));
            return Finding.STARTED;
        } catch (ApplicationFailure failed) {
            site.starts().failed(failed.getOriginalMessage());
            throw failed;
        }
    }

    /** Starts this kernel, which is staged, on a node where nothing serves, and lets it be the one that boots. */
    void start(StagedKernel kernel, ProxyConfiguration configuration) throws IOException, InterruptedException {
        var start = new GenerationStart(site, kernel, Poll.QUIETLY);
        var before = driver.observe().ended();
        start.preflight(configuration);
        start.awaitAnswer(start.start(configuration, Optional.empty()));
        site.boot().pointAt(kernel.directory());
        site.clear(before);
    }

    private Optional<StagedKernel> kernel() throws IOException, InterruptedException {
        var current = site.boot().current();
        if (current.isPresent()) return site.kernels().find(current.get());
        var initial = site.configuration().initialKernel();
        if (initial == null) return Optional.empty();
        var known = site.kernels().find(initial.version());
        if (known.isPresent()) return known;
        // An attempt to fetch it counts as a start, so that an address that fails is not asked every second.
        site.starts().note();
        return Optional.of(site.kernels().stage(initial.toRun(), site.breakpoint(), Poll.QUIETLY.beat()));
    }

    /**
     * What served last goes on serving: a change of the operator's file waits for a reload. Where nothing of it is left,
     * or the kernel does not accept it any more, the operator's file as it is.
     */
    private ProxyConfiguration configuration(StagedKernel kernel) throws IOException, InterruptedException {
        var last = driver.lastServed();
        var isAccepted = last.isPresent() && driver.refusal(kernel, last.get()).isEmpty();
        return isAccepted ? last.get() : site.operatorConfiguration();
    }
}
