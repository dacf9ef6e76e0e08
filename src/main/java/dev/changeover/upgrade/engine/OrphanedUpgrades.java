package dev.changeover.upgrade.engine;

import dev.changeover.inventory.Inventory;
import dev.changeover.task.Task;
import dev.changeover.task.TaskLedger;
import dev.changeover.upgrade.EventKind;
import dev.changeover.upgrade.Outcome;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Finds upgrades whose workflow somebody ended from outside, so that no task stays open for ever. */
public final class OrphanedUpgrades {
    /** A task is in the ledger before its workflow's first task is answered: too young to judge. */
    private static final Duration GRACE = Duration.ofMinutes(1);

    private final TemporalCalls temporal;
    private final TaskLedger ledger;
    private final UpgradeRecords records;
    private final Clock clock;

    public OrphanedUpgrades(TemporalCalls temporal, Inventory inventory, TaskLedger ledger, Clock clock) {
        this.temporal = temporal;
        this.ledger = ledger;
        this.records = new UpgradeRecords(inventory, ledger);
        this.clock = clock;
    }

    /**
     * Sets the task of every open upgrade without a running workflow to Failed; call it every minute.
     *
     * @throws Upgrades.TemporalUnavailable if nobody can say what runs; then nothing was changed
     */
    public void look() {
        ledger.open().stream()
                .filter(task -> task.createdAt().isBefore(clock.instant().minus(GRACE)))
                .filter(task -> !temporal.runs(task.proxyId(), task.jobId()))
                .forEach(this::fail);
    }

    private void fail(Task task) {
        // Read again: the upgrade may have ended by itself since.
        var open = ledger.open().stream().anyMatch(still -> still.jobId().equals(task.jobId()));
        if (!open) {
            return;
        }
        var now = Instant.ofEpochMilli(clock.millis());
        var reason = "the workflow was ended from outside in phase %s; look at the nodes before the next upgrade"
                .formatted(task.phase());
        var progress = UpgradeRecords.read(task.snapshot());
        var outcome = progress.pointOfNoReturnPassed() ? Outcome.MIXED : Outcome.CANCELLED;
        var ended = progress.result(progress.result().failed(reason, now))
                .ended(outcome, now)
                .after(EventKind.ENDED_FROM_OUTSIDE);
        records.write(ended, List.of(EventKind.ENDED_FROM_OUTSIDE.lastOf(ended, now, null, reason)));
    }
}
