package dev.changeover.node.agent;

import dev.changeover.node.NodeFault;
import dev.changeover.node.VerifyOrder;
import dev.changeover.node.driver.GenerationSnapshot;
import dev.changeover.node.driver.Health;
import dev.changeover.node.driver.Poll;
import dev.changeover.node.driver.ProxyConfiguration;
import dev.changeover.node.driver.ProxyGeneration;
import dev.changeover.node.site.BeforeHandover;
import dev.changeover.node.site.NodeSite;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Watches a node for the soak time, and proves it at the end. */
record SoakVerification(NodeSite site, VerifyOrder order, Poll poll) {
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    /** Less than this step may take. */
    private static final Duration ANOTHERS_HANDOVER = Duration.ofMinutes(4);

    /** Returns when the node has passed. */
    void run() throws IOException, InterruptedException {
        var serving = serving(observed());
        var configuration = serving.configuration();
        var health = serving.health();
        var since = ErrorShare.of(health);
        var before = site.beforeHandover().of(serving.number());
        var usual = before.map(state -> new ErrorShare(state.errors(), state.sessions()))
                .orElse(ErrorShare.NONE);
        var wasDown = before.map(BeforeHandover.State::down).orElse(down(health, configuration));
        var began = System.nanoTime();
        refuseDown(serving, down(health, configuration), wasDown);
        for (Duration left; (left = order.soak().minusNanos(System.nanoTime() - began)).isPositive(); ) {
            poll.pass(left.compareTo(LOOK_EVERY) < 0 ? left : LOOK_EVERY);
            refuseReplaced(serving);
            health = serving.health();
            refuseDown(serving, down(health, configuration), wasDown);
            refuseMoreErrors(ErrorShare.of(health).minus(since), usual);
        }
        prove(serving, configuration);
    }

    /** A later upgrade of this node may hand over just now: then two accept until it has come to its end. */
    private GenerationSnapshot observed() throws IOException, InterruptedException {
        var observed = site.observe(poll);
        if (!order.alone() || observed.serving().size() < 2) return observed;
        new Poll(poll.beat(), LOOK_EVERY).until(ANOTHERS_HANDOVER, () -> {
            try (var held = site.lock().take(Duration.ZERO).orElse(null)) {
                return held != null;
            }
        });
        return site.observe(poll);
    }

    private ProxyGeneration serving(GenerationSnapshot observed) throws IOException {
        var serving = observed.serving();
        if (serving.size() != 1 || !isWanted(serving.getFirst())) {
            throw NodeFault.NOT_VERIFIED.because("kernel %s (%s) should serve alone, but these do: %s"
                    .formatted(
                            order.kernel().version(),
                            order.kernel().reportedVersion(),
                            serving.stream()
                                    .map(ProxyGeneration::reportedVersion)
                                    .toList()));
        }
        return serving.getFirst();
    }

    /** Once the old sessions have ended, the node may have gone on to something newer. */
    private boolean isWanted(ProxyGeneration serving) throws IOException {
        return serving.reportedVersion().equals(order.kernel().reportedVersion())
                || order.alone()
                        && site.kernels()
                                .versionOf(serving.reportedVersion())
                                .filter(order.kernel().version()::isOlderThan)
                                .isPresent();
    }

    private static void refuseReplaced(ProxyGeneration first) {
        if (first.now().filter(ProxyGeneration::isAccepting).isEmpty()) {
            throw NodeFault.SOAK_FAILED.because(
                    "generation %d (%s) ended, restarted or does not answer while it was watched"
                            .formatted(first.number(), first.reportedVersion()));
        }
    }

    private static List<String> down(Health health, ProxyConfiguration configuration) {
        return health.backends().stream()
                .filter(Health.Backend::isDown)
                .map(Health.Backend::name)
                .filter(configuration.backends()::contains)
                .toList();
    }

    private static void refuseDown(ProxyGeneration serving, List<String> down, List<String> wasDown) {
        for (var backend : down) {
            if (!wasDown.contains(backend)) {
                throw NodeFault.SOAK_FAILED.because("backend %s is DOWN for generation %d, and was not before"
                        .formatted(backend, serving.number()));
            }
        }
    }

    private static void refuseMoreErrors(ErrorShare now, ErrorShare usual) {
        if (now.isWorseThan(usual)) {
            throw NodeFault.SOAK_FAILED.because(
                    "%d sessions met %d connection or response errors; with the old generation %d met %d"
                            .formatted(now.sessions(), now.errors(), usual.sessions(), usual.errors()));
        }
    }

    private void prove(ProxyGeneration serving, ProxyConfiguration configuration)
            throws IOException, InterruptedException {
        var proof = new HandOverProof(site, configuration, poll);
        try {
            proof.databaseAccepts(serving);
        } catch (ApplicationFailure refused) {
            throw NodeFault.NOT_VERIFIED.because(refused.getOriginalMessage());
        }
        if (!order.alone()) return;
        var observed = site.observe(poll);
        var old = observed.live().stream()
                .filter(live ->
                        live.number() != serving.number() && order.node().isAbout(live.number()))
                .map(ProxyGeneration::number)
                .toList();
        if (!old.isEmpty()) {
            throw NodeFault.NOT_VERIFIED.because("the older generations %s still have sessions".formatted(old));
        }
        if (!proof.holdsAlone(serving, observed)) {
            throw NodeFault.NOT_VERIFIED.because(
                    "generation %d does not listen on all of %s".formatted(serving.number(), proof.addresses()));
        }
        var foreigners = site.driver().foreigners(configuration, observed);
        var others = new ArrayList<>(foreigners.listening());
        others.addAll(foreigners.withSessions());
        if (!others.isEmpty()) throw NodeFault.NOT_VERIFIED.because(String.join("; ", others));
        for (var kernel : site.kernels().all()) {
            var isAnothers = observed.live().stream()
                    .anyMatch(live -> live.reportedVersion().equals(kernel.reportedVersion()));
            if (!isAnothers
                    && !kernel.version().equals(order.kernel().version())
                    && site.driver().isInUse(kernel.directory())) {
                throw NodeFault.NOT_VERIFIED.because("a process of kernel %s still runs".formatted(kernel.version()));
            }
        }
    }
}
