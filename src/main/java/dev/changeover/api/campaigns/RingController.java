package dev.changeover.api.campaigns;

import static io.swagger.v3.oas.annotations.media.Schema.RequiredMode.REQUIRED;

import dev.changeover.access.Permission;
import dev.changeover.api.ApiException;
import dev.changeover.api.Parameters;
import dev.changeover.api.audit.Action;
import dev.changeover.api.audit.Change;
import dev.changeover.api.caller.Ownership;
import dev.changeover.inventory.Ring;
import dev.changeover.inventory.Rings;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Put;
import io.micronaut.security.annotation.Secured;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** When the owner of an instance wants to be served in campaigns. */
@Controller("/v3/{project_id}/instances/{instance_id}/ring")
@Tag(name = "Planned events")
record RingController(Ownership ownership, Rings rings) {
    /**
     * The ring of an instance.
     *
     * @param ring EARLY, NORMAL or LATE
     */
    record RingBody(
            @Schema(requiredMode = REQUIRED, nullable = false) @Nullable String ring) {}

    /** The ring: early ones are in the first waves of a campaign, late ones in the last. */
    @Secured(Permission.LIST_INSTANCES)
    @Get
    RingBody ring(@PathVariable("project_id") String projectId, @PathVariable("instance_id") String instanceId) {
        var instance = ownership.instance(projectId, instanceId);
        return new RingBody(rings.of(instance.id()).name());
    }

    /** Chooses the ring; campaigns that have started keep the one they found. */
    @Secured(Permission.MODIFY_INSTANCE)
    @Action("ring.change")
    @Put
    RingBody choose(
            @PathVariable("project_id") String projectId,
            @PathVariable("instance_id") String instanceId,
            @Body RingBody body,
            @Parameter(hidden = true) Change change) {
        var instance = ownership.instance(projectId, instanceId);
        if (body.ring() == null) {
            throw ApiException.badParameter("ring", "EARLY, NORMAL or LATE is needed");
        }
        var ring = Parameters.constant("ring", Ring.class, body.ring());
        change.before("ring", rings.of(instance.id())).after("ring", ring).announce();
        rings.choose(instance.id(), ring);
        return new RingBody(ring.name());
    }
}
