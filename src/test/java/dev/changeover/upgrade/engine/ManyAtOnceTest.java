package dev.changeover.upgrade.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.task.Task;
import dev.changeover.upgrade.Outcome;
import dev.changeover.upgrade.UpgradeSettings;
import dev.changeover.upgrade.workflow.Scene;
import dev.changeover.upgrade.workflow.SkippedTime;
import io.temporal.worker.WorkerOptions;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** More upgrades meet at an opening than may run at once. */
class ManyAtOnceTest {
    private static final int MANY = 6;
    private static final int AT_ONCE = 2;

    /** Of an upgrade without holds, its window, and its turn, however long that takes. */
    private static final int MOST_EVENTS = 50 + 30 * ManyUpgrades.NODES + 2 * 15;

    private static final UpgradeSettings FEW = new UpgradeSettings(
            Duration.ZERO,
            Duration.ofHours(24),
            Duration.ofSeconds(1),
            Duration.ofMinutes(2),
            Duration.ofDays(1),
            AT_ONCE);

    /** The limit is looked at before a place is taken: only one after the other is it exact. */
    private static final WorkerOptions ONE_BY_ONE = WorkerOptions.newBuilder()
            .setMaxConcurrentLocalActivityExecutionSize(1)
            .build();

    @Test
    void no_more_run_at_once_than_may_and_the_others_follow() throws Exception {
        try (var scene = new SkippedTime(FEW, ONE_BY_ONE)) {
            var upgrades = new ManyUpgrades(scene, FEW, MANY, MANY);
            Queue<Integer> changed = new ConcurrentLinkedQueue<>();
            IntStream.range(0, MANY)
                    .forEach(number -> scene.nodes.during(ManyUpgrades.proxy(number) + "-n2 handOver", () -> {
                        awaitAllAsked(scene, upgrades);
                        changed.add(scene.ledger.claims());
                    }));

            upgrades.submit();
            var opens = upgrades.jobs().getFirst().plannedStart();
            scene.skip(Duration.between(scene.clock.instant(), opens));

            assertThat(outcomes(scene, upgrades)).containsOnly(Outcome.DONE);
            assertThat(changed).hasSize(MANY).contains(AT_ONCE).allMatch(claims -> claims <= AT_ONCE);
            assertThat(upgrades.timesTurnedAway().stream().filter(times -> times > 0))
                    .hasSize(MANY - AT_ONCE);
            assertThat(events(scene, upgrades))
                    .as("whoever waits longer has no longer history")
                    .allMatch(it -> it <= MOST_EVENTS);
        }
    }

    private static void awaitAllAsked(Scene scene, ManyUpgrades upgrades) {
        Awaitility.await("every upgrade has asked for leave")
                .atMost(Duration.ofMinutes(1))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> upgrades.jobs().stream()
                        .map(Task::jobId)
                        .map(scene::kinds)
                        .allMatch(kinds -> kinds.contains("BEGUN") || kinds.contains("STANDS_BACK")));
    }

    private static List<Integer> events(Scene scene, ManyUpgrades upgrades) {
        return IntStream.range(0, MANY)
                .mapToObj(number -> scene.client
                        .fetchHistory(upgrades.workflow(number))
                        .getEvents()
                        .size())
                .toList();
    }

    private static List<Outcome> outcomes(Scene scene, ManyUpgrades upgrades) {
        return IntStream.range(0, MANY)
                .mapToObj(number -> scene.client
                        .newUntypedWorkflowStub(upgrades.workflow(number))
                        .getResult(Outcome.class))
                .toList();
    }
}
