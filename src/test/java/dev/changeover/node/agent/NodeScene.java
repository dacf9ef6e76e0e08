package dev.changeover.node.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.changeover.node.HandOverOrder;
import dev.changeover.node.NodeActivities;
import dev.changeover.node.NodeFault;
import dev.changeover.node.NodeState.Generation;
import dev.changeover.node.NodeState.Problem.Kind;
import dev.changeover.node.RetireOrder;
import dev.changeover.node.StageOrder;
import dev.changeover.node.VerifyOrder;
import dev.changeover.node.agent.NodeRig.Ability;
import dev.changeover.node.agent.NodeRig.Package;
import dev.changeover.node.driver.Breakpoint;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** What the cases of {@link NodeContract} have in common: nodes, agents and clients that end with the case, and its words. */
abstract class NodeScene {
    public static final Duration SOON = Duration.ofMinutes(1);
    public static final Duration DAY = Duration.ofHours(24);
    public static final Duration PACE = Duration.ofMillis(600);
    /** How much later than the order for it the engine may close a session, on a machine that does much else. */
    static final Duration JITTER = Duration.ofMillis(100);

    @TempDir
    public Path directory;

    private final List<NodeRig> rigs = new ArrayList<>();
    private final List<SessionClient> clients = new ArrayList<>();
    public final TestAgents agents = new TestAgents();

    /** A node with nothing on it, or one that serves {@link Package#A} as generation 1 with no sessions. */
    public abstract NodeRig rig(Path directory, boolean serving) throws IOException;

    /** Ends what the case has started. */
    @AfterEach
    public void end() throws IOException {
        clients.forEach(SessionClient::close);
        clients.clear();
        while (!rigs.isEmpty()) {
            rigs.removeLast().close();
        }
        agents.close();
    }

    public NodeRig serving() throws IOException {
        return keep(rig(Files.createTempDirectory(directory, "n"), true));
    }

    public NodeRig empty() throws IOException {
        return keep(rig(Files.createTempDirectory(directory, "n"), false));
    }

    private NodeRig keep(NodeRig rig) {
        rigs.add(rig);
        return rig;
    }

    public static void need(NodeRig rig, Ability ability) {
        var reason = rig.cannot(ability);
        assumeTrue(reason.isEmpty(), () -> ability + ": " + reason.orElse(""));
    }

    public NodeActivities agent(NodeRig rig) {
        return agent(rig, Breakpoint.NONE);
    }

    public NodeActivities agent(NodeRig rig, Breakpoint breakpoint) {
        return agents.start(rig, breakpoint);
    }

    public static StageOrder stage(NodeRig rig, Package which) throws IOException {
        return new StageOrder(rig.node(), rig.kernel(which));
    }

    public static HandOverOrder to(NodeRig rig, Package which) throws IOException {
        return new HandOverOrder(rig.node(), rig.kernel(which));
    }

    public static VerifyOrder verify(NodeRig rig, Package which, boolean alone) throws IOException {
        return new VerifyOrder(rig.node(), rig.kernel(which), Duration.ZERO, alone);
    }

