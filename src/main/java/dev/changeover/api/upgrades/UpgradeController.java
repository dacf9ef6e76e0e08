package dev.changeover.api.upgrades;

import static dev.changeover.audit.AuditEntry.Subject.Kind.INSTANCE;
import static dev.changeover.audit.AuditEntry.Subject.Kind.PROXY;

import dev.changeover.access.Permission;
import dev.changeover.api.ApiException;
import dev.changeover.api.audit.Action;
import dev.changeover.api.audit.Change;
import dev.changeover.api.caller.Caller;
import dev.changeover.api.caller.CredentialRevalidation;
import dev.changeover.api.caller.Ownership;
import dev.changeover.task.TaskLedger;
import dev.changeover.upgrade.Command;
import dev.changeover.upgrade.ErrorCode;
import dev.changeover.upgrade.engine.UpgradeView;
import dev.changeover.upgrade.engine.Upgrades;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Header;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.sse.Event;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/** A running or ended upgrade: where it stands, what happened, what it proves, and what operators say to it. */
@Controller("/v3/{project_id}/upgrades")
@Tag(name = "Upgrades")
record UpgradeController(
        Ownership ownership,
        Upgrades upgrades,
        TaskLedger ledger,
        EventStream events,
        CredentialRevalidation revalidation) {
    /** Phase, nodes with their steps, sessions by generation, who still holds on, and what happens next. */
    @Secured(Permission.LIST_TASKS)
    @Get("/{job_id}")
    UpgradeAnswer upgrade(@PathVariable("project_id") String projectId, @PathVariable("job_id") String jobId) {
        return UpgradeAnswer.of(view(projectId, jobId));
    }

    /**
     * The upgrade's events, as server-sent events, until the upgrade has ended altogether, or the caller may not see it
     * any more. The id of each is its number; Last-Event-ID resumes after it. With live=true also where the upgrade stands,
     * as events named state without an id, at once and within two seconds of a change; and every few seconds between
     * them a ping with the time.
     */
    @Secured(Permission.LIST_TASKS)
    @ExecuteOn(TaskExecutors.BLOCKING)
    @Get(value = "/{job_id}/events", produces = MediaType.TEXT_EVENT_STREAM)
    Publisher<Event<Object>> events(
            @PathVariable("project_id") String projectId,
            @PathVariable("job_id") String jobId,
            @Header("Last-Event-ID") @Nullable String lastEventId,
            @Parameter(description = "whether its state is sent too (false)") @QueryValue(defaultValue = "false")
                    boolean live,
            HttpRequest<?> request) {
        var task = ownership.task(projectId, jobId);
        var caller = revalidation.of(request);
        return events.after(
                task.jobId(),
                number(lastEventId),
                live,
                () -> caller.get()
                        .filter(account -> account.sees(task.projectId()))
                        .isPresent());
    }

    /** The evidence report; provisional until the upgrade has ended altogether. */
    @Secured(Permission.LIST_TASKS)
    @Get("/{job_id}/report")
    Report report(@PathVariable("project_id") String projectId, @PathVariable("job_id") String jobId) {
        var view = view(projectId, jobId);
        return Report.of(
                view, ledger.events(jobId, 0).stream().map(EventAnswer::of).toList());
    }

    /**
     * Says something to a running upgrade. 403 where an owner would pause, resume or stop a campaign's upgrade; 409 when its
     * phase does not allow it; 400 when the body is wrong, a start_time outside of the window included. Either way nothing
     * was changed.
     */
    @Secured(Permission.MODIFY_PROXY)
    @Action("upgrade.{command}")
    @Post("/{job_id}/{command:pause|resume|stop|start-now|reschedule|cancel}")
    UpgradeAnswer command(
            @PathVariable("project_id") String projectId,
            @PathVariable("job_id") String jobId,
            @Parameter(
                            schema =
                                    @Schema(
                                            allowableValues = {
                                                "pause",
                                                "resume",
                                                "stop",
                                                "start-now",
                                                "reschedule",
                                                "cancel"
                                            }))
                    @PathVariable
                    String command,
            @Body CommandBody body,
            @Parameter(hidden = true) Caller caller,
            @Parameter(hidden = true) Change change) {
        return say(projectId, jobId, command, body, caller, change);
    }

    /**
     * Commands for operators only: to a held upgrade, and to close sessions that are younger than the limit; close-one is
     * close-remaining of one session, which it needs with its node. 409 when its phase does not allow it; 400 when the body
     * is wrong. Either way nothing was changed.
     */
    @Secured(Permission.OPERATE_UPGRADES)
    @Action("upgrade.{order}")
    @Post("/{job_id}/{order:retry|skip|close-remaining|close-one}")
    UpgradeAnswer order(
            @PathVariable("project_id") String projectId,
            @PathVariable("job_id") String jobId,
            @Parameter(schema = @Schema(allowableValues = {"retry", "skip", "close-remaining", "close-one"}))
                    @PathVariable
                    String order,
            @Body CommandBody body,
            @Parameter(hidden = true) Caller caller,
            @Parameter(hidden = true) Change change) {
        return say(projectId, jobId, order, body, caller, change);
    }

    private UpgradeAnswer say(
            String projectId, String jobId, String command, CommandBody body, Caller caller, Change change) {
        var one = command.equals("close-one");
        var said = one
                ? Command.CLOSE_REMAINING
                : Command.valueOf(command.toUpperCase(Locale.ROOT).replace('-', '_'));
        body.tell(change);
        var wish = one ? body.checkOne() : body.check(said);
        var task = ownership.task(projectId, jobId);
        requirePermission(said, jobId, caller);
        change.about(INSTANCE, task.instanceId())
                .about(PROXY, task.proxyId())
                .before("phase", task.phase())
                .announce();
        var answer = wish.sayTo(upgrades, jobId, said, caller.toString());
        change.after("phase", answer.progress().phase());
        if (!answer.noted()) {
            throw ApiException.notNow(answer.refusal());
        }
        return UpgradeAnswer.of(view(projectId, jobId), answer.progress());
    }

    /** What holds up a campaign's upgrade is said to all that wait for its end; the list of commands says what it needs. */
    private void requirePermission(Command said, String jobId, Caller caller) {
        var needed = PossibleCommand.permission(said, true);
        if (!caller.account().role().permissions().contains(needed)
                && upgrades.view(jobId).filter(UpgradeView::forced).isPresent()) {
            throw new ApiException(
                    ErrorCode.NOT_PERMITTED,
                    "a campaign has this upgrade done, and others wait for its end: to %s it needs %s"
                            .formatted(said.word(), needed));
        }
    }

    private UpgradeView view(String projectId, String jobId) {
        ownership.task(projectId, jobId);
        return upgrades.view(jobId).orElseThrow(() -> ApiException.noSuchJob(jobId));
    }

    private static int number(@Nullable String lastEventId) {
        if (lastEventId == null || lastEventId.isEmpty()) {
            return 0;
        }
        try {
            return Integer.parseInt(lastEventId);
        } catch (NumberFormatException strange) {
            throw ApiException.badParameter("Last-Event-ID", "the number of an event is needed");
        }
    }
}
