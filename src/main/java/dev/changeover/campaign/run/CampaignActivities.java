package dev.changeover.campaign.run;

import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;

/** The workflow's access to the campaign's rows; each may run twice. */
@ActivityInterface(namePrefix = "Campaign")
public interface CampaignActivities {

    /** Looks at the rows, goes on to the next wave where its time has come, and says what is to be done. */
    @ActivityMethod
    Step next(String campaignId);

    /** Gives the next page of members their tasks in the Task Center. */
    @ActivityMethod
    void deliver(String campaignId);

    /** Cancels the next page of tasks of a campaign that has ended. */
    @ActivityMethod
    void withdraw(String campaignId);

    /** Succeeds when there is something to be done; until then each try fails, and is no event in the history. */
    @ActivityMethod
    void awaitChange(String campaignId);

    enum Step {
        DELIVER,
        WITHDRAW,
        WAIT,
        END
    }
}
