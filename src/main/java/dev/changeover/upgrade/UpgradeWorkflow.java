package dev.changeover.upgrade;

import io.temporal.common.SearchAttributeKey;
import io.temporal.workflow.QueryMethod;
import io.temporal.workflow.UpdateMethod;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.util.List;

/**
 * One proxy from one kernel version to the next. Workflow id {@code upgrade:<proxy id>:<job id>}, conflict policy FAIL. A
 * row of the ledger holds the rule that one upgrade a proxy changes it at a time (REQUIREMENTS P2): it is taken at
 * admission and given back when no node is left, while old sessions may still end. Task queue {@code upgrades}.
 *
 * <p>Started by update-with-start of {@link #admit}; the update's id is the job id. Every command carries the job id,
 * and a handler refuses another job's. Handlers only note what was said; the workflow acts on it at its next step.
 */
@WorkflowInterface
public interface UpgradeWorkflow {

    String QUEUE = "upgrades";

    /** HELD, PAUSED, or the phase: what an operator lists upgrades by. */
    SearchAttributeKey<String> PHASE = SearchAttributeKey.forKeyword("UpgradePhase");

    /** The id of a job's run. A proxy has one whose nodes are to come at a time, and others whose old sessions end. */
    static String idOf(String proxyId, String jobId) {
        return "upgrade:%s:%s".formatted(proxyId, jobId);
    }

    /** Where to look for a run: one that was started before several could be has its proxy's id alone. */
    static List<String> idsOf(String proxyId, String jobId) {
        return List.of(idOf(proxyId, jobId), "upgrade:" + proxyId);
    }

    /** Runs until nothing of an older kernel is left on any node; may take days. */
    @WorkflowMethod
    Outcome upgrade(UpgradeRequest request);

    /** Answers once the central prechecks are through and the task is in the ledger. */
    @UpdateMethod(description = "Answers with the job id, or with what speaks against the upgrade")
    Admission admit(String jobId);

    @UpdateMethod(description = "Touch no further node and close no further session until resumed")
    CommandAnswer pause(CommandRequest order);

    @UpdateMethod(description = "Go on after a pause")
    CommandAnswer resume(CommandRequest order);

    @UpdateMethod(description = "Try the held step again")
    CommandAnswer retry(CommandRequest order);

    @UpdateMethod(description = "Leave the held node as it is and go on with the others")
    CommandAnswer skip(CommandRequest order);

    @UpdateMethod(description = "Touch no further node; those that serve the target are finished")
    CommandAnswer stop(CommandRequest order);

    @UpdateMethod(name = "start-now", description = "Begin without waiting for the maintenance window")
    CommandAnswer startNow(CommandRequest order);

    @UpdateMethod(description = "Wait for another opening, before the first handover")
    CommandAnswer reschedule(CommandRequest order);

    @UpdateMethod(description = "End a scheduled upgrade before its first handover")
    CommandAnswer cancel(CommandRequest order);

    @UpdateMethod(
            name = "close-remaining",
            description = "Close sessions that old generations still hold, whatever their age")
    CommandAnswer closeRemaining(CommandRequest order);

    @QueryMethod(description = "Where the upgrade stands")
    Progress progress();
}
