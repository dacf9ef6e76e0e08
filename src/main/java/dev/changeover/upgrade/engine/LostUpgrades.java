package dev.changeover.upgrade.engine;

import dev.changeover.inventory.Inventory;
import dev.changeover.inventory.Node;
import dev.changeover.task.Instruction;
import dev.changeover.task.TaskLedger;
import dev.changeover.upgrade.Admission;
import dev.changeover.upgrade.Progress;
import dev.changeover.upgrade.engine.UpgradeRuns.Known;
import dev.changeover.upgrade.engine.UpgradeRuns.Run;
import dev.changeover.upgrade.engine.Upgrades.TemporalUnavailable;
import dev.changeover.upgrade.engine.Upgrades.UnknownJob;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Upgrades that only one of ledger and Temporal knows, as after the loss or the restore of one of them. They are found,
 * and ended or begun anew on an operator's word; nothing happens to them by itself. Thread-safe.
 */
public final class LostUpgrades {
    /** Runs that ended longer ago and are not in the ledger are history. */
    private static final Duration LATELY = Duration.ofDays(7);

    private static final int MOST = 500;

    private final UpgradeRuns temporal;
    private final Inventory inventory;
    private final TaskLedger ledger;
    private final Upgrades upgrades;
    private final UpgradeRecords records;
    private final Clock clock;

    public LostUpgrades(
            TemporalCalls temporal, Inventory inventory, TaskLedger ledger, Upgrades upgrades, Clock clock) {
        this.temporal = new UpgradeRuns(temporal);
        this.inventory = inventory;
        this.ledger = ledger;
        this.upgrades = upgrades;
        this.records = new UpgradeRecords(inventory, ledger);
        this.clock = clock;
    }

    /** How an upgrade is lost. */
    public enum Why {
        NOT_IN_TEMPORAL("Temporal does not know it, so nothing works for it any more"),
        NOT_IN_LEDGER("the ledger does not know it, so no further step of it is ordered"),
        ENDED_IN_LEDGER("it has ended by the ledger, and runs in Temporal");

        private final String words;

        Why(String words) {
            this.words = words;
        }

        public String words() {
            return words;
        }
    }

    /**
     * @param progress as the ledger, or else its run, last had it; null where neither says
     * @param nodes the proxy's, as last seen; empty where the inventory does not know it
     */
    public record Lost(
            String jobId, String proxyId, Why why, @Nullable Progress progress, List<Node> nodes) {
        public Lost {
            nodes = List.copyOf(nodes);
        }
    }

    /** The result of {@link #begin}: the new job, or what speaks against it. */
    public record BegunAnew(Lost ended, Admission admission) {}

    /** Ledger and Temporal agree on the job, or neither knows it, so nothing was changed. */
    public static final class NotLost extends RuntimeException {
        NotLost(String message) {
            super(message);
        }
    }

