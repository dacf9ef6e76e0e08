package dev.changeover.node.haproxy;

import dev.changeover.haproxy.Generation;
import dev.changeover.haproxy.OperatorConfiguration;
import dev.changeover.haproxy.RunDirectory;
import dev.changeover.haproxy.Statistics;
import dev.changeover.node.NodeFault;
import dev.changeover.node.VerifyOrder;
import dev.changeover.node.agent.Poll;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.time.Duration;

/** Watches a HAProxy node for the soak time, and proves it at the end. */
final class HaproxyVerification {

    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    private final HaproxySite site;
    private final VerifyOrder order;
    private final Poll poll;

    HaproxyVerification(HaproxySite site, VerifyOrder order, Poll poll) {
        this.site = site;
        this.order = order;
        this.poll = poll;
    }

    /** Returns when the node has passed. */
    void run() throws IOException, InterruptedException {
        var observed = GenerationSnapshot.of(site.run(), poll);
        var serving = serving(observed);
        var configuration = OperatorConfiguration.read(serving.directory().operatorConfiguration());
        var before = Errors.of(serving);
        var usual = Errors.NONE;
        for (var retiring : observed.retiring()) usual = usual.plus(Errors.of(retiring));
        var until = site.clock().instant().plus(order.soak());
        refuseDown(serving, configuration);
        while (site.clock().instant().isBefore(until)) {
            var left = Duration.between(site.clock().instant(), until);
            poll.pass(left.compareTo(LOOK_EVERY) < 0 ? left : LOOK_EVERY);
            refuseReplaced(serving);
            refuseDown(serving, configuration);
            refuseMoreErrors(Errors.of(serving).minus(before), usual);
        }
        prove(serving, configuration);
    }

    private Generation.Live serving(GenerationSnapshot observed) {
        var serving = observed.serving();
        if (serving.size() != 1
                || !serving.getFirst().version().equals(order.kernel().reportedVersion())) {
            throw NodeFault.NOT_VERIFIED.because("kernel %s (%s) should serve alone, but these do: %s"
                    .formatted(
                            order.kernel().version(),
                            order.kernel().reportedVersion(),
                            serving.stream().map(Generation.Live::version).toList()));
        }
        return serving.getFirst();
    }

    private static void refuseReplaced(Generation.Live first) {
        if (!(Generation.observe(first.directory()) instanceof Generation.Live now)
                || now.worker() != first.worker()
                || now.stopping()) {
            throw NodeFault.SOAK_FAILED.because(
                    "generation %d (%s) ended, restarted or does not answer while it was watched"
                            .formatted(first.number(), first.version()));
        }
    }

    private static void refuseDown(Generation.Live serving, OperatorConfiguration configuration) throws IOException {
        var statistics = serving.api().statistics();
        for (var backend : configuration.backends()) {
            var row = statistics.find(backend, "BACKEND");
            if (row.isPresent() && row.get().status().startsWith("DOWN")) {
                throw NodeFault.SOAK_FAILED.because(
                        "backend %s is DOWN for generation %d".formatted(backend, serving.number()));
            }
        }
    }

    private static void refuseMoreErrors(Errors now, Errors usual) {
        if (now.share() > usual.share()) {
            throw NodeFault.SOAK_FAILED.because(
                    "%d of %d sessions met connection or response errors; with the old generation it was %d of %d"
                            .formatted(now.errors(), now.sessions(), usual.errors(), usual.sessions()));
        }
    }

    private void prove(Generation.Live serving, OperatorConfiguration configuration)
            throws IOException, InterruptedException {
        var proof = new HaproxyProof(site, configuration, poll);
        try {
            proof.databaseAccepts(serving);
        } catch (ApplicationFailure refused) {
            throw NodeFault.NOT_VERIFIED.because(refused.getOriginalMessage());
        }
        if (!order.alone()) return;
        var observed = GenerationSnapshot.of(site.run(), poll);
        if (observed.live().size() != 1) {
            throw NodeFault.NOT_VERIFIED.because("%d generations run, one is wanted; the older ones still have sessions"
                    .formatted(observed.live().size()));
        }
        if (!proof.holdsAlone(serving, observed)) {
            throw NodeFault.NOT_VERIFIED.because("generation %d does not listen on all of %s"
                    .formatted(serving.number(), configuration.addresses()));
        }
        for (var kernel : site.kernels().all()) {
            if (!kernel.version().equals(order.kernel().version()) && RunDirectory.isInUse(kernel.directory())) {
                throw NodeFault.NOT_VERIFIED.because("a process of kernel %s still runs".formatted(kernel.version()));
            }
        }
    }

    /** Failed connections to the servers and broken responses, and the sessions they happened in. */
    private record Errors(long errors, long sessions) {

        static final Errors NONE = new Errors(0, 0);

        static Errors of(Generation.Live generation) throws IOException {
            var servers = generation.api().statistics().servers();
            return new Errors(
                    servers.stream().mapToLong(Statistics.Row::errors).sum(),
                    servers.stream().mapToLong(Statistics.Row::sessionsTotal).sum());
        }

        Errors plus(Errors other) {
            return new Errors(errors + other.errors, sessions + other.sessions);
        }

        Errors minus(Errors other) {
            return new Errors(errors - other.errors, sessions - other.sessions);
        }

        double share() {
            return errors == 0 ? 0 : (double) errors / Math.max(1, sessions);
        }
    }
}
