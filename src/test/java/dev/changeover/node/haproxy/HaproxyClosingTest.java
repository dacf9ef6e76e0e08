package dev.changeover.node.haproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.groups.Tuple.tuple;
import static org.awaitility.Awaitility.await;

import dev.changeover.demo.RealParts;
import dev.changeover.node.CloseOrder;
import dev.changeover.node.RetireProgress.Doing;
import dev.changeover.node.RetireProgress.Holder;
import dev.changeover.node.RetireProgress.State;
import dev.changeover.node.agent.ClosingContract;
import dev.changeover.node.agent.NodeRig;
import dev.changeover.node.agent.SessionClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** The HAProxy driver closes sessions as the contract says, and knows from the database who they are. */
@Order(1)
final class HaproxyClosingTest extends ClosingContract {
    @Override
    public NodeRig rig(Path directory, boolean serving) throws IOException {
        return new HaproxyRig(directory, serving);
    }

    @Test
    void who_holds_on_is_told_with_user_program_and_transaction_as_the_database_knows_them() throws Exception {
        try (var database = RealParts.ownMariaDb("--performance-schema=ON");
                var rig = new HaproxyRig(directory, true, database)) {
            database.ask("grant select on performance_schema.session_connect_attrs to "
                    + database.watch().user() + "@'%'");
            var agent = agent(rig);
            var url = "jdbc:mariadb://127.0.0.1:%d/?user=%s&connectionAttributes=program_name:billing"
                    .formatted(rig.address().getPort(), NodeRig.USER);
            var idle = connect(rig, 1).getFirst();
            var busy = connect(rig, 1).getFirst();
            busy.ask("select sleep(60)");
            try (var billing = DriverManager.getConnection(url);
                    var statement = billing.createStatement()) {
                statement.execute("start transaction with consistent snapshot");
                upgrade(rig, agent);

                var retiring = CompletableFuture.supplyAsync(
                        () -> catchThrowable(() -> agent.retire(retire(rig, DAY))), Thread::startVirtualThread);
                await().atMost(SOON)
                        .until(() -> agents.heartbeats().stream()
                                .anyMatch(beat -> beat.doing().equals(new Doing(1, 1, 1, 0))));
                agents.cancel();
                retiring.join();
            }
            assertThat(agents.heartbeats().getLast().holders())
                    .extracting(Holder::user, Holder::program, Holder::state)
                    .containsExactlyInAnyOrder(
                            tuple(NodeRig.USER, null, State.IDLE),
                            tuple(NodeRig.USER, null, State.BUSY),
                            tuple(NodeRig.USER, "billing", State.IN_TRANSACTION));
            leave(List.of(idle, busy));
        }
    }

    @Test
    void a_database_that_hangs_does_not_hold_up_the_pace() throws Exception {
        try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var rig = (HaproxyRig) serving();
            rig.readProcessesFrom((InetSocketAddress) silent.getLocalSocketAddress());
            var agent = agent(rig);
            var old = connect(rig, 6);
            upgrade(rig, agent);

            var closed = agent.closeSessions(new CloseOrder(rig.node(), null, 6, PACE));

            assertThat(closed.closed()).isEqualTo(6);
            await().atMost(SOON).until(() -> old.stream().allMatch(SessionClient::closedByPeer));
            var instants = old.stream().map(SessionClient::closedAt).sorted().toList();
            assertThat(Duration.between(instants.getFirst(), instants.getLast()))
                    .as("it asks the database that hangs once at the most, not for each of five")
                    .isLessThan(PACE.multipliedBy(5).plusSeconds(20));
        }
    }

    @Test
    void a_note_of_the_last_closing_that_was_torn_by_a_crash_holds_nobody_up() throws Exception {
        var rig = (HaproxyRig) serving();
        var agent = agent(rig);
        var old = connect(rig, 1);
        upgrade(rig, agent);
        Files.writeString(rig.run().path().resolve("closings"), "last\t2026-1");

        var closed = agent.closeSessions(new CloseOrder(rig.node(), null, 1, PACE));

        assertThat(closed.closed()).isEqualTo(1);
        await().atMost(SOON).until(() -> old.stream().allMatch(SessionClient::closedByPeer));
    }
}