    /**
     * The first 500.
     *
     * @param look whether the agents of their nodes are asked now, for at most 45 s; else their nodes are as last seen
     * @throws TemporalUnavailable if nobody can say what runs
     */
    public List<Lost> find(boolean look) {
        var runs = temporal.since(clock.instant().minus(LATELY));
        var running = runs.stream().filter(Run::running).map(Run::jobId).collect(Collectors.toSet());
        var open = new ArrayList<Run>();
        ledger.eachOpen(task -> {
            if (!running.contains(task.jobId())) open.add(new Run(task.proxyId(), task.jobId(), false));
        });
        var suspects = Stream.concat(open.stream(), runs.stream().filter(this::isSuspect));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            return suspects
                    .flatMap(run -> why(run.proxyId(), run.jobId()).stream()
                            .map(why -> CompletableFuture.supplyAsync(
                                    () -> lost(run.proxyId(), run.jobId(), why, look), threads)))
                    .limit(MOST)
                    .toList()
                    .stream()
                    .map(CompletableFuture::join)
                    .toList();
        }
    }

    private boolean isSuspect(Run run) {
        return !ledger.knows(run.jobId())
                || run.running()
                        && ledger.task(run.jobId())
                                .filter(task -> task.outcome() != null)
                                .isPresent();
    }

    private Optional<Why> why(String proxyId, String jobId) {
        var known = temporal.known(proxyId, jobId);
        var settled = clock.instant().minus(OrphanedUpgrades.GRACE);
        var task = ledger.task(jobId).filter(it -> it.proxyId().equals(proxyId));
        if (task.isEmpty()) {
            return known == Known.NOT_AT_ALL || ledger.knows(jobId) ? Optional.empty() : Optional.of(Why.NOT_IN_LEDGER);
        }
        if (task.get().outcome() == null) {
            return known == Known.NOT_AT_ALL && task.get().createdAt().isBefore(settled)
                    ? Optional.of(Why.NOT_IN_TEMPORAL)
                    : Optional.empty();
        }
        var ended = UpgradeRecords.read(task.get().snapshot()).result().endedAt();
        return known.runs() && ended != null && ended.isBefore(settled)
                ? Optional.of(Why.ENDED_IN_LEDGER)
                : Optional.empty();
    }

    private Why whyOrNot(String proxyId, String jobId) {
        return why(proxyId, jobId).orElseThrow(() -> {
            if (!ledger.knows(jobId)) return new UnknownJob(jobId);
            return new NotLost("job %s of proxy %s is not lost: nothing was changed".formatted(jobId, proxyId));
        });
    }

    private Lost lost(String proxyId, String jobId, Why why, boolean look) {
        var known = inventory.proxy(proxyId).isPresent();
        if (look && known) {
            try {
                upgrades.plan(proxyId);
            } catch (TemporalUnavailable silent) {
                // The nodes say when they were seen.
            }
        }
        var nodes = known ? inventory.proxy(proxyId).orElseThrow().nodes() : List.<Node>of();
        return new Lost(jobId, proxyId, why, progress(proxyId, jobId).orElse(null), nodes);
    }

    private Optional<Progress> progress(String proxyId, String jobId) {
        try {
            return ledger.task(jobId)
                    .map(task -> UpgradeRecords.read(task.snapshot()))
                    .or(() -> temporal.progress(proxyId, jobId));
        } catch (TemporalUnavailable silent) {
            return Optional.empty();
        }
    }

    /**
     * Ends an upgrade that is lost: its run in Temporal is terminated, its task is over. The nodes stay as they are.
     *
     * @throws NotLost if it is not; then nothing was changed
     * @throws UnknownJob if neither ledger nor Temporal knows it
     * @throws TemporalUnavailable if nobody can say whether it is; then nothing was changed
     */
    public Lost end(String proxyId, String jobId, String reason, String actor) {
        return end(proxyId, jobId, reason, actor, false);
    }

    private Lost end(String proxyId, String jobId, String reason, String actor, boolean look) {
        var why = whyOrNot(proxyId, jobId);
        var lost = lost(proxyId, jobId, why, look);
        var words = "%s: %s ended it: %s".formatted(why.words(), actor, reason);
        temporal.terminate(proxyId, jobId, words);
        var now = Instant.ofEpochMilli(clock.millis());
        var progress = lost.progress();
        if (progress != null && !lost.nodes().isEmpty() && why != Why.ENDED_IN_LEDGER) {
            if (progress.result().outcome() == null) {
                records.writeEndFromOutside(progress, words + "; " + runs(lost.nodes()), now);
            } else {
                records.write(progress, List.of());
            }
        }
        if (why == Why.NOT_IN_LEDGER) {
            ledger.instruct(new Instruction("lost:" + jobId, jobId, Instruction.LOST, "{}", actor, now, null));
        }
        return lost;
    }

    private static String runs(List<Node> nodes) {
        return nodes.stream()
                .map(node -> "%s runs %s".formatted(node.name(), node.version()))
                .collect(Collectors.joining(", "));
    }

    /**
     * Ends it and asks for the same upgrade from what the nodes run now. A scheduled one waits for the next opening.
     *
     * @throws NotLost if it is not lost, or nobody knows what it was for; then nothing was changed
     * @throws UnknownJob if neither ledger nor Temporal knows it
     * @throws TemporalUnavailable if there was no answer in time; the upgrade may have been ended
     */
    public BegunAnew begin(String proxyId, String jobId, String reason, String actor) {
        whyOrNot(proxyId, jobId);
        var progress = progress(proxyId, jobId)
                .filter(it -> inventory.proxy(proxyId).isPresent())
                .orElseThrow(() ->
                        new NotLost("nobody says what job %s of proxy %s was for: end it".formatted(jobId, proxyId)));
        var ended = end(proxyId, jobId, reason, actor, true);
        var before = progress.request();
        var key = "repair:" + jobId;
        return new BegunAnew(
                ended,
                upgrades.submit(new Submission(
                        before.projectId(),
                        before.instanceId(),
                        proxyId,
                        inventory.proxy(proxyId).orElseThrow().version(),
                        progress.target(),
                        before.scheduled(),
                        key,
                        key,
                        actor,
                        before.acceptLostStickiness(),
                        null)));
    }
}
