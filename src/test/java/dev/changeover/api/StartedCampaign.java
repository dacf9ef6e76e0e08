package dev.changeover.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.database.Sql;
import io.micronaut.context.BeanContext;
import java.time.Clock;

/** A campaign off the old version of {@link Fleets}, whose owners are told and whose first upgrade is days away. */
public final class StartedCampaign {
    private StartedCampaign() {}

    /**
     * Starts it, unless it is.
     *
     * @return the planned event of proxy x-1 of instance i-1 in project p-1
     */
    public static String in(BeanContext server, Calls call) {
        var events = "/v3/p-1/schedule-events?instance_id=i-1";
        if (call.get(events).json().path("events").isEmpty()) {
            // An agent has answered for every node.
            server.getBean(Sql.class)
                    .change(
                            "update node set observed_at = ?",
                            server.getBean(Clock.class).instant());
            var bad = "{\"lifecycle\":\"DEFECTIVE\",\"reason\":\"it loses sessions\"}";
            assertThat(call.patch("/v3/kernel-versions/haproxy/" + Fleets.OLD, bad)
                            .status())
                    .isEqualTo(200);
            var campaign = call.get("/v3/campaigns")
                    .json()
                    .path("campaigns")
                    .path(0)
                    .path("id")
                    .asText();
            assertThat(call.post("/v3/campaigns/" + campaign + "/start", "{\"reason\":\"a test\"}")
                            .status())
                    .isEqualTo(200);
        }
        return call.get(events).json().path("events").path(0).path("id").asText();
    }
}
