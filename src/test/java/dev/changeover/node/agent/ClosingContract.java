package dev.changeover.node.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.changeover.demo.RealParts;
import dev.changeover.node.CloseOrder;
import dev.changeover.node.Closed;
import dev.changeover.node.NodeActivities;
import dev.changeover.node.NodeFault;
import dev.changeover.node.NodeOrder;
import dev.changeover.node.NodeState;
import dev.changeover.node.RetireOrder;
import dev.changeover.node.RetireProgress;
import dev.changeover.node.RetireProgress.Closing;
import dev.changeover.node.RetireProgress.Holder;
import dev.changeover.node.RetireProgress.State;
import dev.changeover.node.Span;
import dev.changeover.node.VerifyOrder;
import dev.changeover.node.agent.NodeRig.Ability;
import dev.changeover.node.agent.NodeRig.Package;
import dev.changeover.node.driver.Breakpoint;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** When sessions are closed, and by whose order: what every driver of a node must do. */
@ResourceLock(value = RealParts.DATABASE, mode = ResourceAccessMode.READ)
public abstract class ClosingContract extends NodeScene {
    private static final Duration LIMIT = Duration.ofSeconds(1);

    // ---- openings

    @Test
    public void sessions_are_closed_in_an_opening_only_and_the_rest_in_the_next_one() throws Exception {
        var rig = serving();
        var old = overAge(rig, agent(rig), 6);
        var now = Instant.now();
        var first = new Span(now.plusMillis(1500), now.plusSeconds(3600));
        var second = new Span(first.to().plusSeconds(2), first.to().plusSeconds(3600));
        var closings = new AtomicInteger();
        var agent = agent(rig, step -> {
            // The first opening is over after two of them, however slow this machine is.
            if (step.equals("close") && closings.incrementAndGet() == 2) rig.setClock(first.to());
        });

        var total = agent.retire(retire(rig, LIMIT, first, second)).total();

        assertThat(total.closed()).isEqualTo(6);
        assertThat(total.closings())
                .extracting(Closing::at)
                .allMatch(at -> first.contains(at) || second.contains(at))
                .filteredOn(first::contains)
                .hasSize(2);
        assertThat(agents.heartbeats())
                .extracting(RetireProgress::opening)
                .contains(first, second)
                .isSubsetOf(first, second);
        assertPaced(old);
    }

    @Test
    public void outside_all_openings_nothing_is_closed_and_sessions_that_end_end_the_retirement() throws Exception {
        var rig = serving();
        var agent = agent(rig);
        var old = overAge(rig, agent, 2);
        var over = new Span(Instant.now().minusSeconds(60), Instant.now().minusSeconds(1));

        var retiring =
                CompletableFuture.supplyAsync(() -> agent.retire(retire(rig, LIMIT, over)), Thread::startVirtualThread);
        await().atMost(SOON).until(() -> agents.heartbeats().size() > 1);
        passes(PACE.multipliedBy(3));

        assertAlive(old);
        leave(old);
        var total = retiring.join().total();
        assertThat(total.closed()).isZero();
        assertThat(total.left()).isZero();
        assertThat(total.opening()).isNull();
    }

    @Test
    public void no_closing_begins_at_the_end_of_an_opening_though_it_was_decided_before() throws Exception {
        var rig = serving();
        var old = overAge(rig, agent(rig), 1);
        var opening = new Span(Instant.now(), Instant.now().plusSeconds(600));
        var late = agent(rig, step -> {
            if (step.equals("choose")) rig.setClock(opening.to());
        });

        var retiring = CompletableFuture.supplyAsync(
                () -> late.retire(retire(rig, LIMIT, opening)), Thread::startVirtualThread);
        await().atMost(SOON).until(() -> agents.heartbeats().stream().anyMatch(beat -> beat.opening() == null));
        passes(PACE.multipliedBy(3));

        assertAlive(old);
        leave(old);
        assertThat(retiring.join().total().closed()).isZero();
    }

    // ---- by an operator's order

