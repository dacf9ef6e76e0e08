package dev.changeover.upgrade;

import static dev.changeover.node.NodeState.Problem.Kind.CRASH_LOOP;
import static dev.changeover.node.NodeState.Problem.Kind.NOTHING_SERVES;
import static dev.changeover.node.NodeState.Problem.Kind.NO_ANSWER;
import static dev.changeover.node.NodeState.Problem.Kind.SEVERAL_SERVE;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.changeover.inventory.Inventory;
import dev.changeover.inventory.Kernel;
import dev.changeover.inventory.Node;
import dev.changeover.inventory.Proxy;
import dev.changeover.node.KernelToRun;
import dev.changeover.node.NodeState;
import dev.changeover.task.Task;
import dev.changeover.task.TaskEvent;
import dev.changeover.task.TaskLedger;
import io.temporal.common.converter.JacksonJsonPayloadConverter;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The workflows' hands on inventory and ledger. Every method may run twice. */
public final class LedgerActivities implements UpgradeActivities, InspectActivities {
    /** Reads and writes what histories hold, so that a snapshot in the ledger has the same shape. */
    static final ObjectMapper JSON = JacksonJsonPayloadConverter.newDefaultObjectMapper();

    private static final Set<NodeState.Problem.Kind> ABNORMAL = EnumSet.of(NOTHING_SERVES, SEVERAL_SERVE, NO_ANSWER);

    private final Inventory inventory;
    private final TaskLedger ledger;

    public LedgerActivities(Inventory inventory, TaskLedger ledger) {
        this.inventory = inventory;
        this.ledger = ledger;
    }

    @Override
    public Prepared admit(UpgradeRequest request) {
        var facts = facts(request.proxyId(), request.jobId());
        var blockers = Check.failed(Precheck.central(facts, request.source(), request.target()));
        var progress = Progress.of(request);
        if (!blockers.isEmpty()) {
            write(
                    progress.result(Result.OPEN.refused(blockers, request.requestedAt()))
                            .ended(Outcome.REFUSED, request.requestedAt()),
                    List.of());
            return new Prepared(blockers, null, null);
        }
        write(progress, List.of());
        var target = facts.target().orElseThrow();
        return new Prepared(List.of(), UpgradePlan.of(facts.proxy(), target.version()), kernel(target));
    }

    @Override
    public List<Check> recheck(UpgradeRequest request) {
        var facts = facts(request.proxyId(), request.jobId());
        return Check.failed(Precheck.central(facts, request.source(), request.target()));
    }

    @Override
    public void record(Progress progress, List<TaskEvent> events, List<NodeState> seen) {
        saw(seen);
        write(progress, events);
    }

    @Override
    public List<UpgradePlan.NodeStep> nodes(String proxyId) {
        return inventory.proxy(proxyId).orElseThrow().nodes().stream()
                .map(UpgradePlan.NodeStep::of)
                .toList();
    }

    @Override
    public void saw(List<NodeState> states) {
        states.forEach(state -> inventory.observed(new Inventory.Observation(
                state.nodeId(),
                state.serving().map(NodeState.Generation::kernel).orElse(null),
                status(state),
                state.machineId(),
                state.sessions(),
                state.observedAt())));
    }

    Precheck.Facts facts(String proxyId, String jobId) {
        var proxy = inventory.proxy(proxyId).orElseThrow();
        var others = ledger.open().stream()
                .filter(task -> !task.jobId().equals(jobId))
                .filter(task -> task.proxyId().equals(proxyId)
                        || (task.instanceId().equals(proxy.instanceId()) && changing(task)))
                .toList();
        return new Precheck.Facts(
                inventory.instance(proxy.instanceId()).orElseThrow(), proxy, inventory.kernels(proxy.engine()), others);
    }

    private static boolean changing(Task task) {
        return Phase.valueOf(task.phase()).changing();
    }

    /** Writes the task and the proxy's status. */
    void write(Progress progress, List<TaskEvent> events) {
        writeTask(progress, events);
        var proxyId = progress.request().proxyId();
        if (progress.phase().changing()) {
            inventory.mark(proxyId, Proxy.Status.UPGRADING);
        } else if (inventory.proxy(proxyId).orElseThrow().status() == Proxy.Status.UPGRADING) {
            // Only its own mark is taken away: a proxy that was refused as ABNORMAL stays so.
            inventory.mark(proxyId, Proxy.Status.NORMAL);
        }
    }

    /** The same without a word on the proxy, which belongs to another job. */
    void writeTask(Progress progress) {
        writeTask(progress, List.of());
    }

    private void writeTask(Progress progress, List<TaskEvent> events) {
        var request = progress.request();
        var instance = inventory.instance(request.instanceId()).orElseThrow();
        var proxy = inventory.proxy(request.proxyId()).orElseThrow();
        var result = progress.result();
        var outcome = result.outcome();
        ledger.record(
                new Task(
                        request.jobId(),
                        request.projectId(),
                        request.instanceId(),
                        instance.name(),
                        request.proxyId(),
                        proxy.name(),
                        Task.Kind.INSTANT,
                        status(progress),
                        progress.percent(),
                        request.source().toString(),
                        request.target().toString(),
                        progress.phase().name(),
                        outcome == null ? null : outcome.name(),
                        result.failReason(),
                        result.blockers().isEmpty()
                                ? ""
                                : result.blockers().getFirst().blocker().code(),
                        request.requester(),
                        request.key(),
                        request.fingerprint(),
                        request.requestedAt(),
                        null,
                        null,
                        result.taskEndedAt(),
                        toJson(progress)),
                events);
    }

    private static Task.Status status(Progress progress) {
        if (progress.result().servingAt() != null) {
            return Task.Status.COMPLETED;
        }
        return progress.result().failReason().isEmpty() ? Task.Status.RUNNING : Task.Status.FAILED;
    }

    private static Node.Status status(NodeState state) {
        var kinds = state.problems().stream().map(NodeState.Problem::kind).toList();
        if (kinds.contains(CRASH_LOOP)) {
            return Node.Status.CRASH_LOOP;
        }
        return kinds.stream().anyMatch(ABNORMAL::contains) ? Node.Status.ABNORMAL : Node.Status.NORMAL;
    }

    private static KernelToRun kernel(Kernel target) {
        return new KernelToRun(
                target.version(),
                target.reportedVersion(),
                target.packages().stream()
                        .map(from -> new KernelToRun.Source(from.arch(), from.url(), from.sha256()))
                        .toList());
    }

    static Progress read(String snapshot) {
        try {
            return JSON.readValue(snapshot, Progress.class);
        } catch (JsonProcessingException strange) {
            throw new IllegalStateException("the ledger holds a progress that this version cannot read", strange);
        }
    }

    private static String toJson(Progress progress) {
        try {
            return JSON.writeValueAsString(progress);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
