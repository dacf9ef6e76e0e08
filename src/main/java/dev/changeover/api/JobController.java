package dev.changeover.api;

import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The published job query. */
@Controller("/v3/{project_id}/jobs")
@ExecuteOn(TaskExecutors.BLOCKING)
@ApiResponse(
        responseCode = "4XX",
        description = "why not, with its code",
        content = @Content(schema = @Schema(implementation = ErrorBody.class)))
@Tag(name = "Jobs")
class JobController {
    private final Ownership ownership;

    JobController(Ownership ownership) {
        this.ownership = ownership;
    }

    /** How a job stands. */
    @Get
    JobAnswer job(@PathVariable("project_id") String projectId, @QueryValue @Nullable String id) {
        if (id == null || id.isBlank()) {
            throw Refusal.badParameter("id", "the job's id is needed");
        }
        return JobAnswer.of(ownership.task(projectId, id));
    }
}