    @Test
    public void one_session_is_closed_by_its_name_though_it_is_young_and_no_other() throws Exception {
        var rig = serving();
        var agent = agent(rig);
        var old = connect(rig, 3);
        upgrade(rig, agent);
        var chosen = old.get(1);
        var id = holder(rig, chosen).id();

        var closed = agent.closeSessions(close(rig, id, 0));
        var again = agent.closeSessions(close(rig, id, 0));

        assertThat(closed.closed()).isEqualTo(1);
        assertThat(closed.left()).isEqualTo(2);
        assertThat(closed.closings()).extracting(Closing::client).containsExactly(chosen.name());
        assertThat(again.closed()).isZero();
        assertThat(again.gone()).isEqualTo(1);
        await().atMost(SOON).until(chosen::closedByPeer);
        assertAlive(List.of(old.getFirst(), old.getLast()));
    }

    @Test
    public void all_that_remain_are_closed_though_they_are_young_paced() throws Exception {
        var rig = serving();
        var agent = agent(rig);
        var old = connect(rig, 4);
        upgrade(rig, agent);
        var fresh = connect(rig, 2);

        var closed = agent.closeSessions(close(rig, null, 4));
        var again = agent.closeSessions(close(rig, null, 4));

        assertThat(closed.ordered()).isEqualTo(4);
        assertThat(closed.closed()).isEqualTo(4);
        assertThat(closed.left()).isZero();
        assertThat(again.ordered()).isZero();
        assertThat(again.closed()).isZero();
        await().atMost(SOON).until(() -> old.stream().allMatch(SessionClient::closedByPeer));
        assertPaced(old);
        assertAlive(fresh);
        assertThat(agents.closings()).anySatisfy(beat -> assertThat(beat.left()).isPositive());
    }

    @Test
    public void more_sessions_than_were_confirmed_are_not_closed_and_the_failure_says_how_many_there_are()
            throws Exception {
        var rig = serving();
        var agent = agent(rig);
        var old = connect(rig, 3);
        upgrade(rig, agent);

        var failure = catchThrowable(() -> agent.closeSessions(close(rig, null, 2)));

        assertThat(typeOf(failure)).isEqualTo(NodeFault.COUNT_CHANGED.name());
        assertThat(failure).hasStackTraceContaining("3 sessions remain");
        passes(PACE);
        assertAlive(old);
        old.getFirst().close();
        await().atMost(SOON).until(() -> holders(rig).size() == 2);
        assertThat(agent.closeSessions(close(rig, null, 2)).closed()).isEqualTo(2);
    }

    @Test
    public void a_session_that_has_gone_counts_as_done() throws Exception {
        var rig = serving();
        var agent = agent(rig);
        var old = connect(rig, 2);
        upgrade(rig, agent);
        var id = holder(rig, old.getFirst()).id();
        old.getFirst().close();
        await().atMost(SOON).until(() -> holders(rig).size() == 1);

        var closed = agent.closeSessions(close(rig, id, 0));

        assertThat(closed.closed()).isZero();
        assertThat(closed.gone()).isEqualTo(1);
        assertAlive(List.of(old.getLast()));
    }

    @Test
    public void what_is_no_session_of_a_retiring_generation_is_refused_for_good() throws Exception {
        var rig = serving();
        var agent = agent(rig);
        var old = connect(rig, 1);
        upgrade(rig, agent);
        var id = SessionId.parse(holder(rig, old.getFirst()).id()).orElseThrow();
        var serving = new SessionId(2, id.key(), id.client());
        var earlier = new SessionId(id.generation(), id.key() + "0", id.client());
        var otherClient = new SessionId(id.generation(), id.key(), "127.0.0.1:1");

        assertFails(() -> agent.closeSessions(close(rig, "rubbish", 0)), NodeFault.NO_SUCH_SESSION);
        assertFails(() -> agent.closeSessions(close(rig, serving.toString(), 0)), NodeFault.NO_SUCH_SESSION);
        for (var other : List.of(earlier, otherClient)) {
            assertThat(agent.closeSessions(close(rig, other.toString(), 0)).gone())
                    .isEqualTo(1);
        }
        assertAlive(old);
    }