    public static RetireOrder retire(NodeRig rig, Duration ageLimit) {
        try {
            return new RetireOrder(rig.node(), rig.kernel(Package.B), ageLimit, PACE, List.of());
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }

    public static void upgrade(NodeRig rig, NodeActivities agent) throws IOException {
        agent.stage(stage(rig, Package.B));
        agent.handOver(to(rig, Package.B));
    }

    public List<String> stepsOfAnUpgrade() throws IOException {
        var rig = serving();
        var steps = new CopyOnWriteArrayList<String>();
        upgrade(rig, agent(rig, steps::add));
        return List.copyOf(new LinkedHashSet<>(steps));
    }

    public List<SessionClient> connect(NodeRig rig, int count) throws IOException {
        var connected = new ArrayList<SessionClient>();
        for (int i = 0; i < count; i++) {
            connected.add(rig.connect());
        }
        clients.addAll(connected);
        return connected;
    }

    /** Sessions whose ages differ by more than a second, the oldest first. */
    public List<SessionClient> connectApart(NodeRig rig, int count) throws IOException {
        var connected = new ArrayList<>(connect(rig, 1));
        while (connected.size() < count) {
            awaitAge(connected.getLast(), Duration.ofMillis(1200));
            connected.addAll(connect(rig, 1));
        }
        return connected;
    }

    public static void awaitAge(SessionClient client, Duration age) {
        await().pollInterval(Duration.ofMillis(20))
                .atMost(SOON)
                .until(() -> client.lived().compareTo(age) > 0);
    }

    /** Long enough to see what must not happen. */
    public static void passes(Duration time) {
        var end = Instant.now().plus(time);
        await().atMost(SOON).until(() -> Instant.now().isAfter(end));
    }

    public static void leave(List<SessionClient> leaving) {
        leaving.forEach(SessionClient::close);
    }

    public static void assertAlive(List<SessionClient> those) throws InterruptedException {
        for (var client : those) {
            assertThat(client.alive()).as("session of %s", client.name()).isTrue();
        }
    }

    public static List<SessionClient> alive(List<SessionClient> those) throws InterruptedException {
        var alive = new ArrayList<SessionClient>();
        for (var client : those) {
            if (client.alive()) {
                alive.add(client);
            }
        }
        return alive;
    }

    public static void assertPaced(List<SessionClient> closed) {
        var inOrder = closed.stream()
                .sorted(Comparator.comparing(SessionClient::openUntil))
                .toList();
        assertThat(IntStream.range(1, inOrder.size())
                        .mapToObj(i -> Duration.between(
                                inOrder.get(i - 1).openUntil(), inOrder.get(i).closedAt())))
                .as("time between two closings at the most, seen by the clients")
                .allSatisfy(gap -> assertThat(gap).isGreaterThanOrEqualTo(PACE.minus(JITTER)));
    }

    public static void assertServes(NodeRig rig, NodeActivities agent, Package which) throws IOException {
        var state = agent.inspect(rig.node());
        assertThat(state.serving()).as("%s", state).isPresent();
        assertThat(state.serving().orElseThrow().kernel())
                .isEqualTo(rig.kernel(which).version());
        assertThat(state.serving().orElseThrow().reportedVersion())
                .isEqualTo(rig.kernel(which).reportedVersion());
        assertThat(state.boot()).isEqualTo(rig.kernel(which).version());
    }

    /** Generation 1 of kernel A serves alone, as before, and clients never noticed. */
    public void assertUntouched(NodeRig rig, NodeActivities agent, List<SessionClient> old) throws Exception {
        assertAlive(old);
        assertAlive(connect(rig, 1));
        var state = agent.inspect(rig.node());
        assertThat(state.generations()).extracting(Generation::number).containsExactly(1);
        assertServes(rig, agent, Package.A);
    }

    public static void assertLookingChangesNothing(NodeRig rig, NodeActivities agent) throws IOException {
        var before = footprint(rig);
        agent.inspect(rig.node());
        agent.inspect(rig.node());
        assertThat(footprint(rig)).isEqualTo(before);
    }

    public static Set<Kind> problems(NodeRig rig, NodeActivities agent) {
        var kinds = new TreeSet<Kind>(Comparator.naturalOrder());
        agent.inspect(rig.node()).problems().forEach(problem -> kinds.add(problem.kind()));
        return kinds;
    }

    public static void assertFails(ThrowingCallable call, NodeFault... oneOf) {
        var failure = catchThrowable(call);
        assertThat(failure).as("should fail with one of %s", List.of(oneOf)).isNotNull();
        var fault = NodeFault.valueOf(typeOf(failure));
        assertThat(fault).as("%s", failure.getCause()).isIn((Object[]) oneOf);
        assertThat(applicationFailure(failure).isNonRetryable()).isEqualTo(fault.permanent());
        assertThat(applicationFailure(failure).getOriginalMessage()).isNotBlank();
    }

    public static String typeOf(Throwable failure) {
        return applicationFailure(failure).getType();
    }

    private static ApplicationFailure applicationFailure(Throwable failure) {
        return catchThrowableOfType(ApplicationFailure.class, () -> {
            for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
                if (cause instanceof ApplicationFailure) {
                    throw cause;
                }
            }
            throw new AssertionError("not a failure of an activity", failure);
        });
    }

    /** All files with size and time but the one that whoever stages locks, and what runs. */
    public static String footprint(NodeRig rig) throws IOException {
        var lines = new TreeSet<String>();
        try (var files = Files.walk(rig.home())) {
            for (var file : files.toList()) {
                if (file.endsWith("lock-staging")) continue;
                lines.add(rig.home().relativize(file) + " " + describe(file));
            }
        }
        return String.join("\n", lines) + "\n" + rig.processes();
    }

    private static String describe(Path file) throws IOException {
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return Files.size(file) + " bytes " + Files.getLastModifiedTime(file);
        }
        return Files.isSymbolicLink(file) ? "-> " + Files.readSymbolicLink(file) : "";
    }
}
