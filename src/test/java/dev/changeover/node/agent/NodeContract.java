package dev.changeover.node.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.changeover.node.CloseOrder;
import dev.changeover.node.HandOver;
import dev.changeover.node.HandOverOrder;
import dev.changeover.node.NodeFault;
import dev.changeover.node.NodeOrder;
import dev.changeover.node.NodeState;
import dev.changeover.node.NodeState.Generation;
import dev.changeover.node.NodeState.Problem.Kind;
import dev.changeover.node.RetireOrder;
import dev.changeover.node.RetireProgress;
import dev.changeover.node.StageOrder;
import dev.changeover.node.VerifyOrder;
import dev.changeover.node.agent.NodeRig.Ability;
import dev.changeover.node.agent.NodeRig.Package;
import dev.changeover.node.driver.Breakpoint;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What every driver of a node must do. A driver's test extends this and brings a {@link NodeRig}.
 *
 * <p>Crashes: a driver calls its {@link Breakpoint} after each of its steps, under names of its own. The contract first
 * lists the steps of an undisturbed run, and then, for each of them, lets an agent die there and another one run again
 * on the same host.
 */
public abstract class NodeContract extends NodeScene {

    // ---- handover

    @Test
    public void a_handover_moves_new_connections_and_keeps_every_session() throws Exception {
        var rig = serving();
        var agent = agent(rig);
        var old = connect(rig, 5);

        agent.stage(stage(rig, Package.B));
        var done = agent.handOver(to(rig, Package.B));
        var fresh = connect(rig, 3);

        assertThat(done.changed()).isTrue();
        assertThat(done.parts()).extracting(HandOver.Part::name).contains("preflight", "start", "prove", "commit");
        assertThat(done.millis()).isNotNegative();
        assertServes(rig, agent, Package.B);
        assertAlive(old);
        assertAlive(fresh);
        assertThat(agent.inspect(rig.node()).generations())
                .extracting(Generation::sessions)
                .containsExactly(3, 5);
    }

    @Test
    public void every_step_run_twice_is_harmless() throws Exception {
        var rig = serving();
        var agent = agent(rig);
        var old = connect(rig, 2);

        agent.stage(stage(rig, Package.B));
        var staged = footprint(rig);
        agent.stage(stage(rig, Package.B));
        assertThat(footprint(rig)).isEqualTo(staged);

        agent.handOver(to(rig, Package.B));
        var handedOver = footprint(rig);
        var again = agent.handOver(to(rig, Package.B));
        assertThat(again.changed()).isFalse();
        assertThat(footprint(rig)).isEqualTo(handedOver);

        agent.verify(verify(rig, Package.B, false));
        agent.verify(verify(rig, Package.B, false));
        assertAlive(old);

        leave(old);
        agent.retire(retire(rig, DAY));
        var second = agent.retire(retire(rig, DAY));
        assertThat(second.total().closed()).isZero();
        assertThat(second.after().generations()).hasSize(1);
        agent.verify(verify(rig, Package.B, true));
    }

    @Test
    public void an_agent_that_dies_at_any_step_is_carried_on_by_the_next_one() throws Exception {
        var steps = stepsOfAnUpgrade();
        assertThat(steps).hasSizeGreaterThan(6);

        for (var step : steps) {
            var rig = serving();
            var old = connect(rig, 1);

            var death = catchThrowable(() -> upgrade(rig, agent(rig, AgentDied.at(step))));
            assertThat(death).as("dies at %s", step).isNotNull();
            assertAlive(old);
            assertAlive(connect(rig, 1));

            var next = agent(rig);
            next.inspect(rig.node());
            upgrade(rig, next);
            assertServes(rig, next, Package.B);
            assertAlive(old);
            assertThat(next.handOver(to(rig, Package.B)).changed()).isFalse();
            end();
        }
    }

    // ---- what goes wrong before anything has changed

