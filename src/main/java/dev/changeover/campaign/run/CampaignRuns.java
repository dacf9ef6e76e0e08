package dev.changeover.campaign.run;

import dev.changeover.upgrade.engine.TemporalCalls;
import dev.changeover.upgrade.engine.Upgrades.TemporalUnavailable;
import io.temporal.api.enums.v1.WorkflowIdConflictPolicy;
import io.temporal.api.enums.v1.WorkflowIdReusePolicy;
import io.temporal.client.WorkflowOptions;
import jakarta.inject.Singleton;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The workflows of campaigns in Temporal. */
@Singleton
record CampaignRuns(TemporalCalls temporal) {
    private static final Logger LOG = LoggerFactory.getLogger(CampaignRuns.class);

    /**
     * Starts the workflow unless it runs. If Temporal is away, {@link Campaigns#look} makes up for it.
     *
     * @param news whether one that runs is told to look; without, its history is left alone
     */
    void wake(String id, boolean news) {
        var options = WorkflowOptions.newBuilder()
                .setWorkflowId(CampaignWorkflow.idOf(id))
                .setTaskQueue(CampaignWorkflow.QUEUE)
                .setWorkflowIdReusePolicy(WorkflowIdReusePolicy.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE)
                .setWorkflowIdConflictPolicy(WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING)
                .setStaticSummary("campaign " + id)
                .setStaticDetails("What it does: `workflows-docs/campaign.md`.")
                .build();
        try {
            temporal.inTime("a campaign's workflow", client -> {
                var workflow = client.newUntypedWorkflowStub("CampaignWorkflow", options);
                return news ? workflow.signalWithStart("look", new Object[0], new Object[] {id}) : workflow.start(id);
            });
        } catch (TemporalUnavailable away) {
            LOG.warn("campaign {} goes on when Temporal is there again: {}", id, away.getMessage());
        }
    }
}
