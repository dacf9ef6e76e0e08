package dev.changeover.upgrade.engine;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.changeover.inventory.Inventory;
import dev.changeover.inventory.Proxy;
import dev.changeover.task.Task;
import dev.changeover.task.TaskEvent;
import dev.changeover.task.TaskLedger;
import dev.changeover.task.TaskLedger.Handover;
import dev.changeover.upgrade.EventKind;
import dev.changeover.upgrade.Outcome;
import dev.changeover.upgrade.Progress;
import dev.changeover.upgrade.Schedule;
import dev.changeover.window.Opening;
import io.temporal.common.converter.JacksonJsonPayloadConverter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** An upgrade's progress as its owner's task and its proxy's status. Every writing may be repeated. */
public final class UpgradeRecords {
    /** Reads and writes what histories hold, so that a snapshot in the ledger has the same shape. */
    static final ObjectMapper JSON = JacksonJsonPayloadConverter.newDefaultObjectMapper()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private final Inventory inventory;
    private final TaskLedger ledger;

    UpgradeRecords(Inventory inventory, TaskLedger ledger) {
        this.inventory = inventory;
        this.ledger = ledger;
    }

    /** Writes the task, the proxy's status, and whether its instance is changed; gives whether it was {@linkplain TaskLedger#record news}. */
    boolean write(Progress progress, List<TaskEvent> events) {
        return ledger.together(() -> {
            var news = writeTask(progress, events);
            if (news) writeWhatGoesWithIt(progress, events);
            return news;
        });
    }

    private void writeWhatGoesWithIt(Progress progress, List<TaskEvent> events) {
        events.stream()
                .filter(event -> EventKind.of(event) == EventKind.SERVING)
                .forEach(event -> writeHandover(progress, requireNonNull(event.nodeId())));
        var proxyId = progress.request().proxyId();
        var jobId = progress.request().jobId();
        if (progress.changing()) {
            inventory.mark(proxyId, Proxy.Status.UPGRADING);
            return;
        }
        // Once it is given back, the proxy's status may be another job's.
        if (ledger.proxyClaimant(proxyId).filter(jobId::equals).isPresent()) {
            inventory.unmark(proxyId);
        }
        ledger.release(jobId);
        if (!progress.phase().changing()) {
            ledger.releaseProxy(jobId);
        }
    }

    /** The upgrade's run is gone before its end, for the reason. */
    void writeEndFromOutside(Progress progress, String reason, Instant now) {
        var outcome = progress.pointOfNoReturnPassed() ? Outcome.MIXED : Outcome.CANCELLED;
        var ended = progress.result(progress.result().failed(reason, now))
                .ended(outcome, now)
                .after(EventKind.ENDED_FROM_OUTSIDE);
        write(ended, List.of(EventKind.ENDED_FROM_OUTSIDE.lastOf(ended, now, null, reason)));
    }

    private void writeHandover(Progress progress, String nodeId) {
        var node = progress.of(nodeId);
        var soak = progress.request().settings().soak();
        node.took()
                .map(took -> took.minus(soak))
                .ifPresent(took -> ledger.handedOver(new Handover(
                        progress.request().jobId(),
                        progress.request().proxyId(),
                        nodeId,
                        requireNonNull(node.servingAt()),
                        took.isNegative() ? Duration.ZERO : took)));
    }

    private boolean writeTask(Progress progress, List<TaskEvent> events) {
        var request = progress.request();
        // What was written is said again even when its proxy is gone; the row keeps the names that it has.
        var names = inventory
                .names(request.proxyId())
                .orElseGet(() -> new Inventory.Names(request.instanceId(), request.proxyId()));
        var result = progress.result();
        var outcome = result.outcome();
        var opening = Optional.ofNullable(progress.schedule()).map(Schedule::opening);
        return ledger.record(
                new Task(
                        request.jobId(),
                        request.projectId(),
                        request.instanceId(),
                        names.instance(),
                        request.proxyId(),
                        names.proxy(),
                        request.scheduled() ? Task.Kind.SCHEDULED : Task.Kind.INSTANT,
                        status(progress),
                        progress.percent(),
                        request.source().toString(),
                        progress.target().toString(),
                        progress.phase().name(),
                        progress.state(),
                        progress.stateReason(),
                        outcome == null ? null : outcome.name(),
                        result.failReason(),
                        result.blockers().isEmpty()
                                ? ""
                                : result.blockers().getFirst().blocker().code(),
                        request.requester(),
                        request.key(),
                        request.fingerprint(),
                        request.requestedAt(),
                        opening.map(Opening::opens).orElse(null),
                        opening.map(Opening::closes).orElse(null),
                        result.taskEndedAt(),
                        toJson(progress)),
                progress.events(),
                events);
    }

    private static Task.Status status(Progress progress) {
        var result = progress.result();
        if (result.servingAt() != null) {
            return Task.Status.COMPLETED;
        }
        if (!result.failReason().isEmpty()) {
            return Task.Status.FAILED;
        }
        if (result.outcome() == Outcome.CANCELLED) {
            return Task.Status.CANCELED;
        }
        return progress.changing() ? Task.Status.RUNNING : Task.Status.PENDING;
    }

    public static Progress read(String snapshot) {
        try {
            return JSON.readValue(snapshot, Progress.class);
        } catch (JsonProcessingException strange) {
            throw new IllegalStateException("the ledger holds a progress that this version cannot read", strange);
        }
    }

    static String toJson(Record progress) {
        try {
            return JSON.writeValueAsString(progress);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