    @ParameterizedTest
    @CsvSource({
        "BROKEN, BROKEN_KERNEL",
        "SAYS_OTHER_VERSION, BROKEN_KERNEL",
        "OTHER_CHECKSUM, CHECKSUM_MISMATCH",
        "MISSING, PACKAGE_UNREACHABLE",
        "OTHER_ARCH, NO_PACKAGE",
        "RUBBISH, BAD_PACKAGE"
    })
    public void a_bad_package_is_refused_when_it_is_staged(Package which, NodeFault fault) throws Exception {
        var rig = serving();
        var agent = agent(rig);
        var old = connect(rig, 1);

        assertFails(() -> agent.stage(stage(rig, which)), fault);
        assertFails(() -> agent.stage(stage(rig, which)), fault);

        assertUntouched(rig, agent, old);
    }

    @Test
    public void a_kernel_whose_package_nobody_knows_any_more_is_staged_anew_unless_it_runs() throws Exception {
        var rig = serving();
        var agent = agent(rig);
        var old = connect(rig, 1);
        agent.stage(stage(rig, Package.B));
        var note = noteOf(rig, Package.B);
        var whole = Files.readString(note);
        Files.writeString(note, whole.substring(1));

        assertFails(() -> agent.handOver(to(rig, Package.B)), NodeFault.NO_PACKAGE);
        agent.stage(stage(rig, Package.B));

        assertThat(note).hasContent(whole);
        Files.writeString(noteOf(rig, Package.A), "half");
        assertFails(() -> agent.stage(stage(rig, Package.A)), NodeFault.CHECKSUM_MISMATCH);
        assertUntouched(rig, agent, old);
    }

    private static Path noteOf(NodeRig rig, Package which) throws IOException {
        var version = rig.kernel(which).version().toString();
        return rig.home().resolve("kernels").resolve(version).resolve(".package-sha256");
    }

    @Test
    public void a_full_disk_is_reported_and_stages_nothing() throws Exception {
        var rig = serving();
        need(rig, Ability.FULL_DISK);
        var agent = agent(rig);
        var old = connect(rig, 1);
        rig.fillDisk();
        var before = footprint(rig);

        assertThat(problems(rig, agent)).contains(Kind.DISK_FULL);
        assertFails(() -> agent.stage(stage(rig, Package.B)), NodeFault.DISK_FULL);

        assertThat(footprint(rig)).isEqualTo(before);
        assertUntouched(rig, agent, old);
    }

    @Test
    public void a_configuration_that_cannot_be_used_refuses_the_kernel() throws Exception {
        var rig = serving();
        var agent = agent(rig);
        var old = connect(rig, 1);
        rig.ruinConfiguration();

        assertThat(problems(rig, agent)).contains(Kind.CONFIG_UNUSABLE);
        assertFails(() -> agent.stage(stage(rig, Package.B)), NodeFault.CONFIG_REFUSED);
        assertFails(
                () -> agent.handOver(to(rig, Package.B)),
                NodeFault.CONFIG_REFUSED,
                NodeFault.CONFIG_CHANGED,
                NodeFault.NO_PACKAGE);

        assertUntouched(rig, agent, old);
    }

    @Test
    public void a_changed_configuration_waits_for_a_reload() throws Exception {
        var rig = serving();
        var agent = agent(rig);
        var old = connect(rig, 1);
        agent.stage(stage(rig, Package.B));
        rig.changeConfiguration();

        assertThat(problems(rig, agent)).contains(Kind.CONFIG_CHANGED);
        assertFails(() -> agent.handOver(to(rig, Package.B)), NodeFault.CONFIG_CHANGED);
        assertUntouched(rig, agent, old);

        need(rig, Ability.RELOAD);
        rig.reload();
        assertThat(problems(rig, agent)).doesNotContain(Kind.CONFIG_CHANGED);
        agent.handOver(to(rig, Package.B));
        assertServes(rig, agent, Package.B);
        assertAlive(old);
    }

    @Test
    public void a_foreign_listener_is_never_bound_beside() throws Exception {
        var rig = empty();
        var agent = agent(rig);
        agent.stage(stage(rig, Package.A));

        try (var foreign =
                new ServerSocket(rig.address().getPort(), 1, rig.address().getAddress())) {
            assertThat(problems(rig, agent)).contains(Kind.FOREIGN_PROXY, Kind.NOTHING_SERVES);
            assertFails(() -> agent.handOver(to(rig, Package.A)), NodeFault.FOREIGN_PROXY);
            assertThat(agent.inspect(rig.node()).generations()).isEmpty();
            assertThat(foreign.isClosed()).isFalse();
        }

        agent.handOver(to(rig, Package.A));
        assertServes(rig, agent, Package.A);
    }

