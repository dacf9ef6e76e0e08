package dev.changeover.upgrade.workflow;

import dev.changeover.node.NodeState;
import dev.changeover.task.TaskEvent;
import dev.changeover.upgrade.EventKind;
import dev.changeover.upgrade.Phase;
import dev.changeover.upgrade.Progress;
import dev.changeover.upgrade.UpgradeActivities;
import dev.changeover.upgrade.UpgradeWorkflow;
import io.temporal.activity.LocalActivityOptions;
import io.temporal.common.RetryOptions;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the one {@link Progress} of a workflow and writes it to the ledger, the Web UI and the search attributes. It is
 * written by one at a time ({@link #flush}), so that the ledger never sees an older state after a newer one.
 */
public final class LedgerWriter {
    /**
     * One statement on a database that answers, or a later try finds it up again: an upgrade waits for its ledger. Without
     * a number of attempts a local activity would never be tried again, and its first failure would end the workflow.
     */
    public static final LocalActivityOptions LEDGER = LocalActivityOptions.newBuilder()
            .setStartToCloseTimeout(Duration.ofSeconds(10))
            // Each record carries the whole progress: in the ledger once, not in the history as often as it changes.
            .setDoNotIncludeArgumentsIntoMarker(true)
            .setRetryOptions(RetryOptions.newBuilder()
                    .setInitialInterval(Duration.ofMillis(200))
                    .setMaximumInterval(Duration.ofMinutes(1))
                    .setMaximumAttempts(Integer.MAX_VALUE)
                    .build())
            .build();

    /** Soon followed by another one, with which they are written; each writing is an event in the history. */
    private static final Set<EventKind> CAN_WAIT = EnumSet.of(
            EventKind.STAGED,
            EventKind.SERVING,
            EventKind.RETIRING,
            EventKind.VERIFIED,
            EventKind.REFUSED,
            EventKind.CANCELLED,
            EventKind.ENDED);

    private final UpgradeActivities ledger = Workflow.newLocalActivityStub(UpgradeActivities.class, LEDGER);
    private final List<TaskEvent> events = new ArrayList<>();
    private final Map<String, NodeState> seen = new TreeMap<>();
    private Progress progress;
    private String attribute = Phase.ADMISSION.name();
    private boolean urgent;
    private boolean owed;
    private boolean flushing;

    LedgerWriter(Progress progress) {
        this.progress = progress;
    }

    Progress progress() {
        return progress;
    }

    /** Changes the progress without telling anybody. */
    void change(UnaryOperator<Progress> change) {
        progress = change.apply(progress);
    }

    /** Changes what the ledger has to know now, although nothing happened that people have not read already. */
    void again(UnaryOperator<Progress> change) {
        progress = change.apply(progress);
        owed = true;
        urgent = true;
    }

    /** Something happened. */
    void append(EventKind kind, @Nullable String nodeId, String text, UnaryOperator<Progress> change) {
        progress = change.apply(progress).after(kind);
        events.add(kind.lastOf(progress, Journal.now(), nodeId, text));
        urgent |= !CAN_WAIT.contains(kind);
    }

    /** What an agent saw, as of now; goes to the inventory with the next writing. */
    void saw(NodeState seenByAgent) {
        var state = seenByAgent.between(Instant.EPOCH, Journal.now());
        seen.put(state.nodeId(), state);
        progress = progress.node(state.nodeId(), node -> node.seen(state));
    }

    /** Whether something waits that a reader should see now. */
    boolean urgent() {
        return urgent && !flushing;
    }

    /** Writes what waits; while another call writes, that one writes this too. */
    void flush() {
        if (flushing) {
            return;
        }
        flushing = true;
        try {
            while (owed || !events.isEmpty() || !seen.isEmpty()) {
                write();
            }
        } finally {
            flushing = false;
        }
    }

    private void write() {
        urgent = false;
        owed = false;
        var news = List.copyOf(events);
        var states = List.copyOf(seen.values());
        events.clear();
        seen.clear();
        showInTemporal();
        ledger.record(progress, news, states);
    }

    private void showInTemporal() {
        var current = progress.state();
        if (!current.equals(attribute)) {
            attribute = current;
            Workflow.upsertTypedSearchAttributes(UpgradeWorkflow.PHASE.valueSet(current));
        }
        Workflow.setCurrentDetails(Runbook.of(progress));
    }
}
