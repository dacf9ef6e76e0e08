package dev.changeover.api.upgrades;

import dev.changeover.access.Permission;
import dev.changeover.api.ApiException;
import dev.changeover.api.caller.ProjectIsolation;
import dev.changeover.upgrade.engine.Upgrades;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.security.annotation.Secured;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;

/** Upgrades by their job alone, for callers that do not know the project. */
@Controller("/v3/upgrades")
@Tag(name = "Fleet")
record UpgradeOfAnyProjectController(Upgrades upgrades) {
    /** The upgrades of all projects that wait for an operator; the oldest first. */
    @Secured(Permission.OPERATE_UPGRADES)
    @Get("/held")
    HeldUpgrades held() {
        return new HeldUpgrades(upgrades.held().stream().map(UpgradeAnswer::of).toList());
    }

    /** Upgrades that wait for an operator. */
    record HeldUpgrades(List<UpgradeAnswer> upgrades) {}

    /** An upgrade of any project that the caller may see. */
    @Secured(Permission.LIST_TASKS)
    @Get("/{job_id}")
    UpgradeAnswer upgrade(@PathVariable("job_id") String jobId) {
        return UpgradeAnswer.of(upgrades.view(jobId)
                .filter(view -> ProjectIsolation.shows(view.task().projectId()))
                .orElseThrow(() -> ApiException.noSuchJob(jobId)));
    }
}