    @Test
    public void another_node_or_another_host_is_refused_for_good() throws Exception {
        var rig = serving();
        var agent = agent(rig);
        var old = connect(rig, 1);
        var kernel = rig.kernel(Package.B);
        var otherHost = new NodeOrder(rig.node().nodeId(), "some-other-machine");
        var otherNode = new NodeOrder("some-other-node", rig.node().machineId());

        for (var order : List.of(otherHost, otherNode)) {
            assertFails(() -> agent.inspect(order), NodeFault.WRONG_HOST);
            assertFails(() -> agent.stage(new StageOrder(order, kernel)), NodeFault.WRONG_HOST);
            assertFails(() -> agent.handOver(new HandOverOrder(order, kernel)), NodeFault.WRONG_HOST);
            assertFails(() -> agent.verify(new VerifyOrder(order, kernel, Duration.ZERO, false)), NodeFault.WRONG_HOST);
            assertFails(
                    () -> agent.retire(new RetireOrder(order, kernel, Duration.ZERO, PACE, List.of())),
                    NodeFault.WRONG_HOST);
            assertFails(() -> agent.closeSessions(new CloseOrder(order, null, 9, PACE)), NodeFault.WRONG_HOST);
        }
        assertUntouched(rig, agent, old);
        assertThat(agent.inspect(new NodeOrder(rig.node().nodeId(), null)).machineId())
                .isEqualTo(rig.node().machineId());
    }

    @Test
    public void a_kernel_that_was_not_staged_is_not_started() throws Exception {
        var rig = serving();
        var agent = agent(rig);
        var old = connect(rig, 1);

        var failure = catchThrowable(() -> agent.handOver(to(rig, Package.B)));

        assertThat(failure).isNotNull();
        assertUntouched(rig, agent, old);
    }

    // ---- what goes wrong at the handover

    @Test
    public void a_kernel_that_does_not_come_up_leaves_the_old_one_alone() throws Exception {
        var rig = serving();
        var agent = agent(rig);
        var old = connect(rig, 1);
        agent.stage(stage(rig, Package.DIES_AT_START));

        assertFails(() -> agent.handOver(to(rig, Package.DIES_AT_START)), NodeFault.START_FAILED);
        assertFails(() -> agent.handOver(to(rig, Package.DIES_AT_START)), NodeFault.START_FAILED);

        assertUntouched(rig, agent, old);
    }

    @Test
    public void sockets_that_are_not_handed_over_leave_the_old_one_alone() throws Exception {
        var rig = serving();
        need(rig, Ability.SOCKETS_NOT_HANDED_OVER);
        var agent = agent(rig);
        var old = connect(rig, 1);
        agent.stage(stage(rig, Package.B));
        rig.keepSockets();

        assertFails(
                () -> agent.handOver(to(rig, Package.B)), NodeFault.SOCKETS_NOT_HANDED_OVER, NodeFault.START_FAILED);

        assertUntouched(rig, agent, old);
    }

    @Test
    public void a_database_that_refuses_leaves_the_old_one_alone_and_a_later_run_succeeds() throws Exception {
        var rig = serving();
        var agent = agent(rig);
        var old = connect(rig, 1);
        agent.stage(stage(rig, Package.B));
        rig.refuseLogins(true);

        assertFails(() -> agent.handOver(to(rig, Package.B)), NodeFault.DATABASE_REFUSES);
        rig.refuseLogins(false);
        assertUntouched(rig, agent, old);

        agent.handOver(to(rig, Package.B));
        assertServes(rig, agent, Package.B);
        assertAlive(old);
    }

    @Test
    public void a_generation_that_does_not_answer_is_never_taken_for_dead() throws Exception {
        var rig = serving();
        need(rig, Ability.UNRESPONSIVE_GENERATION);
        var agent = agent(rig);
        var old = connect(rig, 1);
        agent.stage(stage(rig, Package.B));
        rig.silence(1, true);

        assertThat(problems(rig, agent)).contains(Kind.NO_ANSWER);
        assertFails(() -> agent.handOver(to(rig, Package.B)), NodeFault.NO_ANSWER);
        rig.supervise();
        rig.silence(1, false);
        assertUntouched(rig, agent, old);

        agent.handOver(to(rig, Package.B));
        assertServes(rig, agent, Package.B);
    }

