package dev.changeover.node.haproxy;

import dev.changeover.haproxy.Generation;
import dev.changeover.haproxy.OperatorConfiguration;
import dev.changeover.haproxy.RunDirectory;
import dev.changeover.haproxy.RuntimeApi;
import dev.changeover.node.HandOver;
import dev.changeover.node.NodeFault;
import dev.changeover.node.agent.Poll;
import dev.changeover.node.agent.StagedKernel;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One handover on a HAProxy node. The caller holds the node's lock.
 *
 * <ol>
 *   <li>Observe every generation. Nothing is left to do when exactly one accepts, it is the kernel, it runs the
 *       operator's configuration, and the boot pointer names the kernel.
 *   <li>Preflight: the program says the right version and accepts the configuration.
 *   <li>Start a generation beside the old one that takes its listening sockets; or go on with one that an interrupted
 *       handover has left. Both accept from now on, which harms nobody.
 *   <li>Let its server checks settle until they agree with the old one's.
 *   <li>Prove it: the same sockets, and a login to the database through its private doors. Where that fails it stops
 *       accepting, and the old one goes on.
 *   <li>Commit: move the boot pointer, then let every other generation stop accepting.
 *   <li>Confirm: it alone accepts, and a new connection reaches it.
 * </ol>
 *
 * Each step may find its work done, so that a second run after a crash at any point ends in the same state.
 */
final class HaproxyHandOver {

    private final HaproxySite site;
    private final Poll poll;
    private final List<HandOver.Part> parts = new ArrayList<>();
    private long partBegan = System.nanoTime();

    HaproxyHandOver(HaproxySite site, Poll poll) {
        this.site = site;
        this.poll = poll;
    }

    /** Where the time went. */
    List<HandOver.Part> parts() {
        return parts;
    }

    /**
     * Hands over to the kernel.
     *
     * @param takesNewConfiguration whether the operator's file may differ from what serves; else that is refused
     * @return false when nothing was left to do
     */
    boolean to(StagedKernel kernel, boolean takesNewConfiguration) throws IOException, InterruptedException {
        var observed = GenerationSnapshot.of(site.run(), poll);
        var configuration = site.operatorConfiguration();
        if (!takesNewConfiguration) refuseChanged(observed, configuration);
        if (isDone(observed, kernel, configuration)) return false;
        if (site.inMaintenance()) {
            throw NodeFault.NOT_SAFE.because("%s is there: somebody works on this host; remove it when they are done"
                    .formatted(site.run().path().resolve("MAINTENANCE")));
        }
        site.breakpoint().passed("observe");
        run(observed, kernel, configuration);
        return true;
    }

    private void run(GenerationSnapshot observed, StagedKernel kernel, OperatorConfiguration configuration)
            throws IOException, InterruptedException {
        var start = new GenerationStart(site, kernel, poll);
        var proof = new HaproxyProof(site, configuration, poll);
        var running = observed.alreadyServing(kernel.reportedVersion(), configuration);
        var old = observed.predecessor(running);
        Generation.Live next;
        if (running.isPresent()) {
            next = running.get();
        } else {
            var directory = start.preflight(configuration);
            part("preflight");
            next = start.start(directory, old);
        }
        part("start");
        prove(start, proof, next, old);
        var accepted = proof.accepted(next);
        commit(kernel, next);
        proof.servesAlone(next, accepted);
        for (var ended : observed.ended()) RunDirectory.remove(ended);
        part("confirm");
    }

    private void prove(GenerationStart start, HaproxyProof proof, Generation.Live next, Optional<Generation.Live> old)
            throws IOException, InterruptedException {
        try {
            start.awaitMaster(next);
            proof.sameSockets(next, old);
            proof.checksAgree(next, old);
            part("checks");
            proof.databaseAccepts(next);
            part("prove");
        } catch (ApplicationFailure failure) {
            if (old.isPresent()) proof.letGo(next);
            throw failure;
        }
    }

    private void commit(StagedKernel kernel, Generation.Live next) throws IOException, InterruptedException {
        site.run().pointAt(kernel.directory());
        site.breakpoint().passed("boot pointer");
        for (var other : GenerationSnapshot.of(site.run(), poll).serving()) {
            if (other.number() != next.number()) {
                RuntimeApi.stopAccepting(other.master());
                site.breakpoint().passed("stop accepting");
            }
        }
        part("commit");
    }

    private boolean isDone(GenerationSnapshot observed, StagedKernel kernel, OperatorConfiguration configuration)
            throws IOException {
        var serving = observed.serving();
        return serving.size() == 1
                && serving.getFirst().version().equals(kernel.reportedVersion())
                && GenerationSnapshot.runs(serving.getFirst().directory(), configuration)
                && site.run()
                        .current()
                        .filter(kernel.directory().getFileName().toString()::equals)
                        .isPresent();
    }

    private void refuseChanged(GenerationSnapshot observed, OperatorConfiguration configuration) throws IOException {
        for (var serving : observed.serving()) {
            if (!GenerationSnapshot.runs(serving.directory(), configuration)) {
                throw NodeFault.CONFIG_CHANGED.because(
                        "%s differs from what generation %d serves with: 'agent reload' takes it over first"
                                .formatted(site.operatorFile(), serving.number()));
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
