package dev.changeover.node;

import dev.changeover.haproxy.Answer;
import dev.changeover.haproxy.Generation;
import dev.changeover.haproxy.GenerationDirectory;
import dev.changeover.haproxy.OperatorConfiguration;
import dev.changeover.haproxy.RunDirectory;
import dev.changeover.haproxy.StartedTree;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

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

    /** Returns once the new generation answers. It takes the listening sockets of {@code old}, where there is one. */
    Generation.Live start(GenerationDirectory directory, Optional<Generation.Live> old)
            throws IOException, InterruptedException {
        var tree = StartedTree.start(kernel.program(), directory, old.map(Generation.Live::directory));
        site.breakpoint().passed("spawn");
        poll.until(LIMIT, () -> !tree.isAlive() || up(directory).isPresent());
        var up = up(directory);
        if (up.isPresent()) return up.get();
        var output = tree.output();
        tree.kill();
        RunDirectory.remove(directory);
        throw fault(old.isPresent(), output)
                .because("a generation of kernel %s did not come up within %s s; it said: %s"
                        .formatted(kernel.version(), LIMIT.toSeconds(), output));
    }

    /** It answers through both sockets, and it is this kernel. */
    private Optional<Generation.Live> up(GenerationDirectory directory) {
        return Generation.observe(directory) instanceof Generation.Live live
                        && live.version().equals(kernel.reportedVersion())
                        && directory.statsSocket().ask("show info") instanceof Answer.Text
                ? Optional.of(live)
                : Optional.empty();
    }

    private static NodeFault fault(boolean hadPredecessor, String output) {
        if (!output.contains("Address already in use")) return NodeFault.START_FAILED;
        return hadPredecessor ? NodeFault.SOCKETS_NOT_HANDED_OVER : NodeFault.FOREIGN_PROXY;
    }
}