    @Test
    public void a_generation_that_does_not_answer_is_never_taken_for_closed() throws Exception {
        var rig = serving();
        need(rig, Ability.UNRESPONSIVE_GENERATION);
        var agent = agent(rig);
        var old = connect(rig, 2);
        upgrade(rig, agent);
        rig.silence(1, true);

        assertFails(() -> agent.closeSessions(close(rig, null, 2)), NodeFault.NO_ANSWER);
        rig.silence(1, false);

        assertAlive(old);
        assertThat(agent.closeSessions(close(rig, null, 2)).closed()).isEqualTo(2);
    }

    @Test
    public void sessions_that_retire_later_are_not_what_the_operator_meant() throws Exception {
        var rig = serving();
        need(rig, Ability.RELOAD);
        var old = connect(rig, 3);
        upgrade(rig, agent(rig));
        var later = connect(rig, 2);
        var closing = agent(rig, step -> {
            if (step.equals("close")) reload(rig);
        });

        var closed = closing.closeSessions(close(rig, null, 5));

        assertThat(closed.closed()).isEqualTo(3);
        assertThat(closed.left()).isEqualTo(2);
        await().atMost(SOON).until(() -> old.stream().allMatch(SessionClient::closedByPeer));
        assertAlive(later);
    }

    @Test
    public void a_retirement_and_an_order_at_once_keep_one_pace() throws Exception {
        var rig = serving();
        var old = overAge(rig, agent(rig), 6);
        var retiring = agent(rig);
        var closing = agent(rig);

        var retired =
                CompletableFuture.supplyAsync(() -> retiring.retire(retire(rig, LIMIT)), Thread::startVirtualThread);
        var closed = closing.closeSessions(close(rig, null, 6));

        var byAge = retired.join().total();
        assertThat(byAge.closed() + closed.closed()).isEqualTo(6);
        assertThat(closed.gone()).isEqualTo(byAge.closed() - (6 - closed.ordered()));
        assertPaced(old);
    }

    @Test
    public void an_agent_that_dies_while_it_closes_is_carried_on_without_hurry() throws Exception {
        var rig = serving();
        var old = partlyClosed(rig, 4);
        var left = alive(old);

        var next = agent(rig);
        agents.resumeFrom(agents.closings().getLast());
        var closed = next.closeSessions(close(rig, null, 4));

        assertThat(closed.ordered()).isEqualTo(4);
        assertThat(closed.closed() + closed.gone()).isEqualTo(4);
        assertThat(closed.closed()).isGreaterThanOrEqualTo(left.size());
        assertThat(closed.left()).isZero();
        await().atMost(SOON).until(() -> old.stream().allMatch(SessionClient::closedByPeer));
        assertPaced(old);
    }

    @Test
    public void a_session_that_was_written_down_by_an_agent_that_died_before_it_closed_it_counts_once()
            throws Exception {
        var rig = serving();
        var old = partlyClosed(rig, 3);
        writeDown(rig, holders(rig).getFirst());

        var closed = agent(rig).closeSessions(close(rig, null, 3));

        assertThat(closed.ordered()).isEqualTo(3);
        assertThat(closed.closed()).isEqualTo(3);
        assertThat(closed.gone()).isZero();
        assertThat(closed.closings())
                .extracting(Closing::client)
                .containsExactlyInAnyOrderElementsOf(
                        old.stream().map(SessionClient::name).toList());
        assertPaced(old);
    }

    /** Old sessions that an operator wants closed, by an agent that dies when the first is. */
    private List<SessionClient> partlyClosed(NodeRig rig, int sessions) throws Exception {
        var old = connect(rig, sessions);
        upgrade(rig, agent(rig));
        var dying = agent(rig, step -> {
            if (!step.equals("close")) return;
            await().atMost(SOON).until(() -> old.stream().anyMatch(SessionClient::closedByPeer));
            throw new AgentDied(step);
        });
        assertThat(catchThrowable(() -> dying.closeSessions(close(rig, null, sessions))))
                .isNotNull();
        assertThat(alive(old)).isNotEmpty();
        return old;
    }

