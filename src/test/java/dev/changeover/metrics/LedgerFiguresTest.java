package dev.changeover.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.changeover.api.Fleets;
import dev.changeover.database.Sql;
import dev.changeover.database.TestDatabase;
import dev.changeover.inventory.Inventory;
import dev.changeover.inventory.Node;
import dev.changeover.inventory.NodeFacts;
import dev.changeover.inventory.NodeFacts.Generation;
import dev.changeover.task.Task;
import dev.changeover.task.TaskEvent;
import dev.changeover.task.TaskLedger;
import dev.changeover.task.TaskLedger.Handover;
import dev.changeover.task.TaskSample;
import dev.changeover.upgrade.EventKind;
import io.micronaut.context.ApplicationContext;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same figures from either database, of what upgrades and agents really write. */
class LedgerFiguresTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    @Test
    void of_h2(@TempDir Path directory) {
        try (var database = TestDatabase.h2(directory)) {
            areRight(database);
        }
    }

    @Test
    void of_postgresql() {
        try (var database = TestDatabase.postgres()) {
            areRight(database);
        }
    }

    private static void areRight(ApplicationContext database) {
        database.getBean(Inventory.class).register(Fleets.twoProjects());
        nothingIsLateOrHeldInAnEmptyLedger(database);
        anUpgradeIsHeldAsLongAsAnyOfItsNodes(database);
        sessionsAreOldOrRetiring(database);
        upgradesAreTimed(database);
    }

    private static void nothingIsLateOrHeldInAnEmptyLedger(ApplicationContext database) {
        assertThat(read(database))
                .containsEntry("changeover_upgrade_late_seconds", 0.0)
                .containsEntry("changeover_retirement_age_seconds", 0.0)
                .containsEntry("changeover_delivery_age_seconds", 0.0)
                .containsEntry("changeover_nodes{status=\"unseen\"}", 4.0)
                .noneSatisfy((name, value) -> assertThat(name).startsWith("changeover_upgrade_held_seconds"));
    }

    private static void anUpgradeIsHeldAsLongAsAnyOfItsNodes(ApplicationContext database) {
        var ledger = database.getBean(TaskLedger.class);
        var task = TaskSample.running()
                .job("j-1")
                .proxy("x-1")
                .created(NOW.minusSeconds(900))
                .task();
        var held = "changeover_upgrade_held_seconds{proxy=\"x-1\",upgrade=\"j-1\"}";
        ledger.record(task, List.of());
        ledger.record(task, List.of(event(1, 600, EventKind.HELD, "a"), event(2, 500, EventKind.HELD, "b")));
        assertThat(read(database)).containsEntry(held, 600.0);
        ledger.record(task, List.of(event(3, 400, EventKind.RELEASED, "a")));
        assertThat(read(database)).containsEntry(held, 500.0);
        ledger.record(task, List.of(event(4, 300, EventKind.RELEASED, "b")));
        assertThat(read(database)).doesNotContainKey(held);
        ledger.record(task, List.of(event(5, 200, EventKind.HELD, "a")));
        assertThat(read(database)).containsEntry(held, 200.0);

        ledger.record(
                TaskSample.of(task).ended("MIXED", Task.Status.FAILED).task(),
                List.of(event(6, 100, EventKind.ENDED, null)));
        assertThat(read(database)).doesNotContainKey(held);
    }

    private static TaskEvent event(int number, int secondsAgo, EventKind kind, @Nullable String node) {
        return new TaskEvent("j-1", number, NOW.minusSeconds(secondsAgo), kind.name(), node, "");
    }

    private static void sessionsAreOldOrRetiring(ApplicationContext database) {
        var facts = new NodeFacts(
                "1",
                1,
                List.of(new Generation(3, "2.6.12", true, 10, 1), new Generation(2, "2.6.11", false, 5, 2)),
                List.of());
        database.getBean(Inventory.class)
                .observed(new Inventory.Observation(
                        "x-1-n1", Fleets.OLD, Node.Status.NORMAL, "host", 15, NOW, null, facts));
        database.getBean(Sql.class).change("update node set sessions = 0 where id <> 'x-1-n1'");

        assertThat(read(database))
                .containsEntry("changeover_sessions{age=\"young\",generation=\"serving\"}", 9.0)
                .containsEntry("changeover_sessions{age=\"old\",generation=\"serving\"}", 1.0)
                .containsEntry("changeover_sessions{age=\"young\",generation=\"retiring\"}", 3.0)
                .containsEntry("changeover_sessions{age=\"old\",generation=\"retiring\"}", 2.0);
    }

    private static void upgradesAreTimed(ApplicationContext database) {
        var ledger = database.getBean(TaskLedger.class);
        var handover = new Handover("j-1", "x-1", "a", NOW, Duration.ofMillis(1500));
        ledger.handedOver(handover);
        ledger.handedOver(handover);
        var late = TaskSample.waiting()
                .job("j-2")
                .planned(NOW.minusSeconds(5), Duration.ofHours(1))
                .task();
        var begun = List.of(new TaskEvent("j-2", 1, NOW, EventKind.BEGUN.name(), null, ""));
        assertThatThrownBy(() -> ledger.together(() -> {
                    ledger.record(late, begun);
                    throw new IllegalStateException("what is undone is not counted");
                }))
                .hasMessageStartingWith("what is undone");
        ledger.record(late, begun);

        assertThat(new Figures(database.getBean(Scrape.class).scrape()).series())
                .containsEntry("changeover_handover_seconds_bucket{le=\"1.0\"}", 0.0)
                .containsEntry("changeover_handover_seconds_bucket{le=\"2.0\"}", 1.0)
                .containsEntry("changeover_window_lateness_seconds_count", 1.0)
                .containsEntry("changeover_window_lateness_seconds_sum", 5.0)
                .containsEntry("changeover_retirement_seconds_count", 1.0)
                .containsEntry("changeover_upgrades_ended_total{outcome=\"mixed\"}", 1.0);
    }

    private static Map<String, Double> read(ApplicationContext database) {
        var gauges = new Gauges(database.getBean(Sql.class), NOW);
        LedgerFigures.read(gauges, NOW);
        return Figures.of(gauges.snapshots()).series();
    }
}
