package dev.changeover.api;

import dev.changeover.upgrade.UpgradeView;
import dev.changeover.upgrade.Upgrades;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.swagger.v3.oas.annotations.tags.Tag;

/** A running or ended upgrade: where it stands, and what operators say to it. */
@Controller("/v3/{project_id}/upgrades")
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "Upgrades")
class UpgradeController {
    private final Ownership ownership;
    private final Upgrades upgrades;

    UpgradeController(Ownership ownership, Upgrades upgrades) {
        this.ownership = ownership;
        this.upgrades = upgrades;
    }

    /** Phase, nodes with their steps, sessions by generation, who still holds on, and what happens next. */
    @Get("/{job_id}")
    UpgradeAnswer upgrade(@PathVariable("project_id") String projectId, @PathVariable("job_id") String jobId) {
        return UpgradeAnswer.of(view(projectId, jobId));
    }

    private UpgradeView view(String projectId, String jobId) {
        ownership.task(projectId, jobId);
        return upgrades.view(jobId).orElseThrow(() -> Refusal.noSuchJob(jobId));
    }
}