    @Test
    public void an_orphaned_generation_is_found_and_reported() throws Exception {
        var rig = serving();
        need(rig, Ability.ORPHAN);
        var agent = agent(rig);
        var old = connect(rig, 1);
        upgrade(rig, agent);
        rig.orphan(1);

        assertThat(problems(rig, agent)).contains(Kind.ORPHANED_GENERATION);
        assertFails(() -> agent.verify(verify(rig, Package.B, true)), NodeFault.NOT_VERIFIED, NodeFault.NOT_SAFE);
        assertAlive(old);
        assertAlive(connect(rig, 1));
    }

    // ---- what goes wrong afterwards

    @Test
    public void the_supervisor_starts_the_boot_kernel_when_the_serving_generation_dies() throws Exception {
        var rig = serving();
        var agent = agent(rig);
        upgrade(rig, agent);
        int serving = agent.inspect(rig.node()).serving().orElseThrow().number();

        rig.kill(serving);
        await().atMost(SOON).until(() -> problems(rig, agent).contains(Kind.NOTHING_SERVES));
        rig.supervise();

        assertServes(rig, agent, Package.B);
        assertAlive(connect(rig, 1));
        assertThat(agent.handOver(to(rig, Package.B)).changed()).isFalse();
    }

    @Test
    public void what_dies_while_a_kernel_is_fetched_is_started_again_at_once() throws Exception {
        var rig = serving();
        var fetching = new CompletableFuture<Void>();
        var goesOn = new CompletableFuture<Void>();
        var agent = agents.start(rig, step -> {
            if (step.equals("fetch") && fetching.complete(null)) goesOn.join();
        });
        var order = stage(rig, Package.B);
        var staging = CompletableFuture.runAsync(() -> agent.stage(order), Thread::startVirtualThread);
        fetching.join();

        rig.kill(1);
        // As often as the watchdog does: a busy host may refuse the first start.
        await().atMost(SOON).ignoreExceptionsInstanceOf(IOException.class).untilAsserted(() -> {
            rig.supervise();
            assertAlive(connect(rig, 1));
        });
        goesOn.complete(null);
        staging.join();
        assertThat(agent.handOver(to(rig, Package.B)).changed()).isTrue();
    }

    @Test
    public void a_dead_old_generation_loses_its_own_sessions_only() throws Exception {
        var rig = serving();
        var agent = agent(rig);
        var old = connect(rig, 2);
        upgrade(rig, agent);
        var fresh = connect(rig, 2);

        rig.kill(1);

        await().atMost(SOON).until(() -> old.stream().allMatch(SessionClient::closedByPeer));
        assertAlive(fresh);
        assertThat(agent.retire(retire(rig, DAY)).total().closed()).isZero();
        agent.verify(verify(rig, Package.B, true));
    }

    @Test
    public void a_kernel_that_keeps_dying_is_reported_and_no_longer_started() throws Exception {
        var rig = serving();
        need(rig, Ability.KERNEL_THAT_DIES_LATER);
        var agent = agent(rig);
        var old = connect(rig, 1);
        agent.stage(stage(rig, Package.DIES_LATER));
        agent.handOver(to(rig, Package.DIES_LATER));

        await().atMost(Duration.ofMinutes(1)).until(() -> {
            rig.supervise();
            return problems(rig, agent).containsAll(Set.of(Kind.CRASH_LOOP, Kind.NOTHING_SERVES));
        });

        var running = rig.processes();
        rig.supervise();
        assertThat(rig.processes()).isEqualTo(running);
        assertFails(
                () -> agent.verify(verify(rig, Package.DIES_LATER, false)),
                NodeFault.NOT_VERIFIED,
                NodeFault.SOAK_FAILED,
                NodeFault.CRASH_LOOP);
        assertAlive(old);

        rig.boot(rig.kernel(Package.A));
        assertServes(rig, agent, Package.A);
        assertAlive(connect(rig, 1));
    }

