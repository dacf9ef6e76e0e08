package dev.changeover.upgrade.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.changeover.inventory.Kernel;
import dev.changeover.inventory.Proxy;
import dev.changeover.node.NodeFault;
import dev.changeover.task.Task;
import dev.changeover.temporal.RealTemporal;
import dev.changeover.temporal.TemporalWorkers;
import dev.changeover.upgrade.Admission;
import dev.changeover.upgrade.Command;
import dev.changeover.upgrade.Outcome;
import dev.changeover.upgrade.UpgradeWorkflow;
import dev.changeover.upgrade.engine.OrphanedUpgrades;
import dev.changeover.upgrade.engine.TemporalCalls;
import io.temporal.api.history.v1.HistoryEvent;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Behaviour that only a real server shows. */
@ResourceLock(RealServer.QUEUES)
class RealServerTest {
    private static final Duration LATER = Duration.ofMinutes(2);

    @ParameterizedTest
    @ValueSource(ints = {3, 8})
    void needs_at_most_fifty_events_and_thirty_for_each_node(int size) {
        try (var scene = new RealServer(size, Scenario.QUICK)) {
            scene.submit();

            assertThat(scene.outcome()).isEqualTo(Outcome.DONE);

            var events = scene.history().getEvents().size();
            System.out.printf("an upgrade of %d nodes has %d events in its history%n", size, events);
            assertThat(events).isLessThanOrEqualTo(50 + 30 * size);
        }
    }

    @Test
    void needs_at_most_fifteen_more_for_the_window_and_for_each_command() {
        try (var scene = new RealServer(3, Scenario.QUICK)) {
            assertThat(Scenario.SCHEDULED.play(scene)).isEqualTo(Outcome.DONE);

            var events = scene.history().getEvents().size();
            System.out.printf("a scheduled upgrade of 3 nodes, rescheduled once, has %d events%n", events);
            assertThat(events).isLessThanOrEqualTo(50 + 30 * 3 + 2 * 15);
        }
    }

    @Test
    void gives_callers_at_once_with_one_key_one_job() {
        try (var scene = new RealServer(2, Scenario.QUICK)) {
            scene.nodes.keepOldSessions(true);

            var answers = IntStream.range(0, 16)
                    .mapToObj(i -> CompletableFuture.supplyAsync(
                            () -> scene.upgrades.submit(scene.submission("key-1")), Thread::startVirtualThread))
                    .toList()
                    .stream()
                    .map(CompletableFuture::join)
                    .toList();

            assertThat(Set.copyOf(answers)).hasSize(1);
            assertThat(answers).allMatch(Admission.Admitted.class::isInstance);
            scene.nodes.keepOldSessions(false);
            assertThat(scene.outcome()).isEqualTo(Outcome.DONE);
        }
    }

    @Test
    void holds_and_does_not_fail_when_somebody_has_ended_the_look_at_its_nodes() {
        try (var scene = new RealServer(3, Scenario.QUICK)) {
            scene.nodes.during(
                    "n2 watch",
                    () -> scene.inventory.register(
                            List.of(Scene.kernel(ScriptedNodes.NEW, Kernel.Lifecycle.DEFECTIVE))));
            var job = scene.submit();
            scene.awaitHeld("n3");
            scene.inventory.register(List.of(Scene.kernel(ScriptedNodes.NEW)));
            scene.nodes.during(
                    "n3 inspect",
                    () -> scene.client
                            .newUntypedWorkflowStub(scene.history().getEvents().stream()
                                    .filter(HistoryEvent::hasChildWorkflowExecutionStartedEventAttributes)
                                    .findFirst()
                                    .orElseThrow()
                                    .getChildWorkflowExecutionStartedEventAttributes()
                                    .getWorkflowExecution()
                                    .getWorkflowId())
                            .terminate("by hand"));

            scene.say(Command.RETRY, job);
            scene.await(
                    "it is held again",
                    progress -> String.valueOf(progress.of("n3").held()).contains("was ended before"));
            scene.say(Command.RETRY, job);

            assertThat(scene.outcome()).isEqualTo(Outcome.DONE);
        }
    }

