package dev.changeover.campaign.run;

import io.temporal.workflow.QueryMethod;
import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/**
 * Brings the members of a campaign to their target, wave by wave. Workflow id {@code campaign:<campaign id>}, task queue
 * {@code campaigns}. Members, budgets and what operators say are rows; the workflow holds none of them, so that neither
 * its input nor its history grows with the fleet.
 */
@WorkflowInterface
public interface CampaignWorkflow {
    String QUEUE = "campaigns";

    static String idOf(String campaignId) {
        return "campaign:" + campaignId;
    }

    /** Runs until the campaign is done or halted. */
    @WorkflowMethod
    void run(String campaignId);

    @SignalMethod(description = "Somebody has said something to the campaign: look at its rows now")
    void look();

    @QueryMethod(description = "What the campaign does at the moment")
    String doing();
}
