package dev.changeover.api.campaigns;

import static dev.changeover.audit.AuditEntry.Subject.Kind.CAMPAIGN;
import static dev.changeover.audit.AuditEntry.Subject.Kind.KERNEL_VERSION;

import dev.changeover.access.Permission;
import dev.changeover.api.ApiException;
import dev.changeover.api.Paging;
import dev.changeover.api.Parameters;
import dev.changeover.api.audit.Action;
import dev.changeover.api.audit.Change;
import dev.changeover.api.caller.Caller;
import dev.changeover.campaign.Campaign;
import dev.changeover.campaign.Member;
import dev.changeover.campaign.Refused;
import dev.changeover.campaign.WaveCounts.Count;
import dev.changeover.campaign.run.Campaigns;
import dev.changeover.campaign.run.Campaigns.Order;
import dev.changeover.notify.NoticeList;
import dev.changeover.upgrade.ErrorCode;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.security.annotation.Secured;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Forced upgrades of all proxies on a bad version (REQUIREMENTS S8). */
@Controller("/v3")
@Tag(name = "Campaigns")
record CampaignController(Campaigns campaigns, NoticeList notices) {
    private static final int MOST = 1000;
    private static final int SHOWN = 100;

    /** All campaigns, newest first. */
    @Secured(Permission.OPERATE_UPGRADES)
    @Get("/campaigns")
    CampaignAnswers.Listing list(@QueryValue @Nullable String offset, @QueryValue @Nullable String limit) {
        var part = Paging.part(offset, limit, 10, Paging.MOST);
        return new CampaignAnswers.Listing(
                campaigns.list(part.offset(), part.limit()).stream()
                        .map(this::one)
                        .toList(),
                campaigns.count());
    }

    /** What a campaign would do: who, when, in which wave, and who would need an operator. Starts nothing. */
    @Secured(Permission.OPERATE_UPGRADES)
    @Action(Action.READ)
    @Post("/campaign-plans")
    CampaignAnswers.Planned plan(@Body CampaignBody body, @Parameter(hidden = true) Caller caller) {
        return asked(() -> CampaignAnswers.Planned.of(campaigns.plan(body.wish(campaigns, caller.toString())), SHOWN));
    }

    /** Plans a campaign, which is then to be started. Nobody is told yet. */
    @Secured(Permission.OPERATE_UPGRADES)
    @Action("campaign.plan")
    @Post("/campaigns")
    CampaignAnswers.One create(
            @Body CampaignBody body, @Parameter(hidden = true) Caller caller, @Parameter(hidden = true) Change change) {
        var wish = body.wish(campaigns, caller.toString());
        change.about(KERNEL_VERSION, wish.engine() + " " + wish.version())
                .because(wish.reason())
                .announce();
        return asked(() -> {
            var campaign = campaigns.create(wish);
            change.about(CAMPAIGN, campaign.id());
            return one(campaign.id());
        });
    }

    /** A campaign with how its waves stand. */
    @Secured(Permission.OPERATE_UPGRADES)
    @Get("/campaigns/{campaign_id}")
    CampaignAnswers.One campaign(@PathVariable("campaign_id") String id) {
        return asked(() -> one(id));
    }

    /** The proxies of a campaign, by wave. */
    @Secured(Permission.OPERATE_UPGRADES)
    @Get("/campaigns/{campaign_id}/members")
    CampaignAnswers.Members members(
            @PathVariable("campaign_id") String id,
            @QueryValue @Nullable String status,
            @Parameter(description = "only of this wave") @QueryValue @Nullable String stage,
            @QueryValue @Nullable String offset,
            @QueryValue @Nullable String limit) {
        var part = Paging.part(offset, limit, SHOWN, MOST);
        var state = status == null ? null : Parameters.constant("status", Member.State.class, status);
        var wave = stage == null ? null : Parameters.number("stage", stage, 1, 1, Integer.MAX_VALUE);
        return asked(() -> {
            campaigns.campaign(id);
            var total = campaigns.standing(id).stream()
                    .filter(one -> state == null || one.state() == state)
                    .filter(one -> wave == null || one.stage() == wave)
                    .mapToInt(Count::many)
                    .sum();
            return new CampaignAnswers.Members(
                    campaigns.members(id, state, wave, part.offset(), part.limit()).stream()
                            .map(CampaignAnswers.Entry::of)
                            .toList(),
                    total);
        });
    }

    /** Says something to a campaign. 409 when its status does not allow it; then nothing was changed. */
    @Secured(Permission.OPERATE_UPGRADES)
    @Action("campaign.{order}")
    @Post("/campaigns/{campaign_id}/{order:start|approve|pause|resume|halt}")
    CampaignAnswers.One say(
            @PathVariable("campaign_id") String id,
            @Parameter(schema = @Schema(allowableValues = {"start", "approve", "pause", "resume", "halt"}))
                    @PathVariable
                    String order,
            @Body ReasonBody body,
            @Parameter(hidden = true) Change change) {
        var said = Parameters.constant("order", Order.class, order);
        var reason = body.given();
        change.about(CAMPAIGN, id).because(reason).announce();
        return asked(() -> {
            var campaign = campaigns.say(said, id, reason);
            change.after("status", campaign.state());
            return one(id);
        });
    }

    private CampaignAnswers.One one(String id) {
        return one(campaigns.campaign(id));
    }

    private CampaignAnswers.One one(Campaign campaign) {
        return CampaignAnswers.One.of(
                campaign,
                campaigns.standing(campaign.id()),
                campaigns.behind(campaign.id()),
                notices.unreached(campaign.id()));
    }

    static <T> T asked(Supplier<T> call) {
        try {
            return call.get();
        } catch (Refused refused) {
            throw new ApiException(error(refused), refused.sentence());
        }
    }

    static ErrorCode error(Refused refused) {
        return switch (refused.why()) {
            case WRONG -> ErrorCode.WRONG_PARAMETER;
            case UNKNOWN -> ErrorCode.NOT_FOUND;
            case NOT_NOW, NOT_YET -> ErrorCode.NOT_NOW;
        };
    }
}
