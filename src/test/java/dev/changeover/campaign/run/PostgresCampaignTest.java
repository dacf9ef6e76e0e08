package dev.changeover.campaign.run;

import dev.changeover.database.TestDatabase;
import io.micronaut.context.ApplicationContext;

class PostgresCampaignTest extends CampaignContract {
    @Override
    ApplicationContext database() {
        return TestDatabase.postgres();
    }
}
