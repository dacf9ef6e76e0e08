package dev.changeover.node.agent;

import dev.changeover.host.PrivateFile;
import dev.changeover.host.Reason;
import dev.changeover.inventory.Look;
import dev.changeover.node.NodeState;
import dev.changeover.node.NodeState.Backend;
import dev.changeover.node.NodeState.Generation;
import dev.changeover.node.NodeState.Problem;
import dev.changeover.node.NodeState.Problem.Kind;
import dev.changeover.node.driver.GenerationSnapshot;
import dev.changeover.node.driver.NoAnswerException;
import dev.changeover.node.driver.ProxyConfiguration;
import dev.changeover.node.driver.ProxyGeneration;
import dev.changeover.node.driver.ProxySession;
import dev.changeover.node.driver.StagedKernel;
import dev.changeover.node.site.NodeSite;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Looks at a node and changes nothing. Whatever it finds wrong is a problem in the answer, not a failure. */
final class Inspection {

    /** How old the database's word may be. */
    private static final Duration SHOWN = Duration.ofSeconds(10);

    private static final long THIS_PROCESS = ThreadLocalRandom.current().nextLong();
    private static final AtomicLong LOOKS = new AtomicLong();

    /** The others follow from these, where there are any. */
    private static final Set<Kind> CAUSES =
            EnumSet.of(Kind.MAINTENANCE, Kind.DISK_FULL, Kind.CONFIG_UNUSABLE, Kind.FOREIGN_PROXY, Kind.CRASH_LOOP);

    private final NodeSite site;
    private final Duration ageLimit;
    private final List<Problem> problems = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    /** @param ageLimit older sessions may be closed (REQUIREMENTS S14) */
    Inspection(NodeSite site, Duration ageLimit) {
        this.site = site;
        this.ageLimit = ageLimit;
    }

    /** @param withLosses whether also what a handover would lose or need, which takes some more questions */
    NodeState look(boolean withLosses) throws IOException, InterruptedException {
        var look = new Look(THIS_PROCESS, LOOKS.incrementAndGet());
        var observed = site.driver().observe();
        var configuration = configuration();
        describeProblems(observed);
        if (configuration != null) {
            review(observed, configuration);
            findForeigners(observed, configuration);
        }
        describeHost();
        var described = describe(observed.live().reversed());
        if (withLosses) lookAhead(observed, described);
        problems.sort(Comparator.comparing(problem -> CAUSES.contains(problem.kind()) ? 0 : 1));
        return new NodeState(
                site.nodeId(),
                site.machineId(),
                NodeState.PROTOCOL,
                site.clock().instant(),
                described,
                site.boot().current().orElse(null),
                problems,
                warnings,
                site.kernels().freeBytes(),
                configuration == null ? List.of() : backends(configuration),
                look,
                Inspection.class.getPackage().getImplementationVersion());
    }

    private static List<Backend> backends(ProxyConfiguration configuration) {
        return configuration.backends().stream()
                .map(name -> new Backend(
                        name,
                        configuration.withoutLogin().contains(name) ? Backend.Kind.OTHER : Backend.Kind.MYSQL,
                        configuration.loginIfGreeted().contains(name)))
                .toList();
    }

    private void lookAhead(GenerationSnapshot observed, List<Generation> described)
            throws IOException, InterruptedException {
        var serving = observed.serving();
        if (serving.isEmpty()) return;
        warnings.addAll(serving.getLast().lossesAtHandover());
        var sticky = serving.getLast().lostStickiness();
        if (!sticky.isEmpty()) {
            problem(
                    Kind.LOST_STICKINESS,
                    ("a handover loses what the stick tables %s hold, so that clients may go to another server:"
                                    + " give them a peer on another host that is up, or accept_lost_stickiness")
                            .formatted(sticky));
        }
        serving.getLast().lackOfRoom().ifPresent(lack -> problem(Kind.NO_ROOM, lack));
        var sessions = described.stream().mapToInt(Generation::sessions).sum();
        var database = site.processes().asOf(SHOWN);
        site.processes().complaint().ifPresent(warnings::add);
        if (database.limit() > 0 && database.limit() - database.size() < sessions) {
            warnings.add("the database has %d of at most %d connections; two generations of this node may need %d more"
                    .formatted(database.size(), database.limit(), sessions));
        }
    }

    private @Nullable ProxyConfiguration configuration() {
        try {
            return site.driver().configuration();
        } catch (IOException e) {
            problem(
                    Kind.CONFIG_UNUSABLE,
                    "the %s configuration cannot be read: %s"
                            .formatted(site.driver().name(), Reason.of(e)));
            return null;
        }
    }

