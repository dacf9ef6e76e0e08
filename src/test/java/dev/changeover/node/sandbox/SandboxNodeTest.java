package dev.changeover.node.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.changeover.node.HandOverOrder;
import dev.changeover.node.NodeState.Generation;
import dev.changeover.node.RetireOrder;
import dev.changeover.node.RetireProgress;
import dev.changeover.node.StageOrder;
import dev.changeover.node.agent.NodeContract;
import dev.changeover.node.agent.NodeRig;
import dev.changeover.node.agent.NodeRig.Package;
import dev.changeover.node.agent.TestAgents;
import dev.changeover.node.driver.Breakpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** The sandbox driver keeps the contract. */
@Order(1)
final class SandboxNodeTest extends NodeContract {
    @Override
    public NodeRig rig(Path directory, boolean serving) throws IOException {
        return new SandboxRig(directory, serving);
    }

    @Test
    void of_a_day_old_and_a_younger_session_only_the_older_is_counted_and_closed() throws Exception {
        var ahead = new AtomicReference<>(Duration.ZERO);
        InstantSource clock = () -> Instant.now().plus(ahead.get());
        try (var rig = new SandboxRig(directory, true, clock);
                var agents = new TestAgents()) {
            var agent = agents.start(rig, Breakpoint.NONE);
            var old = rig.connect();
            ahead.set(Duration.ofHours(2));
            var young = rig.connect();
            ahead.set(Duration.ofHours(24).plusMinutes(1));
            var kernel = rig.kernel(Package.B);
            agent.stage(new StageOrder(rig.node(), kernel));
            agent.handOver(new HandOverOrder(rig.node(), kernel));

            assertThat(agent.inspect(rig.node()).generations())
                    .extracting(Generation::overAge)
                    .containsExactly(0, 1);
            var order = new RetireOrder(rig.node(), kernel, Duration.ofHours(24), Duration.ofMillis(100), List.of());
            var retiring = CompletableFuture.supplyAsync(() -> agent.retire(order), Thread::startVirtualThread);
            await().until(old::closedByPeer);
            var later = old.closedAt().plusSeconds(2);
            await().until(() -> Instant.now().isAfter(later));
            assertThat(young.alive()).isTrue();
            young.close();
            assertThat(retiring.join().total().closings())
                    .extracting(RetireProgress.Closing::client)
                    .containsExactly(old.name());
        }
    }
}
