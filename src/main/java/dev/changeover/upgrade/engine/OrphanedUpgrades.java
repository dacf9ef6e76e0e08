package dev.changeover.upgrade.engine;

import static java.util.Objects.requireNonNull;

import dev.changeover.inventory.Inventory;
import dev.changeover.task.Task;
import dev.changeover.task.TaskEvent;
import dev.changeover.task.TaskLedger;
import dev.changeover.upgrade.EventKind;
import dev.changeover.upgrade.Progress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds open tasks whose workflow is over, so that none stays open for ever. One that Temporal has never heard of is left
 * to an operator ({@link LostUpgrades}): Temporal or the ledger may have lost it, and what is lost may be brought back.
 */
public final class OrphanedUpgrades {
    private static final Logger LOG = LoggerFactory.getLogger(OrphanedUpgrades.class);

    /** A task is in the ledger before its workflow's first task is answered: too young to judge. */
    static final Duration GRACE = Duration.ofMinutes(1);

    private final UpgradeRuns temporal;
    private final TaskLedger ledger;
    private final UpgradeRecords records;
    private final Clock clock;
    private volatile List<String> stuck = List.of();
    private int unknown;

    public OrphanedUpgrades(TemporalCalls temporal, Inventory inventory, TaskLedger ledger, Clock clock) {
        this.temporal = new UpgradeRuns(temporal);
        this.ledger = ledger;
        this.records = new UpgradeRecords(inventory, ledger);
        this.clock = clock;
    }

    /**
     * Sets the task of every open upgrade whose workflow somebody ended to Failed, and takes down the end of one that came
     * to its own, as a ledger that was restored has missed it; call it every minute, one at a time.
     *
     * @throws Upgrades.TemporalUnavailable if nobody can say what runs; then nothing was changed
     */
    public void look() {
        var lost = new ArrayList<String>();
        var failing = new ArrayList<String>();
        ledger.eachOpen(task -> {
            if (!task.createdAt().isBefore(clock.instant().minus(GRACE))) return;
            switch (temporal.known(task.proxyId(), task.jobId())) {
                case RUNNING -> {}
                case STUCK -> failing.add(task.jobId());
                case COMPLETED -> takeDownItsEnd(task.proxyId(), task.jobId());
                case BROKEN_OFF -> open(task.jobId()).ifPresent(this::fail);
                case NOT_AT_ALL -> lost.add(task.jobId());
            }
        });
        if (lost.size() > unknown) {
            LOG.warn("{} upgrades of the ledger are not known to Temporal: see 'changeover repair'", lost.size());
        }
        unknown = lost.size();
        if (!stuck.containsAll(failing)) LOG.warn("the tasks of upgrades fail, and they get no further: {}", failing);
        stuck = List.copyOf(failing);
    }

    /** Jobs that get no further because their workflow's tasks fail, as of the last look. Thread-safe. */
    public List<String> stuck() {
        return stuck;
    }

    private void takeDownItsEnd(String proxyId, String jobId) {
        try {
            temporal.progress(proxyId, jobId)
                    .filter(progress ->
                            progress.result().outcome() != null && open(jobId).isPresent())
                    .ifPresent(progress -> records.write(progress, List.of(itsEnd(progress))));
        } catch (RuntimeException silentOrUnreadable) {
            LOG.warn(
                    "job {} has ended, and nobody says how: {}",
                    jobId,
                    String.valueOf(silentOrUnreadable.getMessage()));
        }
    }

    /** In place of the events that the ledger has missed, for the campaign and the contacts that wait for them. */
    private static TaskEvent itsEnd(Progress progress) {
        var result = progress.result();
        var kind = result.servingAt() != null
                ? EventKind.ALL_SERVE
                : switch (requireNonNull(result.outcome())) {
                    case REFUSED -> EventKind.REFUSED;
                    case CANCELLED -> EventKind.CANCELLED;
                    case DONE, MIXED -> EventKind.NOT_ALL_SERVE;
                };
        return kind.lastOf(
                progress,
                requireNonNull(result.endedAt()),
                null,
                "it ended unheard by this ledger: " + result.outcome()
                        + (result.failReason().isEmpty() ? "" : ", " + result.failReason()));
    }

    private void fail(Task task) {
        records.writeEndFromOutside(
                UpgradeRecords.read(task.snapshot()),
                "the workflow was ended from outside in phase %s; look at the nodes before the next upgrade"
                        .formatted(task.phase()),
                Instant.ofEpochMilli(clock.millis()));
    }

    /** Read again: the upgrade may have ended by itself since. */
    private Optional<Task> open(String jobId) {
        return ledger.task(jobId).filter(task -> task.outcome() == null);
    }
}
