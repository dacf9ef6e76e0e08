package dev.changeover.node.haproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.changeover.demo.MariaDb;
import dev.changeover.demo.RealParts;
import dev.changeover.node.NodeOrder;
import dev.changeover.node.VerifyOrder;
import dev.changeover.node.agent.NodeContract;
import dev.changeover.node.agent.NodeRig;
import dev.changeover.node.agent.NodeRig.Package;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The HAProxy driver keeps the contract, before a database of its own, which turns logins away in some tests. */
@Order(1)
final class HaproxyNodeTest extends NodeContract {
    private static MariaDb database;

    @BeforeAll
    static void start() {
        database = RealParts.ownMariaDb();
    }

    @AfterAll
    static void stop() {
        database.close();
    }

    @Override
    public NodeRig rig(Path directory, boolean serving) throws IOException {
        return new HaproxyRig(directory, serving, database);
    }

    /** As after a reboot: the operator's file, which was half edited, is not what the node starts with. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void what_served_last_is_kept_when_a_retirement_ends_while_nothing_serves(boolean isOrdered) throws Exception {
        var rig = serving();
        var agent = agent(rig);
        try (var old = rig.connect()) {
            rig.changeConfiguration();
            rig.reload();
            assertThat(old.alive()).isTrue();
            rig.kill(1);
            rig.kill(2);
        }
        rig.ruinConfiguration();

        if (isOrdered) agent.retire(retire(rig, DAY));
        else rig.ownRetirement(DAY).act();

        rig.supervise();
        try (var fresh = rig.connect()) {
            assertThat(fresh.alive()).isTrue();
        }
    }

    @Test
    void the_last_proof_of_an_upgrade_waits_for_another_ones_handover() throws Exception {
        var rig = serving();
        var agent = agent(rig);
        upgrade(rig, agent);
        agent.retire(retire(rig, DAY));
        var bothAccept = new CountDownLatch(1);
        var goesOn = new CountDownLatch(1);
        agent(rig, step -> {
            if (!step.equals("boot pointer")) return;
            bothAccept.countDown();
            await().atMost(SOON).until(() -> goesOn.getCount() == 0);
        });
        rig.changeConfiguration();
        var other = CompletableFuture.runAsync(rig::reload);
        assertThat(bothAccept.await(1, TimeUnit.MINUTES)).isTrue();
        var node = new NodeOrder(rig.node().nodeId(), rig.node().machineId(), DAY, 2, null);
        var order = new VerifyOrder(node, rig.kernel(Package.B), Duration.ZERO, true);

        var proof = CompletableFuture.runAsync(() -> agent.verify(order), Thread::startVirtualThread);

        passes(Duration.ofSeconds(2));
        assertThat(proof).isNotDone();
        goesOn.countDown();
        other.join();
        proof.join();
    }

    /** An agent died between them, and nobody hands over now. */
    @Test
    void the_last_proof_of_an_upgrade_does_not_wait_for_generations_that_go_on_beside_each_other() throws Exception {
        var rig = serving();
        var agent = agent(rig);
        upgrade(rig, agent);
        agent.retire(retire(rig, DAY));
        agent(rig, step -> {
            if (step.equals("boot pointer")) throw new IllegalStateException("died");
        });
        rig.changeConfiguration();
        assertThatThrownBy(rig::reload).hasMessageContaining("died");
        var node = new NodeOrder(rig.node().nodeId(), rig.node().machineId(), DAY, 2, null);
        var order = new VerifyOrder(node, rig.kernel(Package.B), Duration.ZERO, true);

        assertThat(CompletableFuture.runAsync(() -> agent(rig).verify(order), Thread::startVirtualThread))
                .failsWithin(Duration.ofSeconds(30))
                .withThrowableOfType(ExecutionException.class)
                .withMessageContaining("should serve alone");
    }
}
