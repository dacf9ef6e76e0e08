package dev.changeover.node.haproxy;

import dev.changeover.haproxy.Generation;
import dev.changeover.haproxy.ListeningSockets;
import dev.changeover.haproxy.OperatorConfiguration;
import dev.changeover.haproxy.RunDirectory;
import dev.changeover.inventory.KernelVersion;
import dev.changeover.node.agent.Poll;
import dev.changeover.node.agent.StagedKernel;
import dev.changeover.node.agent.Starts;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;

/**
 * What the agent does by itself: if no generation serves, it starts the kernel that the boot pointer names, or, where no
 * kernel has ever been started, the initial one. The caller holds the node's lock.
 */
public final class HaproxySupervisor {

    private final HaproxySite site;
    private final Poll poll;
    private final Starts starts;

    HaproxySupervisor(HaproxySite site, Poll poll) {
        this.site = site;
        this.poll = poll;
        this.starts = new Starts(site);
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
        if (site.inMaintenance()) return Finding.MAINTENANCE;
        var generations = site.run().generations();
        if (generations.stream().anyMatch(HaproxySupervisor::serves)) return Finding.SERVING;
        // A process that listens on an address of ours serves, whoever it is; where nobody does, nobody serves.
        if (isTaken(lastServed().orElseGet(site::operatorConfiguration))) {
            return isUnclear(generations) ? Finding.UNKNOWN : Finding.FOREIGN;
        }
        if (starts.isCrashLooping()) return Finding.CRASH_LOOP;
        var kernel = kernel();
        if (kernel.isEmpty()) return Finding.NO_KERNEL;
        starts.note();
        start(kernel.get(), configuration(kernel.get()));
        return Finding.STARTED;
    }

    /** Starts this kernel, which is staged, on a node where nothing serves, and lets it be the one that boots. */
    void start(StagedKernel kernel, OperatorConfiguration configuration) throws IOException, InterruptedException {
        var start = new GenerationStart(site, kernel, poll);
        var before = site.run().directories();
        start.awaitMaster(start.start(start.preflight(configuration), Optional.empty()));
        site.run().pointAt(kernel.directory());
        for (var directory : before) {
            if (Generation.observe(directory) instanceof Generation.Dead && RunDirectory.hasEnded(directory)) {
                RunDirectory.remove(directory);
            }
        }
    }

    private static boolean serves(Generation generation) {
        return generation instanceof Generation.Live live && !live.stopping();
    }

    private boolean isUnclear(List<Generation> generations) {
        return generations.stream().anyMatch(Generation.Unknown.class::isInstance)
                || !site.run().orphans(generations).isEmpty();
    }

    private boolean isTaken(OperatorConfiguration configuration) throws IOException {
        var sockets = ListeningSockets.now();
        return configuration.addresses().stream().anyMatch(sockets::anyOn);
    }

    private Optional<StagedKernel> kernel() throws IOException, InterruptedException {
        var current = site.run().current();
        if (current.isPresent()) return site.kernels().find(KernelVersion.of(current.get()));
        var initial = site.configuration().initialKernel();
        if (initial == null) return Optional.empty();
        var known = site.kernels().find(initial.version());
        if (known.isPresent()) return known;
        // An attempt to fetch it counts as a start, so that an address that fails is not asked every second.
        starts.note();
        return Optional.of(site.kernels().stage(initial.toRun(), site.breakpoint(), poll.beat()));
    }

    /**
     * What served last goes on serving: a change of the operator's file waits for a reload. Where nothing of it is left,
     * or the kernel does not accept it any more, the operator's file as it is.
     */
    private OperatorConfiguration configuration(StagedKernel kernel) throws IOException, InterruptedException {
        var last = lastServed();
        var isAccepted = last.isPresent()
                && ConfigurationReview.refusal(kernel, last.get()).isEmpty();
        return isAccepted ? last.get() : site.operatorConfiguration();
    }

    private Optional<OperatorConfiguration> lastServed() throws IOException {
        for (var directory : site.run().directories().reversed()) {
            if (Files.exists(directory.operatorConfiguration())) {
                return Optional.of(OperatorConfiguration.read(directory.operatorConfiguration()));
            }
        }
        return Optional.empty();
    }
}
