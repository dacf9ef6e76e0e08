package dev.changeover.api.fleet;

import dev.changeover.access.Permission;
import dev.changeover.api.Parameters;
import dev.changeover.api.Times;
import dev.changeover.api.audit.Action;
import dev.changeover.api.audit.Change;
import dev.changeover.api.caller.Ownership;
import dev.changeover.inventory.Inventory;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Put;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.security.annotation.Secured;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The maintenance window of an instance. A change moves nothing that is planned already (REQUIREMENTS M4). */
@Controller("/v3/{project_id}/instances/{instance_id}/ops-window")
@Tag(name = "Windows")
record WindowController(Ownership ownership, Inventory inventory) {
    private static final int SHOWN = 10;

    /** A year of nights. */
    private static final int MOST = 366;

    /** The window, and when it opens next. */
    @Secured(Permission.LIST_INSTANCES)
    @Get
    WindowAnswer window(
            @PathVariable("project_id") String projectId,
            @PathVariable("instance_id") String instanceId,
            @QueryValue @Nullable String from,
            @QueryValue @Nullable String count) {
        var window = ownership.instance(projectId, instanceId).window();
        var openings = Parameters.number("count", count, SHOWN, 1, MOST);
        var since = Times.parameter("from", from);
        return WindowAnswer.of(window, window.next(since == null ? Instant.now() : since, openings));
    }

    /** Sets the window. */
    @Secured(Permission.MODIFY_INSTANCE)
    @Action("window.change")
    @Put
    Map<String, String> change(
            @PathVariable("project_id") String projectId,
            @PathVariable("instance_id") String instanceId,
            @Body WindowBody body,
            @Parameter(hidden = true) Change change) {
        var instance = ownership.instance(projectId, instanceId);
        change.before("window", instance.window());
        var window = body.window();
        change.after("window", window).announce();
        inventory.setWindow(instance.id(), window);
        return Map.of();
    }
}
