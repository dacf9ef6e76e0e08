package dev.changeover.upgrade.workflow;

import dev.changeover.node.NodeOrder;
import dev.changeover.node.Permit;
import dev.changeover.upgrade.InspectActivities;
import dev.changeover.upgrade.InspectWorkflow;
import dev.changeover.upgrade.UpgradeActivities.Signed;
import dev.changeover.upgrade.UpgradePlan.NodeStep;
import dev.changeover.upgrade.UpgradeSettings;
import io.temporal.failure.ActivityFailure;
import io.temporal.workflow.Async;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Asks every agent of a proxy at once, and writes down what they saw. */
public final class ProxyInspection implements InspectWorkflow {
    private final InspectActivities central =
            Workflow.newLocalActivityStub(InspectActivities.class, LedgerWriter.LEDGER);

    @Override
    public List<NodeSight> inspect(InspectRequest request) {
        var returned = request.returned();
        if (returned != null) {
            central.returned(returned);
            return List.of();
        }
        var refusal = request.refusal();
        if (refusal != null) {
            central.refused(refusal);
            return List.of();
        }
        var finding = request.finding();
        var sights = finding == null
                ? lookAt(
                        Objects.requireNonNull(request.proxyId(), "a proxy or a finding is needed"),
                        Objects.requireNonNullElse(request.settings(), UpgradeSettings.DEFAULT),
                        Objects.requireNonNullElse(request.signed(), List.of()))
                : List.of(new NodeSight(finding.nodeId(), finding.told(told()), ""));
        central.saw(
                sights.stream().map(NodeSight::state).filter(Objects::nonNull).toList());
        return sights;
    }

    /** An agent that tells something starts this workflow with it. */
    private static Instant told() {
        return Instant.ofEpochMilli(Workflow.getInfo().getRunStartedTimestampMillis());
    }

    private List<NodeSight> lookAt(String proxyId, UpgradeSettings settings, List<Signed> signed) {
        var looks = central.nodes(proxyId).stream()
                .map(node -> Async.function(ProxyInspection::look, node, settings, permit(node, signed)))
                .toList();
        return looks.stream().map(Promise::get).toList();
    }

    private static @Nullable Permit permit(NodeStep node, List<Signed> signed) {
        return signed.stream()
                .filter(each -> each.nodeId().equals(node.nodeId()))
                .map(Signed::permit)
                .findFirst()
                .orElse(null);
    }

    private static NodeSight look(NodeStep node, UpgradeSettings settings, @Nullable Permit permit) {
        var asked = Journal.now();
        try {
            var state = Agents.probe(node, settings.agentPickupTimeout())
                    .inspect(new NodeOrder(node.nodeId(), node.machineId(), settings.ageLimit(), 0, permit));
            return new NodeSight(node.nodeId(), state.between(asked, Journal.now()), "");
        } catch (ActivityFailure failure) {
            return new NodeSight(node.nodeId(), null, Steps.reason(node, failure));
        }
    }
}
