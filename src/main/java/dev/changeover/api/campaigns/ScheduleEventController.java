package dev.changeover.api.campaigns;

import static dev.changeover.audit.AuditEntry.Subject.Kind.INSTANCE;

import dev.changeover.access.Permission;
import dev.changeover.api.ApiException;
import dev.changeover.api.Paging;
import dev.changeover.api.Parameters;
import dev.changeover.api.audit.Action;
import dev.changeover.api.audit.Change;
import dev.changeover.api.caller.Caller;
import dev.changeover.api.caller.Ownership;
import dev.changeover.api.campaigns.EventAnswers.Result;
import dev.changeover.api.campaigns.EventBody.Operation;
import dev.changeover.campaign.EventList;
import dev.changeover.campaign.Level;
import dev.changeover.campaign.Member;
import dev.changeover.campaign.Refused;
import dev.changeover.campaign.run.PlannedEvents;
import dev.changeover.inventory.Instance;
import dev.changeover.upgrade.ErrorCode;
import dev.changeover.upgrade.UpgradeSettings;
import dev.changeover.upgrade.engine.Silences;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.security.annotation.Secured;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Forced upgrades as the owners of instances see them, and what they may do about them (REQUIREMENTS S9, S10). */
@Controller("/v3/{project_id}/schedule-events")
@Tag(name = "Planned events")
record ScheduleEventController(Ownership ownership, EventList list, PlannedEvents events, UpgradeSettings settings) {
    private static final String TYPE = "PROXY_VERSION_UPGRADE";
    private static final int MOST = 100;

    /** The planned events of a project; by default those that were created last come first. */
    @Secured(Permission.LIST_TASKS)
    @Get
    EventAnswers.Events events(
            @PathVariable("project_id") String projectId,
            @QueryValue @Nullable String id,
            @QueryValue("instance_id") @Nullable String instanceId,
            @QueryValue @Nullable String status,
            @QueryValue @Nullable String type,
            @QueryValue @Nullable String level,
            @QueryValue("sort_field") @Nullable String sortField,
            @QueryValue @Nullable String order,
            @QueryValue @Nullable String offset,
            @QueryValue @Nullable String limit) {
        var part = Paging.part(offset, limit, 10, MOST);
        var project = ownership.project(projectId);
        var wanted = status == null ? null : Parameters.constant("status", EventList.Status.class, status);
        var info = level != null && level.equalsIgnoreCase("INFO");
        var urgency = level == null || info ? null : Parameters.constant("level", Level.class, level);
        var sort = sortField == null
                ? EventList.Sort.CREATED_TIME
                : Parameters.constant("sort_field", EventList.Sort.class, sortField);
        if (order != null && !order.equalsIgnoreCase("DESC") && !order.equalsIgnoreCase("ASC")) {
            throw ApiException.badParameter("order", "DESC or ASC is needed");
        }
        // The cloud has other types and a lower level; of those there are none here.
        var none = info || type != null && !type.equalsIgnoreCase(TYPE);
        return EventAnswers.Events.of(
                list.page(new EventList.Query(
                        project.id(),
                        none ? "" : id,
                        instanceId,
                        wanted,
                        urgency,
                        sort,
                        order == null || order.equalsIgnoreCase("DESC"),
                        part.offset(),
                        part.limit())),
                settings);
    }

    /**
     * Cancels planned events, executes them now, or moves them, each for itself: the answer says which, and why the
     * others stay as they are. After one for which Temporal gave no answer, no other is tried: each would wait as long.
     */
    @Secured(Permission.MODIFY_PROXY)
    @Action("event.change")
    @Post
    EventAnswers.Results act(
            @PathVariable("project_id") String projectId,
            @Body EventBody body,
            @Parameter(hidden = true) Caller caller,
            @Parameter(hidden = true) Change change) {
        var project = ownership.project(projectId);
        var operation = body.operation();
        var named =
                body.named().stream().map(one -> completed(project.id(), one)).toList();
        if (operation == Operation.RESERVATION) body.window();
        change.about(
                        INSTANCE,
                        named.stream()
                                .map(Named::instanceId)
                                .filter(id -> !id.isEmpty())
                                .toList())
                .after("operation", operation)
                .after("events", named.stream().map(Named::id).toList())
                .announce();
        var silences = new Silences();
        return new EventAnswers.Results(named.stream()
                .map(one -> silences.ask(
                        () -> result(project.id(), one, operation, body, caller.toString()),
                        silence -> failed(one, ErrorCode.UNAVAILABLE, String.valueOf(silence.getMessage()))))
                .toList());
    }

    /** An event, and the instance that it is about, also where the program names none; empty where there is no such event. */
    private record Named(String id, String instanceId) {}

    private Named completed(String projectId, EventBody.Named named) {
        var id = Objects.requireNonNull(named.eventId());
        if (named.instanceId() != null) {
            return new Named(id, named.instanceId());
        }
        try {
            return new Named(
                    id,
                    ownership
                            .instance(projectId, events.member(id).instanceId())
                            .id());
        } catch (Refused | ApiException unknown) {
            return new Named(id, "");
        }
    }

    private Result result(String projectId, Named named, Operation operation, EventBody body, String actor) {
        var id = named.id();
        try {
            if (named.instanceId().isEmpty()) throw ApiException.notFound("event", id);
            var instance = ownership.instance(projectId, named.instanceId());
            if (!events.member(id).instanceId().equals(instance.id())) throw ApiException.notFound("event", id);
            var member = done(id, instance, operation, body, actor);
            return new Result(id, id, named.instanceId(), member.jobId(), "", "", true);
        } catch (Refused refused) {
            return failed(named, CampaignController.error(refused), refused.sentence());
        } catch (ApiException wrong) {
            return failed(named, wrong.error(), wrong.sentence());
        }
    }

    private Member done(String id, Instance instance, Operation operation, EventBody body, String actor) {
        return switch (operation) {
            case CANCEL -> events.cancel(id, actor);
            case EXECUTE -> events.execute(id, actor);
            case RESERVATION -> {
                var window = body.window();
                var start = window.start(instance.window());
                yield events.move(id, start, window.end(start, instance.window()), actor);
            }
        };
    }

    private static Result failed(Named named, ErrorCode error, String sentence) {
        return new Result(named.id(), named.id(), named.instanceId(), null, error.code(), sentence, false);
    }
}
