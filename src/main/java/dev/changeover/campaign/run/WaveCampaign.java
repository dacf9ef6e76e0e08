package dev.changeover.campaign.run;

import io.temporal.activity.ActivityCancellationType;
import io.temporal.activity.ActivityOptions;
import io.temporal.activity.LocalActivityOptions;
import io.temporal.common.RetryOptions;
import io.temporal.failure.ActivityFailure;
import io.temporal.workflow.Async;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInit;
import java.time.Duration;
import java.util.ArrayList;

/**
 * The runbook of a campaign.
 *
 * <ol>
 *   <li>Look at the rows: how the wave stands, what operators have said, whether the next wave may begin.
 *   <li>Deliver: a page of members gets its tasks. Each is an upgrade of its own, which waits for its window, and asks
 *       {@link BudgetGate} before it begins.
 *   <li>When there is nothing to do, wait until there is, without events in the history.
 *   <li>Once the campaign is halted, withdraw what has not begun, page by page.
 *   <li>After some rounds the workflow continues as new.
 * </ol>
 */
public final class WaveCampaign implements CampaignWorkflow {
    /** Each round has about ten events. */
    static final int ROUNDS = 100;

    /**
     * Rows are at hand, or the database is away: then it is tried for ever. Without a number of attempts a local activity
     * would never be tried again.
     */
    static final LocalActivityOptions ROWS = LocalActivityOptions.newBuilder()
            .setStartToCloseTimeout(Duration.ofSeconds(30))
            .setRetryOptions(RetryOptions.newBuilder()
                    .setInitialInterval(Duration.ofMillis(200))
                    .setMaximumInterval(Duration.ofMinutes(1))
                    .setMaximumAttempts(Integer.MAX_VALUE)
                    .build())
            .build();

    /** A page of tasks, each of which may have to wait for Temporal for ten seconds. */
    static final Duration PAGE = Duration.ofMinutes(5);

    /** A server that ends in the midst of a page is noticed after this. */
    static final Duration SIGN_OF_LIFE = Duration.ofSeconds(30);

    /** So long nothing at all may happen before the rows are looked at anyway. */
    static final Duration SILENCE = Duration.ofHours(1);

    private final CampaignActivities rows = Workflow.newLocalActivityStub(CampaignActivities.class, ROWS);
    private final CampaignActivities pages = Workflow.newActivityStub(
            CampaignActivities.class,
            ActivityOptions.newBuilder()
                    .setStartToCloseTimeout(PAGE)
                    .setHeartbeatTimeout(SIGN_OF_LIFE)
                    .setSummary("a page of members")
                    .build());
    private final CampaignActivities change = Workflow.newActivityStub(
            CampaignActivities.class,
            ActivityOptions.newBuilder()
                    .setScheduleToCloseTimeout(SILENCE)
                    .setStartToCloseTimeout(SIGN_OF_LIFE)
                    .setCancellationType(ActivityCancellationType.ABANDON)
                    .setSummary("wait for a change")
                    .build());
    private boolean told;
    private String doing = "begins";

    /** Ready for signals before the first line of {@link #run} runs. */
    @WorkflowInit
    public WaveCampaign(String campaignId) {}

    @Override
    public void run(String campaignId) {
        for (int round = 0; round < ROUNDS; round++) {
            told = false;
            var step = rows.next(campaignId);
            doing = step.name();
            switch (step) {
                case DELIVER -> pages.deliver(campaignId);
                case WITHDRAW -> pages.withdraw(campaignId);
                case WAIT -> awaitChange(campaignId);
                case END -> {
                    return;
                }
            }
        }
        Workflow.continueAsNew(campaignId);
    }

    /** Until there is something to do, or somebody says so. */
    private void awaitChange(String campaignId) {
        var waiting = new ArrayList<Promise<Void>>();
        var scope = Workflow.newCancellationScope(() -> waiting.add(Async.procedure(change::awaitChange, campaignId)));
        scope.run();
        var changed = waiting.getFirst();
        Workflow.await(() -> changed.isCompleted() || told);
        if (!changed.isCompleted()) {
            scope.cancel();
            return;
        }
        try {
            changed.get();
        } catch (ActivityFailure nothing) {
            // A silence of an hour: look anyway.
            doing = "nothing has changed for an hour";
        }
    }

    @Override
    public void look() {
        told = true;
    }

    @Override
    public String doing() {
        return doing;
    }
}
