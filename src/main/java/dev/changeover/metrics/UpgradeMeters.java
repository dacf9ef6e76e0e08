package dev.changeover.metrics;

import static dev.changeover.metrics.Gauges.word;
import static java.util.Objects.requireNonNull;

import dev.changeover.database.Sql;
import dev.changeover.task.Task;
import dev.changeover.task.TaskEvent;
import dev.changeover.task.TaskLedger.Handover;
import dev.changeover.task.TaskListener;
import dev.changeover.upgrade.EventKind;
import dev.changeover.upgrade.Outcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Counts and times upgrades as this server writes them down; of several servers the sum is the whole. */
@Singleton
final class UpgradeMeters implements TaskListener {
    private static final int[] HANDOVER_SECONDS = {1, 2, 5, 10, 30, 60, 300};
    private static final int[] RETIREMENT_SECONDS = {60, 600, 3_600, 21_600, 86_400, 93_600, 172_800};
    private static final int[] LATENESS_SECONDS = {1, 10, 60, 300, 900, 3_600};

    private final Sql sql;
    private final Map<Outcome, Counter> ended = new EnumMap<>(Outcome.class);
    private final Timer handovers;
    private final Timer retirements;
    private final Timer lateness;

    UpgradeMeters(MeterRegistry registry, Sql sql) {
        this.sql = sql;
        for (var outcome : Outcome.values()) {
            ended.put(
                    outcome,
                    Counter.builder("changeover.upgrades.ended")
                            .description("Upgrades that have ended.")
                            .tag("outcome", word(outcome))
                            .register(registry));
        }
        this.handovers = timer(
                registry,
                "changeover.handover",
                "How long a node took from the beginning of its handover until it was found good, soak and holds left out.",
                HANDOVER_SECONDS);
        this.retirements = timer(
                registry,
                "changeover.retirement",
                "How long upgrades took from the first completion mark until nothing older was left.",
                RETIREMENT_SECONDS);
        this.lateness = timer(
                registry,
                "changeover.window.lateness",
                "How long after an opening began its scheduled upgrades did.",
                LATENESS_SECONDS);
    }

    private static Timer timer(MeterRegistry registry, String name, String help, int[] seconds) {
        return Timer.builder(name)
                .description(help)
                .serviceLevelObjectives(
                        IntStream.of(seconds).mapToObj(Duration::ofSeconds).toArray(Duration[]::new))
                .register(registry);
    }

    @Override
    public void recorded(Task task, TaskEvent event) {
        sql.afterCommit(() -> count(task, event));
    }

    private void count(Task task, TaskEvent event) {
        switch (EventKind.of(event)) {
            case BEGUN -> record(lateness, task.plannedStart(), event.at());
            case ENDED -> {
                record(retirements, task.endedAt(), event.at());
                count(task);
            }
            case REFUSED, CANCELLED, ENDED_FROM_OUTSIDE -> count(task);
            default -> {}
        }
    }

    @Override
    public void handedOver(Handover handover) {
        handovers.record(handover.took());
    }

    private void count(Task task) {
        if (task.outcome() != null) {
            requireNonNull(ended.get(Outcome.valueOf(task.outcome()))).increment();
        }
    }

    /** Not of an upgrade that somebody started before its opening. */
    private static void record(Timer timer, @Nullable Instant since, Instant until) {
        if (since != null && !since.isAfter(until)) timer.record(Duration.between(since, until));
    }
}
