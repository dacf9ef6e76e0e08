package dev.changeover.node.agent;

import dev.changeover.node.NodeState.Problem;
import dev.changeover.node.NodeState.Problem.Kind;
import dev.changeover.node.driver.ProxyConfiguration;
import dev.changeover.node.driver.ProxyDriver;
import dev.changeover.node.driver.ProxyGeneration;
import dev.changeover.node.driver.StagedKernel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What can be said of the operator's configuration without changing anything on the node. */
public final class ConfigurationReview {

    /** REQUIREMENTS S14: sessions up to this age must survive, idle ones too. */
    public static final Duration KEPT = Duration.ofHours(24);

    /** HAProxy's own limit for times is about 24.8 days; a stop that far away cuts nobody in a retirement. */
    public static final Duration HARMLESS_HARD_STOP = Duration.ofDays(20);

    /** How long a handover waits for an old generation that goes on accepting. */
    public static final Duration LONGEST_GRACE = Duration.ofMinutes(1);

    private final ProxyDriver driver;
    private final ProxyConfiguration configuration;

    ConfigurationReview(ProxyDriver driver, ProxyConfiguration configuration) {
        this.driver = driver;
        this.configuration = configuration;
    }

    /** Whether this generation runs the very text, with the same variables. */
    static boolean runs(ProxyGeneration generation, ProxyConfiguration configuration) throws IOException {
        var running = generation.configuration();
        return running.text().equals(configuration.text())
                && running.variables().equals(configuration.variables());
    }

    /** In what a generation differs from the file, and what to do about it. */
    static String difference(Path file, ProxyGeneration generation, ProxyConfiguration configuration)
            throws IOException {
        var running = generation.configuration();
        if (!running.text().equals(configuration.text())) {
            return "%s differs from what generation %d serves with: 'agent reload' takes it over"
                    .formatted(file, generation.number());
        }
        var names = Stream.of(running.variables(), configuration.variables())
                .flatMap(variables -> variables.keySet().stream())
                .filter(name -> !Objects.equals(
                        running.variables().get(name), configuration.variables().get(name)))
                .collect(Collectors.toCollection(TreeSet::new));
        return "%s uses %s, of which generation %d has other values: restart the agent, which reads agent.env at its start, then 'agent reload' takes them over"
                .formatted(file, names, generation.number());
    }

    /** @param judge the kernel that serves; a file that differs from what it runs is given to it to judge */
    List<Problem> problems(List<ProxyGeneration> serving, Optional<StagedKernel> judge)
            throws IOException, InterruptedException {
        var file = driver.operatorFile();
        var problems = new ArrayList<Problem>();
        var changed = new ArrayList<Integer>();
        for (var live : serving) {
            if (runs(live, configuration)) continue;
            if (changed.isEmpty()) {
                problems.add(new Problem(Kind.CONFIG_CHANGED, difference(file, live, configuration)));
            }
            changed.add(live.number());
        }
        if (judge.isPresent() && (serving.isEmpty() || !changed.isEmpty())) {
            driver.refusal(judge.get(), configuration)
                    .ifPresent(refusal -> problems.add(new Problem(
                            Kind.CONFIG_UNUSABLE,
                            "kernel %s refuses %s: %s".formatted(judge.get().version(), file, refusal))));
        }
        // Only what runs can say where it listens if the file leaves that to conditions.
        var isRunning = changed.isEmpty() && !serving.isEmpty();
        var judged = isRunning ? serving.getLast().configuration() : configuration;
        // One with backends and no such address has unix sockets alone.
        if (judged.addresses().isEmpty() && judged.backends().isEmpty()) {
            problems.add(new Problem(Kind.CONFIG_UNUSABLE, file + " has no frontend that listens on a TCP address"));
        }
        hardStop(configuration)
                .ifPresent(limit -> problems.add(new Problem(
                        Kind.HARD_STOP_AFTER,
                        "hard-stop-after in %s would cut all sessions that are left %d s after a handover; remove it"
                                .formatted(file, limit.toSeconds()))));
        for (var live : serving) {
            if (runs(live, configuration)) continue;
            hardStop(live.configuration())
                    .ifPresent(limit -> problems.add(new Problem(
                            Kind.HARD_STOP_AFTER,
                            "generation %d was started with hard-stop-after, and would cut all sessions that are left %d s after a handover: reload while it has none, or let them be cut by 'agent reload --accept-cut'"
                                    .formatted(live.number(), limit.toSeconds()))));
        }
        return problems;
    }

    /** After which time a generation with this configuration cuts what is left, if that is no harmless one. */
    static Optional<Duration> hardStop(ProxyConfiguration configuration) {
        return configuration.hardStopAfter().filter(limit -> limit.compareTo(HARMLESS_HARD_STOP) < 0);
    }

    List<String> warnings() {
        var warnings = new ArrayList<String>();
        configuration.idleLimits().forEach((where, limit) -> {
            if (limit.compareTo(KEPT) <= 0) {
                warnings.add("%s: %s itself cuts sessions that are idle for %d s; 25h in %s spares them"
                        .formatted(where, driver.name(), limit.toSeconds(), driver.operatorFile()));
            }
        });
        if (configuration.acceptsOn().isPositive()) {
            warnings.add("grace in %s: each handover takes %d s longer, in which the old generation goes on accepting%s"
                    .formatted(
                            driver.operatorFile(),
                            configuration.acceptsOn().toSeconds(),
                            configuration.acceptsOn().compareTo(LONGEST_GRACE) > 0
                                    ? "; it is waited for %d s at most and called NOT_VERIFIED then: take the line out"
                                            .formatted(LONGEST_GRACE.toSeconds())
                                    : ""));
        }
        if (!configuration.withoutLogin().isEmpty()) {
            warnings.add("these backends do not speak MySQL, so that no login proves them, only their checks: %s"
                    .formatted(String.join(", ", configuration.withoutLogin())));
        }
        return warnings;
    }
}
