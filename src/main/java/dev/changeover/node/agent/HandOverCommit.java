package dev.changeover.node.agent;

import dev.changeover.node.NodeFault;
import dev.changeover.node.driver.Poll;
import dev.changeover.node.driver.ProxyConfiguration;
import dev.changeover.node.driver.ProxyGeneration;
import dev.changeover.node.driver.StagedKernel;
import dev.changeover.node.site.NodeLock.Deed;
import dev.changeover.node.site.NodeSite;
import io.temporal.failure.TemporalException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where a handover becomes final, and the way back until then. The caller holds the node's lock. */
final class HandOverCommit {

    private final NodeSite site;
    private final StagedKernel kernel;

    /** How a person does it: the agent itself lets the old generation end, as no upgrade does. Null in an upgrade. */
    private final @Nullable ByHand byHand;

    /** Whether the boot pointer was moved. */
    private boolean pointed;

    /** Whether another one was told to stop accepting, whether or not it has heard it: from then on the new one stays. */
    private boolean committed;

    HandOverCommit(NodeSite site, StagedKernel kernel, @Nullable ByHand byHand) {
        this.site = site;
        this.kernel = kernel;
        this.byHand = byHand;
    }

    /** Moves the boot pointer, then lets every other generation stop accepting, if the new one still accepts. */
    void run(ProxyGeneration next, Poll poll) throws IOException, InterruptedException {
        var others = site.observe(poll).serving().stream()
                .filter(other -> other.number() != next.number())
                .toList();
        // What may fail comes first: from the first that stops accepting there is no way back.
        for (var other : others) refuseCut(other);
        for (var other : others) mark(other.number());
        site.boot().pointAt(kernel.directory());
        pointed = true;
        site.breakpoint().passed("boot pointer");
        if (!accepts(next)) throw gone(next);
        for (var other : others) {
            other.stopAccepting();
            committed = true;
            site.breakpoint().passed("stop accepting");
        }
    }

    /** It keeps the limit that it was started with, whatever the file says now. */
    void refuseCut(ProxyGeneration old) throws IOException {
        var limit = ConfigurationReview.hardStop(old.configuration());
        if (limit.isEmpty() || byHand != null && byHand.acceptsCut()) return;
        var sessions = old.sessions().size();
        if (sessions == 0) return;
        throw NodeFault.NOT_SAFE.because(
                "generation %d was started with hard-stop-after, and would cut its %d sessions %d s after a handover: reload while it has none, or let them be cut by 'agent reload --accept-cut'"
                        .formatted(old.number(), sessions, limit.get().toSeconds()));
    }

    /** A reload that was killed may have marked one that serves: an upgrade's retirement keeps to its windows. */
    private void mark(int retiring) throws IOException {
        if (byHand != null) {
            site.retiredByHand().add(retiring);
        } else {
            site.retiredByHand().remove(retiring);
        }
    }

    private RuntimeException gone(ProxyGeneration next) throws IOException {
        return NodeFault.START_FAILED.because("generation %d is gone, or does not answer, right before the handover%s"
                .formatted(
                        next.number(),
                        site.driver().lastWords().map(words -> ": " + words).orElse("")));
    }

    private static boolean accepts(ProxyGeneration generation) {
        return generation.now().filter(ProxyGeneration::isAccepting).isPresent();
    }

    /** Of two that accept, after a failure before the commit: leaves the old one, if it says that it accepts. */
    void leaveOne(ProxyConfiguration configuration, ProxyGeneration old, ProxyGeneration next, Exception failure)
            throws InterruptedException {
        // Of one that does not say so nobody knows: it may be dying. Then both accept, until this is done again.
        if (committed || !accepts(old)) return;
        // On a full disk each of these may fail, and the others are done all the same.
        for (var deed : List.<Deed>of(
                () -> end(configuration, next), () -> site.retiredByHand().remove(old.number()), () -> boot(old))) {
            try {
                deed.run();
            } catch (IOException | TemporalException second) {
                failure.addSuppressed(second);
            }
        }
    }

    private void end(ProxyConfiguration configuration, ProxyGeneration next) throws IOException, InterruptedException {
        if (site.driver().hasEnded(next.number())) {
            site.clear(List.of(next.number()));
        } else {
            new HandOverProof(site, configuration, Poll.QUIETLY).letGo(next);
        }
    }

    /** After a reboot, too, what serves goes on. */
    private void boot(ProxyGeneration old) throws IOException {
        if (!pointed) return;
        var version = site.kernels().versionOf(old.reportedVersion());
        var staged = version.isEmpty()
                ? Optional.<StagedKernel>empty()
                : site.kernels().find(version.get());
        if (staged.isPresent()) site.boot().pointAt(staged.get().directory());
    }
}