    @Test
    public void watching_a_node_notices_that_its_kernel_died() throws Exception {
        var rig = serving();
        var agent = agent(rig);
        upgrade(rig, agent);
        int serving = agent.inspect(rig.node()).serving().orElseThrow().number();
        var order = new VerifyOrder(rig.node(), rig.kernel(Package.B), Duration.ofSeconds(20), false);

        var watching = CompletableFuture.supplyAsync(
                () -> catchThrowable(() -> agent.verify(order)), Thread::startVirtualThread);
        await().pollDelay(Duration.ofSeconds(1)).atMost(SOON).until(() -> !watching.isDone());
        rig.kill(serving);

        assertThat(typeOf(watching.join()))
                .isIn(NodeFault.SOAK_FAILED.name(), NodeFault.NOT_VERIFIED.name(), NodeFault.CRASH_LOOP.name());
    }

    // ---- retirement

    @Test
    public void only_sessions_over_the_limit_are_closed_oldest_first_and_never_faster_than_the_pace() throws Exception {
        var rig = serving();
        var agent = agent(rig);
        var limit = Duration.ofSeconds(8);
        agent.stage(stage(rig, Package.B)); // not while the young ones grow older
        var old = connectApart(rig, 4);
        awaitAge(old.getLast(), limit.plusSeconds(1));
        var young = connect(rig, 2);
        agent.handOver(to(rig, Package.B));

        var retiring =
                CompletableFuture.supplyAsync(() -> agent.retire(retire(rig, limit)), Thread::startVirtualThread);
        await().atMost(SOON).until(() -> old.stream().allMatch(SessionClient::closedByPeer));

        passes(PACE.multipliedBy(3));
        assertAlive(young);
        leave(young);
        var total = retiring.join().total();
        assertThat(total.closed()).isEqualTo(old.size());
        assertThat(total.left()).isZero();
        assertThat(total.closings())
                .extracting(RetireProgress.Closing::client)
                .containsExactlyElementsOf(old.stream().map(SessionClient::name).toList());
        assertPaced(old);
        assertThat(old).allSatisfy(client -> assertThat(client.lived()).isGreaterThan(limit));
        assertThat(agents.heartbeats())
                .anySatisfy(beat -> assertThat(beat.holders()).isNotEmpty());
        agent.verify(verify(rig, Package.B, true));
    }

    @Test
    public void idle_sessions_are_closed_before_busy_ones() throws Exception {
        var rig = serving();
        need(rig, Ability.BUSY_SESSIONS);
        var agent = agent(rig);
        var both = connectApart(rig, 2);
        var busy = both.getFirst();
        var idle = both.getLast();
        busy.ask("select sleep(60)");
        awaitAge(idle, Duration.ofSeconds(2));
        upgrade(rig, agent);

        agent.retire(retire(rig, Duration.ofSeconds(1)));

        assertThat(idle.closedAt()).isBefore(busy.closedAt());
    }

    @Test
    public void sessions_inside_a_transaction_are_closed_last() throws Exception {
        var rig = serving();
        need(rig, Ability.TRANSACTIONS);
        var agent = agent(rig);
        var both = connectApart(rig, 2);
        var inside = both.getFirst();
        var outside = both.getLast();
        inside.run("start transaction with consistent snapshot");
        awaitAge(outside, Duration.ofSeconds(2));
        upgrade(rig, agent);

        agent.retire(retire(rig, Duration.ofSeconds(1)));

        assertThat(outside.closedAt()).isBefore(inside.closedAt());
    }

    @Test
    public void nothing_is_closed_while_every_session_is_young() throws Exception {
        var rig = serving();
        var agent = agent(rig);
        var old = connect(rig, 3);
        upgrade(rig, agent);

        var retiring = CompletableFuture.supplyAsync(() -> agent.retire(retire(rig, DAY)), Thread::startVirtualThread);
        await().atMost(SOON).until(() -> !agents.heartbeats().isEmpty());
        awaitAge(old.getLast(), Duration.ofSeconds(3));

        assertAlive(old);
        leave(old);
        assertThat(retiring.join().total().closed()).isZero();
    }

