package dev.changeover.node.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.changeover.demo.RealParts;
import dev.changeover.mysql.Login;
import dev.changeover.mysql.MysqlLogin;
import dev.changeover.node.HandOverOrder;
import dev.changeover.node.StageOrder;
import dev.changeover.node.agent.AgentDied;
import dev.changeover.node.agent.NodeRig;
import dev.changeover.node.agent.NodeRig.Package;
import dev.changeover.node.agent.SessionClient;
import dev.changeover.node.agent.TestAgents;
import dev.changeover.node.driver.Breakpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Handovers in any order, and agents that die in the middle of them, cost no client a connection. */
@ResourceLock(value = RealParts.DATABASE, mode = ResourceAccessMode.READ)
class SandboxUnderLoadTest {
    private static final int CLIENTS = 200;
    private static final int HANDOVERS = 30;
    private static final int STAYING = 20;
    private static final int MOST_REST_MILLIS = 150;
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);
    private static final List<String> STEPS =
            List.of("observe", "preflight", "start", "prove", "boot pointer", "commit", "confirm");

    @TempDir
    Path directory;

    private final long seed = Long.getLong("changeover.test.seed", 20_261_123L);
    private final Random random = new Random(seed);
    private final CountDownLatch enough = new CountDownLatch(1);
    private final AtomicInteger connections = new AtomicInteger();
    private final List<String> failures = new CopyOnWriteArrayList<>();

    @Test
    void thirty_handovers_back_and_forth_fail_no_connection_and_cut_no_session() throws Exception {
        try (var rig = new SandboxRig(directory, true);
                var agents = new TestAgents();
                var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            var staying = stay(rig);
            for (int i = 0; i < CLIENTS; i++) {
                long own = random.nextLong();
                clients.execute(() -> comeAndGo(rig, new Random(own)));
            }
            agents.start(rig, Breakpoint.NONE).stage(new StageOrder(rig.node(), rig.kernel(Package.B)));

            for (int i = 0; i < HANDOVERS; i++) {
                handOver(rig, agents, i % 2 == 0 ? Package.B : Package.A);
                assertThat(enough.await(random.nextInt(MOST_REST_MILLIS), TimeUnit.MILLISECONDS))
                        .isFalse();
            }

            enough.countDown();
            clients.shutdown();
            assertThat(clients.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
            assertThat(failures)
                    .as("seed %d, of %s connections", seed, connections)
                    .isEmpty();
            assertThat(connections).hasValueGreaterThan(CLIENTS * 5);
            for (var client : staying) {
                assertThat(client.alive())
                        .as("seed %d: %s", seed, client.name())
                        .isTrue();
                client.close();
            }
        }
    }

    /** By an agent that lives, or by two of which the first dies somewhere. */
    private void handOver(SandboxRig rig, TestAgents agents, Package which) throws IOException {
        var order = new HandOverOrder(rig.node(), rig.kernel(which));
        if (random.nextBoolean()) {
            var step = STEPS.get(random.nextInt(STEPS.size()));
            var doomed = agents.start(rig, AgentDied.at(step));
            assertThat(catchThrowable(() -> doomed.handOver(order))).as(step).isNotNull();
        }
        var state = agents.start(rig, Breakpoint.NONE).handOver(order).after();
        assertThat(state.serving()).as("seed %d: %s", seed, state).isPresent();
        assertThat(state.boot()).isEqualTo(order.kernel().version());
        agents.close();
    }

    private static List<SessionClient> stay(SandboxRig rig) throws IOException {
        var staying = new ArrayList<SessionClient>();
        for (int i = 0; i < STAYING; i++) {
            staying.add(rig.connect());
        }
        return staying;
    }

    private void comeAndGo(SandboxRig rig, Random rests) {
        try {
            do {
                connections.incrementAndGet();
                MysqlLogin.attempt(rig.address(), new Login(NodeRig.USER, ""), ANSWER_TIMEOUT);
            } while (!enough.await(rests.nextInt(MOST_REST_MILLIS), TimeUnit.MILLISECONDS));
        } catch (IOException failed) {
            failures.add(failed.toString());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
