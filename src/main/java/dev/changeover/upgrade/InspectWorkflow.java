package dev.changeover.upgrade;

import dev.changeover.node.AgentReturn;
import dev.changeover.node.NodeState;
import dev.changeover.node.OrderRefusal;
import dev.changeover.upgrade.UpgradeActivities.Signed;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the nodes of a proxy and records what it sees; changes nothing. Workflow id {@code inspect:<proxy id>:<what nobody
 * can know before>}. An agent starts one of its own ({@code inspect:node:<node id>}) with its finding when its state
 * changes, and {@code returned:node:<node id>} when its process begins.
 */
@WorkflowInterface
public interface InspectWorkflow {

    @WorkflowMethod
    List<NodeSight> inspect(InspectRequest request);

    /**
     * The thing to look at: a proxy, or nothing because an agent brings its finding.
     *
     * @param proxyId whose nodes to look at; null with a finding
     * @param finding what an agent saw by itself; null to go and look
     * @param settings how long an agent may take to pick up the question, and which sessions count as old; null for the
     *     usual
     * @param signed the control plane's signatures for the looks; null with a finding
     * @param refusal an order that an agent refused, in place of a finding; else null
     * @param returned an agent's process that began, in place of a finding; else null
     */
    record InspectRequest(
            @Nullable String proxyId,
            @Nullable NodeState finding,
            @Nullable UpgradeSettings settings,
            @Nullable List<Signed> signed,
            @Nullable OrderRefusal refusal,
            @Nullable AgentReturn returned) {

        /** An agent's finding, or a look with the usual settings and without signatures. */
        public InspectRequest(@Nullable String proxyId, @Nullable NodeState finding) {
            this(proxyId, finding, null, null, null, null);
        }

        /** A look at the nodes of a proxy. */
        public InspectRequest(String proxyId, UpgradeSettings settings, List<Signed> signed) {
            this(proxyId, null, settings, signed, null, null);
        }

        /** An agent's word that it refused an order. */
        public InspectRequest(OrderRefusal refusal) {
            this(null, null, null, null, refusal, null);
        }

        /** An agent's word that its process began. */
        public InspectRequest(AgentReturn returned) {
            this(null, null, null, null, null, returned);
        }
    }

    /**
     * @param state null when its agent did not answer
     * @param silence why it did not; empty when it did
     */
    record NodeSight(String nodeId, @Nullable NodeState state, String silence) {}
}
