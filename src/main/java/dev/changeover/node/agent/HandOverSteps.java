package dev.changeover.node.agent;

import dev.changeover.node.HandOver;
import dev.changeover.node.NodeFault;
import dev.changeover.node.driver.GenerationSnapshot;
import dev.changeover.node.driver.Health;
import dev.changeover.node.driver.Poll;
import dev.changeover.node.driver.ProxyConfiguration;
import dev.changeover.node.driver.ProxyGeneration;
import dev.changeover.node.driver.StagedKernel;
import dev.changeover.node.site.BeforeHandover;
import dev.changeover.node.site.NodeSite;
import io.temporal.failure.TemporalException;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One handover on a node. The caller holds the node's lock.
 *
 * <ol>
 *   <li>Observe every generation. Nothing is left to do when exactly one accepts, it is the kernel, it runs the
 *       operator's configuration, and the boot pointer names the kernel.
 *   <li>Preflight: the program says the right version and accepts the configuration.
 *   <li>Start a generation beside the old one that takes its listening sockets; or go on with one that an interrupted
 *       handover has left. Both accept from now on, which harms nobody.
 *   <li>Repeat on it what was changed at run time in the old one, and let its server checks settle until they agree with the old one's.
 *   <li>Prove it: the same sockets, and a login to each database through its private doors.
 *   <li>Commit: move the boot pointer, see that the new one still accepts, then let every other generation stop accepting.
 *       Whatever fails before one has, the new one stops accepting, and the old one goes on, if it says that it accepts;
 *       else both do.
 *   <li>Confirm: it alone accepts and holds the sockets, and a new connection that gets in reaches it.
 * </ol>
 *
 * Each step may find its work done, so that a second run after a crash at any point ends in the same state.
 */
final class HandOverSteps {

    private final NodeSite site;
    private final Poll poll;
    private final List<HandOver.Part> parts = new ArrayList<>();
    private long partBegan = System.nanoTime();
    private @Nullable ByHand byHand;
    private HandOver.@Nullable Proved proved;

    HandOverSteps(NodeSite site, Poll poll) {
        this.site = site;
        this.poll = poll;
    }

    /** Where the time went. */
    List<HandOver.Part> parts() {
        return parts;
    }

    /** What serves alone; null before it does. */
    HandOver.@Nullable Proved proved() {
        return proved;
    }

    /**
     * Hands over to the kernel.
     *
     * @return false when nothing was left to do; a file that differs from what serves is refused
     */
    boolean to(StagedKernel kernel) throws IOException, InterruptedException {
        var configuration = site.operatorConfiguration();
        var observed = site.observe(poll);
        refuseChanged(observed, configuration);
        return to(kernel, configuration, observed);
    }

    /**
     * The same where a person does it, who may have changed the file: the agent itself lets the old generation end, as no
     * upgrade does.
     */
    boolean byHand(StagedKernel kernel, ProxyConfiguration configuration, ByHand how)
            throws IOException, InterruptedException {
        byHand = how;
        return to(kernel, configuration, site.observe(poll));
    }

    private boolean to(StagedKernel kernel, ProxyConfiguration configuration, GenerationSnapshot observed)
            throws IOException, InterruptedException {
        if (!isForced() && isDone(observed, kernel, configuration)) {
            proved = new HandOver.Proved(observed.serving().getFirst().number(), kernel.version());
            return false;
        }
        if (Files.exists(site.maintenance())) {
            throw NodeFault.NOT_SAFE.because("%s is there: somebody works on this host; remove it when they are done"
                    .formatted(site.maintenance()));
        }
        site.breakpoint().passed("observe");
        run(observed, kernel, configuration);
        return true;
    }

    private boolean isForced() {
        return byHand != null && byHand.isForced();
    }

