package dev.changeover.node.agent;

import dev.changeover.node.NodeFault;
import dev.changeover.node.driver.Poll;
import dev.changeover.node.driver.ProxyConfiguration;
import dev.changeover.node.driver.ProxyGeneration;
import dev.changeover.node.driver.StagedKernel;
import dev.changeover.node.driver.StartFailedException;
import dev.changeover.node.site.NodeSite;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** Preflights and starts one generation. A start that fails leaves nothing behind, and the others never notice. */
record GenerationStart(NodeSite site, StagedKernel kernel, Poll poll) {

    /** A healthy generation answers some 100 ms after it accepts. */
    private static final Duration LIMIT = Duration.ofSeconds(10);

    /** Lets the kernel itself judge, from its final path, without leaving a trace. */
    void preflight(ProxyConfiguration configuration) throws IOException, InterruptedException {
        site.kernels().checkVersion(kernel.version(), kernel.reportedVersion(), kernel.directory());
        var refusal = site.driver().refusal(kernel, configuration);
        if (refusal.isPresent()) {
            throw NodeFault.CONFIG_REFUSED.because("kernel %s refuses the configuration %s: %s"
                    .formatted(kernel.version(), site.driver().operatorFile(), refusal.get()));
        }
    }

    /** Returns once the new generation accepts. It takes the listening sockets of {@code old}, where there is one. */
    ProxyGeneration start(ProxyConfiguration configuration, Optional<ProxyGeneration> old)
            throws IOException, InterruptedException {
        try {
            return site.driver().start(kernel, configuration, old, poll);
        } catch (StartFailedException e) {
            throw fault(old.isPresent(), e.addressTaken())
                    .because("a generation of kernel %s did not come up: %s"
                            .formatted(kernel.version(), e.getMessage()));
        }
    }

    /** Returns once it answers too, and can be steered. */
    void awaitAnswer(ProxyGeneration started) throws IOException, InterruptedException {
        if (!poll.closely().until(LIMIT, () -> started.now().isPresent())) {
            throw NodeFault.NO_ANSWER.because("generation %d accepts, but does not answer within %s s"
                    .formatted(started.number(), LIMIT.toSeconds()));
        }
    }

    /** Fails where clients cannot reach it: a file that has nothing but comments is no error to an engine. */
    void mustListen(ProxyGeneration started) throws IOException {
        var sockets = site.driver().sockets();
        var configuration = started.configuration();
        var listens = configuration.addresses().stream()
                .anyMatch(address -> !sockets.heldBy(started.process(), address).isEmpty());
        if (listens
                || configuration.addresses().isEmpty()
                        && !configuration.backends().isEmpty()) return;
        throw NodeFault.START_FAILED.because(
                "generation %d of kernel %s listens on none of its addresses: see whether %s is what it should be"
                        .formatted(
                                started.number(),
                                kernel.version(),
                                site.driver().operatorFile()));
    }

    private static NodeFault fault(boolean hadPredecessor, boolean addressTaken) {
        if (!addressTaken) return NodeFault.START_FAILED;
        return hadPredecessor ? NodeFault.SOCKETS_NOT_HANDED_OVER : NodeFault.FOREIGN_PROXY;
    }
}