    private List<Generation> describe(List<ProxyGeneration> live) throws IOException {
        var described = new ArrayList<Generation>();
        for (var generation : live) {
            var sessions = sessions(generation);
            described.add(new Generation(
                    generation.number(),
                    site.kernels().versionOf(generation.reportedVersion()).orElse(null),
                    generation.reportedVersion(),
                    generation.isAccepting(),
                    sessions.size(),
                    (int) sessions.stream()
                            .filter(session -> session.age().compareTo(ageLimit) > 0)
                            .count()));
        }
        return described;
    }

    private List<ProxySession> sessions(ProxyGeneration generation) throws IOException {
        try {
            return generation.sessions();
        } catch (NoAnswerException e) {
            // One that ended since it was observed will not be seen any more.
            if (!site.driver().hasEnded(generation.number())) {
                problem(
                        Kind.NO_ANSWER,
                        "generation %d does not say which sessions it has, so that they are not counted: %s"
                                .formatted(generation.number(), Reason.of(e)));
            }
            return List.of();
        }
    }

    private void describeProblems(GenerationSnapshot observed) throws IOException {
        for (var retiring : observed.retiring()) {
            retiring.cannotClose()
                    .ifPresent(why -> warnings.add("generation %d: %s".formatted(retiring.number(), why)));
        }
        for (var silent : observed.silent()) {
            problem(Kind.NO_ANSWER, "generation %d does not answer: %s".formatted(silent.number(), silent.why()));
        }
        var serving = observed.serving().size();
        if (serving == 0) {
            var why = site.starts().isCrashLooping() ? "" : lastFailure("the last start");
            problem(Kind.NOTHING_SERVES, "no generation is known to accept connections" + why);
        }
        if (site.starts().isCrashLooping()) problem(Kind.CRASH_LOOP, crashLoop(serving > 0));
        if (serving > 1) problem(Kind.SEVERAL_SERVE, serving + " generations accept connections");
        if (!observed.orphans().isEmpty()) {
            problem(
                    Kind.ORPHANED_GENERATION,
                    "%s processes %s run for %s, but nobody can ask or steer them; end them by hand"
                            .formatted(
                                    site.driver().name(),
                                    observed.orphans(),
                                    site.configuration().runDir()));
        }
    }

    private String crashLoop(boolean serves) throws IOException {
        var kernel = site.boot().current().map(version -> "kernel " + version).orElse("the first kernel");
        return serves
                ? "%s serves now, and was started three times within a minute%s; if it ends again, it is started once the first of these is a minute ago"
                        .formatted(kernel, lastFailure("the one before"))
                : "%s keeps dying after its start%s; it is tried again after a minute, and 'agent boot --kernel VERSION' starts one at once"
                        .formatted(kernel, lastFailure("the last start"));
    }

    private void review(GenerationSnapshot observed, ProxyConfiguration configuration)
            throws IOException, InterruptedException {
        var review = new ConfigurationReview(site.driver(), configuration);
        var boot = site.boot().current();
        var judge =
                boot.isEmpty() ? Optional.<StagedKernel>empty() : site.kernels().find(boot.get());
        problems.addAll(review.problems(observed.serving(), judge));
        warnings.addAll(review.warnings());
    }

    private void findForeigners(GenerationSnapshot observed, ProxyConfiguration configuration) throws IOException {
        // A generation that does not answer holds its sockets all the same: it is no stranger.
        if (!observed.silent().isEmpty()) return;
        var foreigners = site.driver().foreigners(configuration, observed);
        foreigners.listening().forEach(foreigner -> problem(Kind.FOREIGN_PROXY, foreigner));
        warnings.addAll(foreigners.withSessions());
    }

    private void describeHost() throws IOException {
        if (Files.exists(site.maintenance())) {
            problem(
                    Kind.MAINTENANCE,
                    "%s keeps the agent's hands off; remove it when the work is done".formatted(site.maintenance()));
        }
        var run = site.configuration().runDir();
        if (Files.isDirectory(run)) {
            try (var damaged = Files.newDirectoryStream(run, "*" + PrivateFile.DAMAGED)) {
                for (var file : damaged) {
                    warnings.add(
                            "%s was damaged and set aside; look at it and at the disk, then remove it".formatted(file));
                }
            }
        }
        site.lacksRoom().ifPresent(lack -> problem(Kind.DISK_FULL, lack));
    }

    private String lastFailure(String start) throws IOException {
        return site.starts()
                .lastFailure()
                .map(why -> "; %s: %s".formatted(start, why))
                .orElse("");
    }

    private void problem(Kind kind, String text) {
        problems.add(new Problem(kind, text));
    }
}
