package dev.changeover.upgrade.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.inventory.Instance;
import dev.changeover.inventory.Inventory;
import dev.changeover.inventory.Project;
import dev.changeover.inventory.Proxy;
import dev.changeover.task.Task;
import dev.changeover.upgrade.Command;
import dev.changeover.upgrade.Outcome;
import dev.changeover.upgrade.Progress;
import dev.changeover.upgrade.UpgradeSettings;
import dev.changeover.upgrade.engine.NothingForced;
import dev.changeover.upgrade.engine.Submission;
import dev.changeover.upgrade.engine.TemporalCalls;
import dev.changeover.upgrade.engine.TemporalUpgrades;
import dev.changeover.upgrade.engine.Upgrades;
import io.temporal.api.enums.v1.IndexedValueType;
import io.temporal.client.WorkflowNotFoundException;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.WorkerFactoryOptions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * An opening, and commands that come at the same instant: one of them wins, and the answer says which (REQUIREMENTS T6).
 * In real time; an upgrade that waits is rescheduled into an open window, where any instant can be its opening.
 */
@Order(1)
class RacesTest {
    /** Enough to hear of a fault that one race in fifty shows; more with {@code -Draces=1000}. */
    private static final int RUNS = Integer.getInteger("races", 240);

    private static final int A_SERVER = 80;
    private static final int AT_ONCE = 8;
    private static final int ON_THE_REAL_SERVER = 40;
    private static final Duration AROUND = Duration.ofMillis(60);

    /** What the in-process server has not answered by then it has lost. */
    private static final Duration ANSWERED_OR_LOST = Duration.ofSeconds(5);

    /** The real server loses nothing, however busy the machine is. */
    private static final Duration ANSWERED = Duration.ofMinutes(1);

    /** What comes at the opening, in this order or the other. */
    private enum Race {
        CANCEL,
        CANCEL_AND_START_NOW,
        RESCHEDULE,
        RESCHEDULE_AND_CANCEL
    }

    private static final UpgradeSettings STAGED_AT_ONCE = new UpgradeSettings(
            Duration.ZERO, Duration.ofHours(24), Duration.ofSeconds(1), Duration.ofMinutes(2), Duration.ofHours(1), 20);

    @Test
    void have_one_winner() throws Exception {
        var begun = 0;
        var decided = 0;
        for (int first = 0; decided < RUNS && first < 2 * RUNS; first += A_SERVER) {
            for (var opening : onAServerOfTheirOwn(first)) {
                decided++;
                begun += opening ? 1 : 0;
            }
        }

        assertThat(decided).isGreaterThanOrEqualTo(RUNS);
        // Neither side may be so late that it never wins.
        assertThat(begun).isBetween(1, RUNS - 1);
    }

    @Test
    @ResourceLock(RealServer.QUEUES)
    void have_one_winner_on_the_real_server_too() throws Exception {
        try (var scene = new RealServer(2, STAGED_AT_ONCE)) {
            assertThat(races(scene, upgrades(scene, ANSWERED), 10_000, ON_THE_REAL_SERVER))
                    .hasSize(ON_THE_REAL_SERVER);
        }
    }

    /** Grows slow with all that it has to remember. */
    private static List<Boolean> onAServerOfTheirOwn(int first) throws Exception {
        var options = TestEnvironmentOptions.newBuilder().setUseTimeskipping(false);
        for (var name : List.of("ProxyId", "InstanceId", "ProjectId", "UpgradePhase", "TargetVersion")) {
            options.registerSearchAttribute(name, IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD);
        }
        var temporal = TestWorkflowEnvironment.newInstance(options.build());
        try (var scene = new Scene(
                temporal.getWorkflowClient(),
                2,
                STAGED_AT_ONCE,
                WorkerFactoryOptions.getDefaultInstance(),
                Clock.systemUTC())) {
            return races(scene, upgrades(scene, ANSWERED_OR_LOST), first, A_SERVER);
        } finally {
            temporal.close();
        }
    }

    private static Upgrades upgrades(Scene scene, Duration deadline) {
        return new TemporalUpgrades(
                new TemporalCalls(() -> scene.client, deadline, null),
                scene.inventory,
                scene.ledger,
                scene.signer,
                STAGED_AT_ONCE,
                new NothingForced(),
                scene.clock);
    }

    /**
     * Gives for each race whether the opening won. One is left out where the in-process server loses an update: it does so
     * when a timer fires while the workflow cancels it. The real one does not.
     */
    private static List<Boolean> races(Scene scene, Upgrades upgrades, int first, int count) throws Exception {
        var races = IntStream.range(first, first + count)
                .<Callable<Optional<Boolean>>>mapToObj(number -> () -> {
                    try {
                        return Optional.of(race(scene, upgrades, number));
                    } catch (Upgrades.TemporalUnavailable lost) {
                        return Optional.empty();
                    }
                })
                .toList();
        var decided = new ArrayList<Boolean>();
        try (var threads = Executors.newFixedThreadPool(AT_ONCE)) {
            for (Future<Optional<Boolean>> race : threads.invokeAll(races)) {
                race.get().ifPresent(decided::add);
            }
        }
        return decided;
    }