    /** Nothing can be written into it any more. */
    private static void ruinAccount(NodeRig rig) {
        try {
            var file = closings(rig);
            Files.delete(file);
            Files.createDirectory(file);
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }

    private static Path closings(NodeRig rig) throws IOException {
        try (var files = Files.walk(rig.home())) {
            return files.filter(path -> path.endsWith("closings")).findFirst().orElseThrow();
        }
    }

    /** As it is done just before a closing. */
    private static void writeDown(NodeRig rig, Holder session) throws IOException {
        var file = closings(rig);
        var lines = Files.readAllLines(file);
        var order = lines.getLast().substring(lines.getLast().lastIndexOf('\t') + 1);
        new ClosingsFile(file, InstantSource.system())
                .add(order, new Closing(session.client(), session.generation(), session.ageSeconds(), Instant.now()));
    }

    @Test
    public void an_order_that_is_begun_again_after_a_pause_counts_what_it_had_closed_before() throws Exception {
        var rig = serving();
        var agent = agent(rig);
        var old = connect(rig, 6);
        upgrade(rig, agent);
        var order = new CloseOrder(rig.node(), null, 6, PACE, "command-1");
        var closing = CompletableFuture.supplyAsync(
                () -> catchThrowable(() -> agent.closeSessions(order)), Thread::startVirtualThread);
        await().atMost(SOON).until(() -> old.stream().anyMatch(SessionClient::closedByPeer));
        agents.cancel();
        assertThat(closing.join()).isNotNull();
        assertThat(alive(old)).isNotEmpty();

        var closed = agent(rig).closeSessions(order);

        assertThat(closed.ordered()).isEqualTo(6);
        assertThat(closed.closed()).isEqualTo(6);
    }

    @Test
    public void a_failure_says_how_many_were_closed_before_it() throws Exception {
        var rig = serving();
        connect(rig, 3);
        upgrade(rig, agent(rig));
        var failing = agent(rig, step -> {
            if (step.equals("close")) ruinAccount(rig);
        });

        var failure = catchThrowable(() -> failing.closeSessions(close(rig, null, 3)));

        assertThat(failure.getCause())
                .isInstanceOfSatisfying(
                        ApplicationFailure.class,
                        said -> assertThat(said.getDetails().get(Closed.class).closed())
                                .isEqualTo(1));
    }

    @Test
    public void a_cancelled_order_stops_closing() throws Exception {
        var rig = serving();
        var agent = agent(rig);
        var old = connect(rig, 12);
        upgrade(rig, agent);

        var closing = CompletableFuture.supplyAsync(
                () -> catchThrowable(() -> agent.closeSessions(close(rig, null, 12))), Thread::startVirtualThread);
        await().atMost(SOON).until(() -> old.stream().anyMatch(SessionClient::closedByPeer));
        agents.cancel();

        assertThat(closing.join()).isNotNull();
        var left = alive(old);
        assertThat(left).isNotEmpty();
        passes(PACE.multipliedBy(2));
        assertAlive(left);
    }

    // ---- several generations at once

    @Test
    public void generations_of_reloads_and_of_an_upgrade_retire_together_at_one_pace() throws Exception {
        var rig = serving();
        need(rig, Ability.RELOAD);
        var agent = agent(rig);
        var first = connect(rig, 2);
        reload(rig);
        var second = connect(rig, 2);
        reload(rig);
        var third = connect(rig, 1);
        awaitAge(third.getLast(), LIMIT.plusMillis(1500));
        upgrade(rig, agent);
        var young = connect(rig, 1);
        assertThat(agent.inspect(rig.node()).problems()).isEmpty();
        assertThat(holders(rig)).extracting(Holder::generation).containsOnly(1, 2, 3);

        var total = agent.retire(retire(rig, LIMIT)).total();

        assertThat(total.closed()).isEqualTo(5);
        assertThat(total.left()).isZero();
        assertPaced(Stream.of(first, second, third).flatMap(List::stream).toList());
        assertAlive(young);
        assertThat(agent.inspect(rig.node()).generations())
                .extracting(NodeState.Generation::number)
                .containsExactly(4);
    }

    @Test
    public void an_upgrade_waits_for_what_is_older_than_its_own_generation_and_for_nothing_else() throws Exception {
        var rig = serving();
        need(rig, Ability.RELOAD);
        var agent = agent(rig);
        var old = connect(rig, 1);
        upgrade(rig, agent);
        var own = agent.inspect(rig.node()).serving().orElseThrow().number();
        var newer = connect(rig, 1);
        reload(rig);
        awaitAge(newer.getLast(), LIMIT.plusMillis(1500));
        var order = new NodeOrder(rig.node().nodeId(), rig.node().machineId(), DAY, own, null);

        var total = agent.retire(new RetireOrder(order, rig.kernel(Package.B), LIMIT, PACE, List.of()))
                .total();

        assertThat(total.closed()).isEqualTo(1);
        assertThat(total.left()).isZero();
        await().atMost(SOON).until(old.getFirst()::closedByPeer);
        assertAlive(newer);
        agent.verify(new VerifyOrder(order, rig.kernel(Package.B), Duration.ZERO, true));
    }

    @Test
    public void generations_of_a_reload_are_let_end_by_the_agent_itself_and_those_of_an_upgrade_are_not()
            throws Exception {
        var rig = serving();
        need(rig, Ability.RELOAD);
        var agent = agent(rig);
        var old = connect(rig, 3);
        reload(rig);
        var upgraded = connect(rig, 1);
        awaitAge(upgraded.getLast(), LIMIT.plusMillis(1500));
        upgrade(rig, agent);
        var young = rig.ownRetirement(DAY);
        var own = rig.ownRetirement(LIMIT);

        for (var look = 0; look < 3; look++) young.act();
        assertAlive(old);
        await().atMost(SOON).until(() -> {
            own.act();
            return old.stream().allMatch(SessionClient::closedByPeer);
        });

        assertPaced(old);
        own.act();
        assertAlive(upgraded);
        assertThat(agent.inspect(rig.node()).generations())
                .extracting(NodeState.Generation::number)
                .containsExactly(3, 2);
    }

    // ---- who holds on

    @Test
    public void the_longest_lived_clients_are_told_with_what_they_do() throws Exception {
        var rig = serving();
        need(rig, Ability.BUSY_SESSIONS);
        var agent = agent(rig);
        var both = connectApart(rig, 2);
        both.getFirst().ask("select sleep(60)");
        upgrade(rig, agent);

        var holders = holders(rig);

        assertThat(holders)
                .extracting(Holder::client)
                .containsExactly(both.getFirst().name(), both.getLast().name());
        assertThat(holders).extracting(Holder::state).containsExactly(State.BUSY, State.IDLE);
        assertThat(holders).extracting(Holder::id).doesNotHaveDuplicates().allMatch(id -> !id.isEmpty());
        assertThat(agents.heartbeats().getLast().doing()).isEqualTo(new RetireProgress.Doing(1, 1, 0, 0));
    }

    // ----

    private List<SessionClient> overAge(NodeRig rig, NodeActivities agent, int count) throws IOException {
        var old = connect(rig, count);
        awaitAge(old.getLast(), LIMIT.plusMillis(1500));
        upgrade(rig, agent);
        return old;
    }

    private static RetireOrder retire(NodeRig rig, Duration ageLimit, Span... openings) {
        var order = NodeScene.retire(rig, ageLimit);
        return new RetireOrder(order.node(), order.kernel(), ageLimit, PACE, List.of(openings));
    }

    private static CloseOrder close(NodeRig rig, @Nullable String session, int confirmed) {
        return new CloseOrder(rig.node(), session, confirmed, PACE);
    }

    private Holder holder(NodeRig rig, SessionClient client) {
        return holders(rig).stream()
                .filter(holder -> holder.client().equals(client.name()))
                .findFirst()
                .orElseThrow();
    }

    /** As a retirement that has just begun tells them. */
    private List<Holder> holders(NodeRig rig) {
        try (var looking = new TestAgents()) {
            var agent = looking.start(rig, Breakpoint.NONE);
            var order = retire(rig, DAY);
            var retiring = CompletableFuture.supplyAsync(
                    () -> catchThrowable(() -> agent.retire(order)), Thread::startVirtualThread);
            await().atMost(SOON).until(() -> !looking.heartbeats().isEmpty());
            looking.cancel();
            retiring.join();
            looking.heartbeats().forEach(agents::note);
            return looking.heartbeats().getLast().holders();
        }
    }

    private static void reload(NodeRig rig) {
        try {
            rig.changeConfiguration();
            rig.reload();
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }
}