    @Test
    public void a_cancelled_retirement_stops_closing_and_can_be_started_again() throws Exception {
        var rig = serving();
        var agent = agent(rig);
        var limit = Duration.ofSeconds(1);
        var old = connect(rig, 6);
        awaitAge(old.getLast(), limit.plusSeconds(1));
        upgrade(rig, agent);

        var retiring = CompletableFuture.supplyAsync(
                () -> catchThrowable(() -> agent.retire(retire(rig, limit))), Thread::startVirtualThread);
        await().atMost(SOON).until(() -> old.stream().anyMatch(SessionClient::closedByPeer));
        agents.cancel();
        assertThat(retiring.join()).isNotNull();
        var left = alive(old);
        assertThat(left).isNotEmpty();
        passes(PACE.multipliedBy(2));
        assertAlive(left);

        var total = agent(rig).retire(retire(rig, limit)).total();
        assertThat(total.closed()).as("counted on the host for the whole job").isEqualTo(old.size());
        assertPaced(old);
    }

    @Test
    public void an_agent_that_dies_while_it_retires_is_carried_on_without_hurry() throws Exception {
        var rig = serving();
        var agent = agent(rig);
        var limit = Duration.ofSeconds(1);
        var old = connect(rig, 4);
        awaitAge(old.getLast(), limit.plusSeconds(1));
        upgrade(rig, agent);

        var steps = new ArrayList<String>();
        var dying = agent(rig, step -> {
            steps.add(step);
            if (step.equals("close")) {
                await().atMost(SOON).until(() -> old.stream().anyMatch(SessionClient::closedByPeer));
            }
            if (old.stream().anyMatch(SessionClient::closedByPeer)) {
                throw new AgentDied(step);
            }
        });
        assertThat(catchThrowable(() -> dying.retire(retire(rig, limit)))).isNotNull();
        assertThat(steps).isNotEmpty();

        var left = alive(old);
        var told = agents.heartbeats().getLast();
        var next = agent(rig);
        agents.resumeFrom(told);
        var total = next.retire(retire(rig, limit)).total();
        assertThat(left).isNotEmpty();
        assertThat(total.closed()).as("whatever the last heartbeat said").isEqualTo(old.size());
        assertThat(total.left()).isZero();
        assertPaced(old);
        next.verify(verify(rig, Package.B, true));
    }

    // ---- looking

    @Test
    public void an_inspection_changes_nothing() throws Exception {
        var rig = serving();
        var agent = agent(rig);
        var old = connect(rig, 2);
        assertLookingChangesNothing(rig, agent);

        upgrade(rig, agent);
        assertLookingChangesNothing(rig, agent);

        rig.changeConfiguration();
        assertLookingChangesNothing(rig, agent);

        rig.kill(agent.inspect(rig.node()).serving().orElseThrow().number());
        await().atMost(SOON).until(() -> problems(rig, agent).contains(Kind.NOTHING_SERVES));
        assertLookingChangesNothing(rig, agent);
        assertAlive(old);
    }

    @Test
    public void an_inspection_says_what_is_there() throws Exception {
        var rig = serving();
        var agent = agent(rig);
        var old = connect(rig, 2);

        var before = agent.inspect(rig.node());
        upgrade(rig, agent);
        var after = agent.inspect(rig.node());

        assertThat(before.protocol()).isEqualTo(NodeState.PROTOCOL);
        assertThat(before.nodeId()).isEqualTo(rig.node().nodeId());
        assertThat(before.problems()).isEmpty();
        assertThat(before.freeBytes()).isPositive();
        assertThat(before.boot()).isEqualTo(rig.kernel(Package.A).version());
        assertThat(before.generations())
                .containsExactly(new Generation(
                        1,
                        rig.kernel(Package.A).version(),
                        rig.kernel(Package.A).reportedVersion(),
                        true,
                        2,
                        0));
        assertThat(after.boot()).isEqualTo(rig.kernel(Package.B).version());
        assertThat(after.problems()).isEmpty();
        assertAlive(old);
    }

    @Test
    public void a_node_is_not_verified_alone_while_an_old_generation_lives() throws Exception {
        var rig = serving();
        var agent = agent(rig);
        var old = connect(rig, 1);
        upgrade(rig, agent);

        agent.verify(verify(rig, Package.B, false));
        assertFails(() -> agent.verify(verify(rig, Package.B, true)), NodeFault.NOT_VERIFIED);
        assertFails(() -> agent.verify(verify(rig, Package.A, false)), NodeFault.NOT_VERIFIED);
        assertAlive(old);
    }
}