    /** Gives whether the opening won. */
    private static boolean race(Scene scene, Upgrades upgrades, int number) {
        var random = new Random(number);
        var race = Race.values()[number % Race.values().length];
        var proxy = register(scene, number);
        var job = upgrades.submit(new Submission(
                        Scene.PROJECT,
                        instance(number),
                        proxy,
                        ScriptedNodes.OLD,
                        ScriptedNodes.NEW,
                        true,
                        null,
                        "body " + number,
                        "alice",
                        false,
                        null))
                .jobId();
        scene.inventory.setWindow(instance(number), scene.windowIsOpen());
        var opening = openSoon(upgrades, job);
        pauseUntil(opening.plus(AROUND.multipliedBy(random.nextInt(-100, 100)).dividedBy(100)));

        return switch (race) {
            case CANCEL -> hasOneWinner(scene, proxy, job, say(upgrades, Command.CANCEL, job));
            case CANCEL_AND_START_NOW -> {
                var startFirst = random.nextBoolean();
                if (startFirst) {
                    say(upgrades, Command.START_NOW, job);
                }
                var cancelled = say(upgrades, Command.CANCEL, job);
                var started = !startFirst && say(upgrades, Command.START_NOW, job);
                assertThat(cancelled && started).isFalse();
                yield hasOneWinner(scene, proxy, job, cancelled);
            }
            case RESCHEDULE -> {
                var later = Instant.now().plusSeconds(600);
                var moved = upgrades.reschedule(job, later, "later", "bob").noted();
                if (moved) {
                    assertThat(progress(scene, proxy).pointOfNoReturnPassed()).isFalse();
                    assertThat(say(upgrades, Command.CANCEL, job)).isTrue();
                }
                yield hasOneWinner(scene, proxy, job, moved);
            }
            case RESCHEDULE_AND_CANCEL -> {
                var cancelled = say(upgrades, Command.CANCEL, job);
                var moved = upgrades.reschedule(job, Instant.now().plusSeconds(600), "later", "bob")
                        .noted();
                assertThat(moved)
                        .as("after the cancellation or the first handover")
                        .isFalse();
                yield hasOneWinner(scene, proxy, job, cancelled);
            }
        };
    }

    /** Later on a machine so busy that the instant has passed before it is heard of. */
    private static Instant openSoon(Upgrades upgrades, String job) {
        for (int ahead = 250; ; ahead *= 2) {
            var opening = Instant.now().plusMillis(ahead);
            try {
                assertThat(upgrades.reschedule(job, opening, "to meet", "bob").noted())
                        .isTrue();
                return opening;
            } catch (Upgrades.WrongStart passed) {
                if (ahead > 10_000) throw passed;
            }
        }
    }

    private static boolean hasOneWinner(Scene scene, String proxy, String job, boolean cancelled) {
        var workflow = scene.client.newUntypedWorkflowStub(scene.idOf(proxy));
        if (cancelled) {
            assertThat(workflow.getResult(Outcome.class)).isEqualTo(Outcome.CANCELLED);
            assertThat(scene.task(job).status()).isEqualTo(Task.Status.CANCELED);
            assertThat(scene.nodes.asked).doesNotContain(proxy + "-n2 handOver");
            return false;
        }
        Awaitility.await(job)
                .atMost(Duration.ofMinutes(1))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> scene.nodes.asked.contains(proxy + "-n2 handOver"));
        assertThat(progress(scene, proxy).pointOfNoReturnPassed()).isTrue();
        try {
            workflow.terminate("the race is over");
        } catch (WorkflowNotFoundException throughMeanwhile) {
            return true;
        }
        scene.ledger.release(job);
        return true;
    }

    private static Progress progress(Scene scene, String proxy) {
        return scene.client.newUntypedWorkflowStub(scene.idOf(proxy)).query("progress", Progress.class);
    }

    private static boolean say(Upgrades upgrades, Command command, String job) {
        return upgrades.command(job, command, null, "because", "bob").noted();
    }

    private static void pauseUntil(Instant instant) {
        for (var left = Duration.between(Instant.now(), instant);
                left.isPositive();
                left = Duration.between(Instant.now(), instant)) {
            LockSupport.parkNanos(left.toNanos());
        }
    }

    private static String instance(int number) {
        return "in-race-" + number;
    }

    /** A proxy of an instance of its own, whose window opens later; two agents look after the nodes of all. */
    private static String register(Scene scene, int number) {
        var proxy = "px-race-" + number;
        var nodes = Scene.nodesOf(proxy, 2);
        scene.inventory.register(new Inventory.Fleet(
                List.of(new Project(Scene.PROJECT, "shop", "eu-de")),
                List.of(new Instance(
                        instance(number), Scene.PROJECT, "orders", Instance.Status.NORMAL, scene.windowOpensLater())),
                List.of(new Proxy(
                        proxy,
                        instance(number),
                        "front",
                        "127.0.0.1",
                        3306,
                        Proxy.Mode.HA,
                        "haproxy",
                        Proxy.Status.NORMAL,
                        nodes))));
        return proxy;
    }
}