    @Test
    void fails_the_task_of_an_upgrade_that_was_terminated_before_any_change() {
        try (var scene = new RealServer(2, Scenario.QUICK)) {
            scene.nodes.fail("n2 stage", NodeFault.CHECKSUM_MISMATCH);
            var job = scene.submit();
            scene.awaitHeld("n2");
            awaitInLedger(scene, job, "STAGING");
            strandedAt(scene, Duration.ZERO).look();
            assertThat(scene.task(job).status()).isEqualTo(Task.Status.RUNNING);
            scene.workflow().terminate("by hand");

            strandedAt(scene, Duration.ZERO).look();
            assertThat(scene.task(job).status())
                    .describedAs("too young to judge")
                    .isEqualTo(Task.Status.RUNNING);
            strandedAt(scene, LATER).look();

            assertThat(scene.task(job).status()).isEqualTo(Task.Status.FAILED);
            assertThat(scene.task(job).outcome()).isEqualTo("CANCELLED");
            assertThat(scene.task(job).failReason())
                    .isEqualTo("the workflow was ended from outside in phase STAGING;"
                            + " look at the nodes before the next upgrade");
            assertThat(scene.kinds(job)).endsWith("ENDED_FROM_OUTSIDE");
            assertThat(scene.proxy().status()).isEqualTo(Proxy.Status.NORMAL);
            assertThat(scene.say(Command.STOP, job).refusal()).isEqualTo("the upgrade has ended");
        }
    }

    @Test
    void calls_it_mixed_when_it_was_terminated_between_nodes_and_can_be_upgraded_again() {
        try (var scene = new RealServer(2, Scenario.QUICK)) {
            scene.nodes.fail("n1 handOver", NodeFault.NOT_SAFE);
            var job = scene.submit();
            scene.awaitHeld("n1");
            awaitInLedger(scene, job, "NODES");
            scene.workflow().terminate("by hand");

            strandedAt(scene, LATER).look();
            scene.nodes.mend("n1 handOver");
            var next = scene.upgrades.submit(scene.submission(null));

            assertThat(scene.task(job).outcome()).isEqualTo("MIXED");
            assertThat(next).isInstanceOf(Admission.Admitted.class);
            assertThat(scene.outcome()).isEqualTo(Outcome.DONE);
            assertThat(scene.nodes.deeds).containsOnlyOnce("n2 handOver", "n1 handOver");
        }
    }

    @Test
    void leaves_a_completed_task_completed_when_its_retirement_was_terminated() {
        try (var scene = new RealServer(2, Scenario.QUICK)) {
            scene.nodes.keepOldSessions(true);
            var job = scene.submit();
            awaitInLedger(scene, job, "RETIRING");
            var endedAt = scene.task(job).endedAt();
            strandedAt(scene, LATER).look();
            assertThat(scene.task(job).outcome()).describedAs("it runs").isNull();
            scene.workflow().terminate("by hand");

            strandedAt(scene, LATER).look();

            assertThat(scene.task(job).status()).isEqualTo(Task.Status.COMPLETED);
            assertThat(scene.task(job).endedAt()).isEqualTo(endedAt);
            assertThat(scene.task(job).outcome()).isEqualTo("MIXED");
            assertThat(scene.task(job).failReason()).contains("in phase RETIRING");
        }
    }

    @Test
    void names_an_upgrade_that_the_version_at_work_cannot_go_on_with_until_another_one_can() {
        try (var scene = new RealServer(2, Scenario.QUICK)) {
            scene.nodes.keepOldSessions(true);
            var job = scene.submit();
            awaitInLedger(scene, job, "RETIRING");
            var orphaned = strandedAt(scene, LATER);
            scene.killServer();
            try (var other = TemporalWorkers.on(RealTemporal.connection())
                    .queue(
                            UpgradeWorkflow.QUEUE,
                            Scene.unhurried(TemporalWorkers.SHARED_QUEUE),
                            (worker, options) ->
                                    worker.registerWorkflowImplementationTypes(options, HistoriesTest.Changed.class))
                    .start()) {
                scene.nodes.keepOldSessions(false);
                await().atMost(Duration.ofMinutes(5)).until(() -> {
                    orphaned.look();
                    return orphaned.stuck().equals(List.of(job)) && other.running();
                });
            }
            scene.startServer();

            assertThat(scene.outcome()).isEqualTo(Outcome.DONE);
            orphaned.look();
            assertThat(orphaned.stuck()).isEmpty();
        }
    }

    private static OrphanedUpgrades strandedAt(Scene scene, Duration later) {
        return new OrphanedUpgrades(
                new TemporalCalls(() -> scene.client, Duration.ofMinutes(1), null),
                scene.inventory,
                scene.ledger,
                Clock.offset(Clock.systemUTC(), later));
    }

    private static void awaitInLedger(Scene scene, String job, String phase) {
        scene.await(phase, progress -> scene.task(job).phase().equals(phase));
    }
}
