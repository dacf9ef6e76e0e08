package dev.changeover.node.haproxy;

import dev.changeover.haproxy.Generation;
import dev.changeover.haproxy.GenerationDirectory;
import dev.changeover.haproxy.OperatorConfiguration;
import dev.changeover.haproxy.RunDirectory;
import dev.changeover.haproxy.StartedTree;
import dev.changeover.node.NodeFault;
import dev.changeover.node.agent.KernelStore;
import dev.changeover.node.agent.Poll;
import dev.changeover.node.agent.StagedKernel;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** Preflights and starts one generation. A start that fails leaves nothing behind, and the others never notice. */
record GenerationStart(HaproxySite site, StagedKernel kernel, Poll poll) {

    /** A healthy start takes 60 to 170 ms. */
    private static final Duration LIMIT = Duration.ofSeconds(10);

    /** Lets the kernel itself judge, from its final path, without leaving a trace. */
    void tryOut(OperatorConfiguration configuration) throws IOException, InterruptedException {
        KernelStore.checkVersion(kernel.version(), kernel.reportedVersion(), kernel.program());
        var refusal = ConfigurationReview.refusal(kernel, configuration);
        if (refusal.isPresent()) {
            throw NodeFault.CONFIG_REFUSED.because("kernel %s refuses the configuration %s: %s"
                    .formatted(kernel.version(), site.operatorFile(), refusal.get()));
        }
    }

    /** The same, and prepares the directory of the next generation. */
    GenerationDirectory preflight(OperatorConfiguration configuration) throws IOException, InterruptedException {
        tryOut(configuration);
        return site.run().prepare(configuration);
    }

    /**
     * Returns once the worker of the new generation answers, so that it accepts. It takes the listening sockets of
     * {@code old}, where there is one.
     */
    Generation.Live start(GenerationDirectory directory, Optional<Generation.Live> old)
            throws IOException, InterruptedException {
        var tree = StartedTree.start(kernel.program(), directory, old.map(Generation.Live::directory));
        site.breakpoint().passed("spawn");
        var started = new AtomicReference<Optional<Generation.Live>>(Optional.empty());
        // While a worker starts, a question waits in its socket: what is looked for so often is only that file.
        poll.closely().until(LIMIT, () -> {
            started.set(tree.observe().filter(live -> live.version().equals(kernel.reportedVersion())));
            return started.get().isPresent() || !tree.isAlive();
        });
        if (started.get().isPresent()) return started.get().get();
        var output = tree.output();
        tree.kill();
        RunDirectory.remove(directory);
        throw fault(old.isPresent(), output)
                .because("a generation of kernel %s did not come up within %s s; it said: %s"
                        .formatted(kernel.version(), LIMIT.toSeconds(), output));
    }

    /** Returns once its master answers too, which it does only after its worker, and through which all else is asked. */
    void awaitMaster(Generation.Live started) throws IOException, InterruptedException {
        if (!poll.closely().until(LIMIT, () -> isKnown(started))) {
            throw NodeFault.NO_ANSWER.because("the master %d of generation %d does not answer within %s s"
                    .formatted(started.master(), started.number(), LIMIT.toSeconds()));
        }
    }

    private static boolean isKnown(Generation.Live started) {
        return Generation.observe(started.directory()) instanceof Generation.Live live
                && live.worker() == started.worker();
    }

    private static NodeFault fault(boolean hadPredecessor, String output) {
        if (!output.contains("Address already in use")) return NodeFault.START_FAILED;
        return hadPredecessor ? NodeFault.SOCKETS_NOT_HANDED_OVER : NodeFault.FOREIGN_PROXY;
    }
}
