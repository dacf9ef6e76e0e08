package dev.changeover.node.haproxy;

import dev.changeover.haproxy.BindAddress;
import dev.changeover.haproxy.Generation;
import dev.changeover.haproxy.ListeningSockets;
import dev.changeover.haproxy.OperatorConfiguration;
import dev.changeover.haproxy.Session;
import dev.changeover.haproxy.UnansweredException;
import dev.changeover.inventory.KernelVersion;
import dev.changeover.node.NodeState;
import dev.changeover.node.NodeState.Problem;
import dev.changeover.node.NodeState.Problem.Kind;
import dev.changeover.node.agent.KernelStore;
import dev.changeover.node.agent.StagedKernel;
import dev.changeover.node.agent.Starts;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Looks at a HAProxy node and changes nothing. Whatever it finds wrong is a problem in the answer, not a failure. */
final class HaproxyInspection {

    private final HaproxySite site;
    private final Duration ageLimit;
    private final List<Problem> problems = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    /** @param ageLimit older sessions may be closed (REQUIREMENTS S14) */
    HaproxyInspection(HaproxySite site, Duration ageLimit) {
        this.site = site;
        this.ageLimit = ageLimit;
    }

    /** @param withOutlook whether also what a handover would lose or need, which takes some more questions */
    NodeState look(boolean withOutlook) throws IOException, InterruptedException {
        var generations = site.run().generations().reversed();
        var configuration = configuration();
        describeProblems(generations);
        if (configuration != null) {
            review(generations, configuration);
            findForeigners(generations, configuration);
        }
        describeHost();
        var described = describe(generations);
        if (withOutlook) lookAhead(generations, described);
        return new NodeState(
                site.configuration().nodeId(),
                site.machineId(),
                NodeState.PROTOCOL,
                site.clock().instant(),
                described,
                boot(),
                problems,
                warnings,
                site.kernels().freeBytes());
    }

    private void lookAhead(List<Generation> generations, List<NodeState.Generation> described)
            throws InterruptedException {
        var sessions =
                described.stream().mapToInt(NodeState.Generation::sessions).sum();
        for (var generation : generations) {
            if (generation instanceof Generation.Live live && !live.stopping()) {
                warnings.addAll(new HandoverImpact(site).warnings(live, sessions));
                return;
            }
        }
    }

    private @Nullable KernelVersion boot() throws IOException {
        return site.run().current().map(KernelVersion::of).orElse(null);
    }

    private @Nullable OperatorConfiguration configuration() {
        try {
            return OperatorConfiguration.read(site.operatorFile());
        } catch (IOException e) {
            problem(Kind.CONFIG_UNUSABLE, "the HAProxy configuration cannot be read: " + e.getMessage());
            return null;
        }
    }

    private List<NodeState.Generation> describe(List<Generation> generations) throws IOException {
        var described = new ArrayList<NodeState.Generation>();
        for (var generation : generations) {
            if (!(generation instanceof Generation.Live live)) continue;
            var sessions = sessions(live);
            described.add(new NodeState.Generation(
                    live.number(),
                    site.kernels().versionOf(live.version()).orElse(null),
                    live.version(),
                    !live.stopping(),
                    sessions.size(),
                    (int) sessions.stream()
                            .filter(session -> session.age().compareTo(ageLimit) > 0)
                            .count()));
        }
        return described;
    }

    /** Sessions of clients, by the frontends of the configuration that this generation runs. */
    private List<Session> sessions(Generation.Live live) throws IOException {
        Set<String> frontends = OperatorConfiguration.read(live.directory().operatorConfiguration())
                .frontendNames();
        try {
            return live.api().sessions().stream()
                    .filter(session -> frontends.contains(session.frontend()))
                    .toList();
        } catch (UnansweredException e) {
            // It ended since it was observed; an inspection that is repeated will not see it any more.
            return List.of();
        }
    }