    private void run(GenerationSnapshot observed, StagedKernel kernel, ProxyConfiguration configuration)
            throws IOException, InterruptedException {
        var start = new GenerationStart(site, kernel, poll);
        var running = isForced() ? Optional.<ProxyGeneration>empty() : alreadyServing(observed, kernel, configuration);
        var old = predecessor(observed, running);
        var commit = new HandOverCommit(site, kernel, byHand);
        for (var other : observed.serving()) {
            if (running.filter(other::isSame).isEmpty()) commit.refuseCut(other);
        }
        ProxyGeneration next;
        if (running.isPresent()) {
            next = running.get();
        } else {
            start.preflight(configuration);
            part("preflight");
            next = start.start(configuration, old);
        }
        part("start");
        HandOverProof proof;
        long accepted;
        try {
            proof = new HandOverProof(site, next.configuration(), poll);
            prove(start, proof, next, old);
            accepted = next.health().accepted();
            if (old.isPresent()) noteBefore(next, old.get());
            commit.run(next, poll);
            part("commit");
        } catch (IOException | TemporalException failure) {
            if (old.isPresent()) commit.leaveOne(configuration, old.get(), next, failure);
            throw failure;
        }
        proof.servesAlone(next, accepted);
        proved = new HandOver.Proved(next.number(), kernel.version());
        site.driver().noteServed(next);
        site.clear(observed.ended());
        part("confirm");
    }

    private void prove(GenerationStart start, HandOverProof proof, ProxyGeneration next, Optional<ProxyGeneration> old)
            throws IOException, InterruptedException {
        start.awaitAnswer(next);
        start.mustListen(next);
        proof.repeatRunTimeState(next, old);
        proof.sameSockets(next, old);
        proof.checksAgree(next, old);
        proof.stickinessIsKnown(next, old);
        part("checks");
        proof.databaseAccepts(next);
        // Once more: people and traffic went on changing the old one meanwhile.
        proof.repeatRunTimeState(next, old);
        part("prove");
    }

    /** A second run finds it noted, or notes what has come since. */
    private void noteBefore(ProxyGeneration next, ProxyGeneration old) throws IOException {
        var health = old.health();
        var down = health.backends().stream()
                .filter(Health.Backend::isDown)
                .map(Health.Backend::name)
                .toList();
        site.beforeHandover().note(next.number(), new BeforeHandover.State(health.errors(), health.sessions(), down));
    }

    /** A generation that an interrupted handover has started already, with the same configuration. */
    private static Optional<ProxyGeneration> alreadyServing(
            GenerationSnapshot observed, StagedKernel kernel, ProxyConfiguration configuration) throws IOException {
        for (var generation : observed.serving().reversed()) {
            if (generation.reportedVersion().equals(kernel.reportedVersion())
                    && ConfigurationReview.runs(generation, configuration)) {
                return Optional.of(generation);
            }
        }
        return Optional.empty();
    }

    /**
     * Whose sockets a new generation takes: the serving one. If a crash left several, all hold the same sockets, and the
     * oldest is the one that was there before.
     */
    private static Optional<ProxyGeneration> predecessor(GenerationSnapshot observed, Optional<ProxyGeneration> next) {
        return observed.serving().stream()
                .filter(live -> next.isEmpty() || !live.isSame(next.get()))
                .findFirst();
    }

    private boolean isDone(GenerationSnapshot observed, StagedKernel kernel, ProxyConfiguration configuration)
            throws IOException {
        var serving = observed.serving();
        return serving.size() == 1
                && serving.getFirst().reportedVersion().equals(kernel.reportedVersion())
                && ConfigurationReview.runs(serving.getFirst(), configuration)
                && site.boot().current().filter(kernel.version()::equals).isPresent();
    }

    private void refuseChanged(GenerationSnapshot observed, ProxyConfiguration configuration) throws IOException {
        for (var serving : observed.serving()) {
            if (!ConfigurationReview.runs(serving, configuration)) {
                throw NodeFault.CONFIG_CHANGED.because(
                        ConfigurationReview.difference(site.driver().operatorFile(), serving, configuration));
            }
        }
    }

    private void part(String name) {
        var now = System.nanoTime();
        parts.add(new HandOver.Part(name, Duration.ofNanos(now - partBegan).toMillis()));
        partBegan = now;
        site.breakpoint().passed(name);
    }
}
