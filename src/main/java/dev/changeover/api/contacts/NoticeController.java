package dev.changeover.api.contacts;

import dev.changeover.access.Permission;
import dev.changeover.api.ApiException;
import dev.changeover.api.Paging;
import dev.changeover.api.Parameters;
import dev.changeover.api.Times;
import dev.changeover.api.caller.Caller;
import dev.changeover.api.caller.Ownership;
import dev.changeover.campaign.CampaignStore;
import dev.changeover.contact.Channel;
import dev.changeover.notify.NoticeList;
import dev.changeover.notify.NoticeList.DeliveryLine;
import dev.changeover.notify.NoticeList.NoticeLine;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.security.annotation.Secured;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What contacts were told, and how that went. */
@Controller("/v3")
@Tag(name = "Contacts")
record NoticeController(Ownership ownership, CampaignStore campaigns, NoticeList notices) {
    private static final int MOST = 1000;

    /** The notices of a project, the newest first, each with its deliveries. */
    @Secured(Permission.LIST_INSTANCES)
    @Get("/{project_id}/notices")
    Notices notices(
            @PathVariable("project_id") String projectId,
            @QueryValue("instance_id") @Nullable String instanceId,
            @QueryValue("job_id") @Nullable String jobId,
            @QueryValue @Nullable String offset,
            @QueryValue @Nullable String limit,
            @Parameter(hidden = true) Caller caller) {
        var part = Paging.part(offset, limit, 10, Paging.MOST);
        return Notices.of(
                notices.page(ownership.project(projectId).id(), instanceId, jobId, part.offset(), part.limit()),
                caller);
    }

    /** Who was told what of a campaign, in every project, and how that went; the newest first. */
    @Secured(Permission.OPERATE_UPGRADES)
    @Get("/campaigns/{campaign_id}/notices")
    Notices ofCampaign(
            @PathVariable("campaign_id") String campaignId,
            @Parameter(
                            description = "only what had nobody to tell, or did not reach somebody (false)",
                            schema = @Schema(type = "boolean"))
                    @QueryValue
                    @Nullable String unreached,
            @QueryValue @Nullable String offset,
            @QueryValue @Nullable String limit,
            @Parameter(hidden = true) Caller caller) {
        var part = Paging.part(offset, limit, 10, MOST);
        var campaign = campaigns.campaign(campaignId).orElseThrow(() -> ApiException.notFound("campaign", campaignId));
        return Notices.of(
                notices.ofCampaign(campaign.id(), Parameters.flag("unreached", unreached), part.offset(), part.limit()),
                caller);
    }

    /** Some notices, and how many there are in all. */
    record Notices(int totalCount, List<NoticeInfo> notices) {
        static Notices of(NoticeList.Page page, Caller caller) {
            return new Notices(
                    page.total(),
                    page.notices().stream()
                            .map(line -> NoticeInfo.of(line, caller))
                            .toList());
        }
    }

    /**
     * One of them.
     *
     * @param eventId of a campaign's planned event; null where no campaign is behind it
     * @param state NEW while it is not due, ADDRESSED, NOBODY where there is nobody to tell, SUPERSEDED as a reminder
     *     of a plan that has changed, or UNREADABLE if its row was so when it was due; while it is, it is left out
     * @param reminder whether it only reminds of what was told before, once it is due
     * @param dueAt when it is to be told
     */
    record NoticeInfo(
            int id,
            String kind,
            boolean reminder,
            String level,
            String projectId,
            String instanceId,
            String proxyId,
            @Nullable String jobId,
            @Nullable String eventId,
            String sourceVersion,
            String targetVersion,
            @Nullable String plannedTime,
            @Nullable String latestTime,
            String reason,
            String createdAt,
            String dueAt,
            String state,
            List<DeliveryInfo> deliveries) {
        static NoticeInfo of(NoticeLine line, Caller caller) {
            var notice = line.told().notice();
            return new NoticeInfo(
                    line.told().id(),
                    notice.kind().name(),
                    line.told().reminder(),
                    notice.level().name(),
                    notice.projectId(),
                    notice.instanceId(),
                    notice.proxyId(),
                    notice.jobId(),
                    notice.memberId(),
                    notice.source().toString(),
                    notice.target().toString(),
                    Times.ofNullable(notice.plannedAt()),
                    Times.ofNullable(notice.latestAt()),
                    notice.reason(),
                    Times.of(notice.at()),
                    Times.of(line.dueAt()),
                    line.state(),
                    line.deliveries().stream()
                            .map(delivery -> DeliveryInfo.of(delivery, caller))
                            .toList());
        }
    }

    /**
     * What became of it at one address.
     *
     * @param address of a webhook for a viewer its host alone
     * @param id the Message-ID, the webhook-id; null while it waits to be sent with others, or for the end of quiet hours
     * @param status WAITING, SENT, UNKNOWN, BOUNCED, REFUSED, FAILED, OFF or WITHDRAWN
     * @param reason of the last failure; empty where there was none
     */
    record DeliveryInfo(
            String channel,
            String address,
            @Nullable String id,
            String status,
            int attempts,
            String reason,
            @Nullable String endedAt) {
        static DeliveryInfo of(DeliveryLine line, Caller caller) {
            return new DeliveryInfo(
                    line.channel().name(),
                    line.channel() == Channel.WEBHOOK ? ContactAnswers.shown(line.address(), caller) : line.address(),
                    line.id(),
                    line.status().name(),
                    line.attempts(),
                    line.reason(),
                    Times.ofNullable(line.endedAt()));
        }
    }
}