    private void describeProblems(List<Generation> generations) {
        var serving = 0;
        for (var generation : generations) {
            switch (generation) {
                case Generation.Live live -> {
                    if (live.stopping()) {
                        problem(
                                Kind.STILL_RETIRING,
                                "generation %d (%s) still has sessions".formatted(live.number(), live.version()));
                    } else {
                        serving++;
                    }
                }
                case Generation.Unknown unknown ->
                    problem(
                            Kind.NO_ANSWER,
                            "generation %d does not answer: %s".formatted(unknown.number(), unknown.why()));
                case Generation.Dead dead -> {}
            }
        }
        if (serving == 0) problem(Kind.NOTHING_SERVES, "no generation is known to accept connections");
        if (serving > 1) problem(Kind.SEVERAL_SERVE, serving + " generations accept connections");
        var orphans = site.run().orphans(generations);
        if (!orphans.isEmpty()) {
            problem(
                    Kind.ORPHANED_GENERATION,
                    "HAProxy processes %s run for %s, but nobody can ask or steer them; end them by hand"
                            .formatted(orphans, site.run().path()));
        }
    }

    private void review(List<Generation> generations, OperatorConfiguration configuration)
            throws IOException, InterruptedException {
        var serving = generations.stream()
                .filter(Generation.Live.class::isInstance)
                .map(Generation.Live.class::cast)
                .filter(live -> !live.stopping())
                .toList();
        var review = new ConfigurationReview(site.operatorFile(), configuration);
        var boot = boot();
        var judge =
                boot == null ? Optional.<StagedKernel>empty() : site.kernels().find(boot);
        problems.addAll(review.problems(serving, judge));
        warnings.addAll(review.warnings());
    }

    private void findForeigners(List<Generation> generations, OperatorConfiguration configuration) throws IOException {
        Set<Long> ours = generations.stream()
                .filter(Generation.Live.class::isInstance)
                .map(generation -> ((Generation.Live) generation).worker())
                .collect(Collectors.toSet());
        // A generation that does not answer holds its sockets all the same: it is no stranger.
        if (generations.stream().anyMatch(Generation.Unknown.class::isInstance)) return;
        var sockets = ListeningSockets.now();
        for (var address : configuration.addresses()) {
            foreigners(sockets, address, ours)
                    .forEach(foreigner -> problem(
                            Kind.FOREIGN_PROXY,
                            "process %d (%s) listens on %s, which this node's configuration claims"
                                    .formatted(foreigner.pid(), foreigner.program(), address)));
        }
    }

    private List<ListeningSockets.Listener> foreigners(ListeningSockets sockets, BindAddress address, Set<Long> ours) {
        if (!sockets.anyOn(address) || sockets.heldOnlyBy(ours, address)) return List.of();
        var orphans = site.run().orphans(List.of());
        return sockets.listeners(address).stream()
                .filter(listener -> !ours.contains(listener.pid()) && !orphans.contains(listener.pid()))
                .toList();
    }

    private void describeHost() throws IOException {
        if (new Starts(site).isCrashLooping()) {
            problem(
                    Kind.CRASH_LOOP,
                    "the kernel %s keeps dying after its start; 'agent boot --kernel VERSION' starts another one"
                            .formatted(boot()));
        }
        if (site.inMaintenance()) {
            problem(
                    Kind.MAINTENANCE,
                    "%s keeps the agent's hands off; remove it when the work is done"
                            .formatted(site.run().path().resolve("MAINTENANCE")));
        }
        if (site.kernels().freeBytes() < KernelStore.NEEDED_BYTES) {
            problem(
                    Kind.DISK_FULL,
                    "%d MB are free in %s, %d MB are needed"
                            .formatted(
                                    site.kernels().freeBytes() >> 20,
                                    site.kernels().directory(),
                                    KernelStore.NEEDED_BYTES >> 20));
        }
    }

    private void problem(Kind kind, String text) {
        problems.add(new Problem(kind, text));
    }
}
