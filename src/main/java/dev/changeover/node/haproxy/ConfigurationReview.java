package dev.changeover.node.haproxy;

import dev.changeover.haproxy.Generation;
import dev.changeover.haproxy.OperatorConfiguration;
import dev.changeover.haproxy.RunDirectory;
import dev.changeover.host.FileTree;
import dev.changeover.node.NodeState.Problem;
import dev.changeover.node.NodeState.Problem.Kind;
import dev.changeover.node.agent.StagedKernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What can be said of the operator's configuration without changing anything on the node. */
final class ConfigurationReview {

    /** REQUIREMENTS S14: sessions up to this age must survive, idle ones too. */
    private static final Duration KEPT = Duration.ofHours(24);

    /** HAProxy's own limit for times is about 24.8 days; a stop that far away cuts nobody in a retirement. */
    private static final Duration HARMLESS_HARD_STOP = Duration.ofDays(20);

    private final Path file;
    private final OperatorConfiguration configuration;

    ConfigurationReview(Path file, OperatorConfiguration configuration) {
        this.file = file;
        this.configuration = configuration;
    }

    /** Lets a kernel judge the configuration in a draft directory; empty when it accepts it. */
    static Optional<String> refusal(StagedKernel kernel, OperatorConfiguration configuration)
            throws IOException, InterruptedException {
        var draft = Files.createTempDirectory("hx");
        try {
            return kernel.program().refusal(new RunDirectory(draft).prepare(configuration));
        } finally {
            FileTree.delete(draft);
        }
    }

    /** @param judge the kernel that serves; a file that differs from what it runs is given to it to judge */
    List<Problem> problems(List<Generation.Live> serving, Optional<StagedKernel> judge)
            throws IOException, InterruptedException {
        var problems = new ArrayList<Problem>();
        var changed = new ArrayList<Integer>();
        for (var live : serving) {
            if (!GenerationSnapshot.runs(live.directory(), configuration)) changed.add(live.number());
        }
        if (!changed.isEmpty()) {
            problems.add(new Problem(
                    Kind.CONFIG_CHANGED,
                    "%s differs from what generation %d serves with; 'agent reload' takes it over"
                            .formatted(file, changed.getFirst())));
        }
        if (judge.isPresent() && (serving.isEmpty() || !changed.isEmpty())) {
            refusal(judge.get(), configuration)
                    .ifPresent(refusal -> problems.add(new Problem(
                            Kind.CONFIG_UNUSABLE,
                            "kernel %s refuses %s: %s".formatted(judge.get().version(), file, refusal))));
        }
        if (configuration.addresses().isEmpty()) {
            problems.add(new Problem(Kind.CONFIG_UNUSABLE, file + " has no frontend that listens on a TCP address"));
        }
        configuration
                .hardStopAfter()
                .filter(limit -> limit.compareTo(HARMLESS_HARD_STOP) < 0)
                .ifPresent(limit -> problems.add(new Problem(
                        Kind.HARD_STOP_AFTER,
                        "hard-stop-after in %s would cut all sessions that are left %d s after a handover; remove it"
                                .formatted(file, limit.toSeconds()))));
        return problems;
    }

    List<String> warnings() {
        var warnings = new ArrayList<String>();
        configuration
                .shortestIdle()
                .filter(limit -> limit.compareTo(KEPT) <= 0)
                .ifPresent(limit -> warnings.add(
                        "a timeout in %s makes HAProxy itself cut sessions that are idle for %d s; 25h spares them"
                                .formatted(file, limit.toSeconds())));
        return warnings;
    }
}
