package dev.changeover.node.sandbox;

import dev.changeover.node.NodeState;
import dev.changeover.node.NodeState.Generation;
import dev.changeover.node.NodeState.Problem;
import dev.changeover.node.NodeState.Problem.Kind;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Looks at a sandbox node and changes nothing. */
final class SandboxInspection {
    /** REQUIREMENTS S14: older sessions may be closed. */
    private static final Duration OVER_AGE = Duration.ofHours(24);

    private static final int CONNECT_MILLIS = 500;

    private final String nodeId;
    private final String machineId;
    private final SandboxFiles files;
    private final SandboxHost host;
    private final SandboxKernels kernels;

    SandboxInspection(String nodeId, String machineId, SandboxFiles files, SandboxHost host, SandboxKernels kernels) {
        this.nodeId = nodeId;
        this.machineId = machineId;
        this.files = files;
        this.host = host;
        this.kernels = kernels;
    }

    /** What is; {@code crashLooping} is what only the supervisor knows. */
    NodeState look(boolean crashLooping) throws IOException {
        var now = host.clock().instant();
        var generations = host.generations();
        var boot = files.boot().orElse(null);
        var problems = new ArrayList<>(generationProblems(generations));
        problems.addAll(configurationProblems(generations));
        if (crashLooping) {
            problems.add(new Problem(Kind.CRASH_LOOP, "kernel %s keeps dying after its start".formatted(boot)));
        }
        if (files.maintenance()) {
            problems.add(new Problem(
                    Kind.MAINTENANCE, "the file MAINTENANCE in %s keeps agents off".formatted(files.home())));
        }
        if (kernels.freeBytes() < SandboxKernels.NEEDED_BYTES) {
            problems.add(new Problem(
                    Kind.DISK_FULL, "%d MB are free in %s".formatted(kernels.freeBytes() >> 20, files.kernels())));
        }
        return new NodeState(
                nodeId,
                machineId,
                NodeState.PROTOCOL,
                now,
                generations.stream()
                        .map(generation -> describe(generation, now))
                        .toList(),
                boot,
                problems,
                List.of(),
                kernels.freeBytes());
    }

    private static Generation describe(SandboxGeneration generation, Instant now) {
        var sessions = generation.sessions();
        return new Generation(
                generation.number(),
                generation.kernel().version(),
                generation.kernel().reportedVersion(),
                generation.accepting(),
                sessions.size(),
                (int) sessions.stream()
                        .filter(session -> session.age(now).compareTo(OVER_AGE) > 0)
                        .count());
    }

    private static List<Problem> generationProblems(List<SandboxGeneration> generations) {
        var problems = new ArrayList<Problem>();
        for (var generation : generations) {
            if (generation.orphaned()) {
                problems.add(new Problem(
                        Kind.ORPHANED_GENERATION,
                        "generation %d runs, but nothing here can steer it".formatted(generation.number())));
            } else if (!generation.answers()) {
                problems.add(
                        new Problem(Kind.NO_ANSWER, "generation %d does not answer".formatted(generation.number())));
            }
            if (!generation.accepting()) {
                problems.add(new Problem(
                        Kind.STILL_RETIRING,
                        "generation %d still has %d sessions"
                                .formatted(
                                        generation.number(),
                                        generation.sessions().size())));
            }
        }
        long serving = generations.stream().filter(SandboxGeneration::accepting).count();
        if (serving == 0) {
            problems.add(new Problem(Kind.NOTHING_SERVES, "no generation accepts connections"));
        }
        if (serving > 1) {
            problems.add(new Problem(Kind.SEVERAL_SERVE, serving + " generations accept connections"));
        }
        return problems;
    }

    private List<Problem> configurationProblems(List<SandboxGeneration> generations) throws IOException {
        var problems = new ArrayList<Problem>();
        try {
            var wanted = SandboxConfiguration.read(files.configuration());
            boolean serving = generations.stream().anyMatch(SandboxGeneration::accepting);
            if (!serving && somebodyListens(wanted.listen())) {
                problems.add(
                        new Problem(Kind.FOREIGN_PROXY, "another program listens on %s".formatted(wanted.listen())));
            }
            if (changed(generations, wanted.text())) {
                problems.add(new Problem(
                        Kind.CONFIG_CHANGED, files.configuration() + " differs from what the node serves with"));
            }
        } catch (IllegalArgumentException unusable) {
            problems.add(new Problem(
                    Kind.CONFIG_UNUSABLE, "%s: %s".formatted(files.configuration(), unusable.getMessage())));
        }
        return problems;
    }

    private static boolean changed(List<SandboxGeneration> generations, String text) {
        return generations.stream()
                .filter(SandboxGeneration::accepting)
                .anyMatch(generation -> !generation.configuration().text().equals(text));
    }

    private static boolean somebodyListens(SocketAddress address) {
        try (var socket = new Socket()) {
            socket.connect(address, CONNECT_MILLIS);
            return true;
        } catch (IOException refused) {
            return false;
        }
    }
}
