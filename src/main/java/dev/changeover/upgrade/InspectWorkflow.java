package dev.changeover.upgrade;

import dev.changeover.node.NodeState;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the nodes of a proxy and records what it sees; changes nothing. Workflow id {@code inspect:<proxy id>},
 * joined when one runs. An agent starts one of its own ({@code inspect:node:<node id>}) with its finding when its state
 * changes.
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
     */
    record InspectRequest(
            @Nullable String proxyId,
            @Nullable NodeState finding,
            @Nullable UpgradeSettings settings) {

        /** An agent's finding, or a look with the usual settings. */
        public InspectRequest(@Nullable String proxyId, @Nullable NodeState finding) {
            this(proxyId, finding, null);
        }
    }

    /**
     * The known state of a node.
     *
     * @param state null when its agent did not answer
     * @param silence why it did not; empty when it did
     */
    record NodeSight(String nodeId, @Nullable NodeState state, String silence) {}
}
