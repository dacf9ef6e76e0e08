package dev.changeover.api.tasks;

import static io.swagger.v3.oas.annotations.media.Schema.RequiredMode.REQUIRED;

import dev.changeover.api.ApiException;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Which scheduled task's record shall be deleted. */
record DeleteBody(
        @Schema(requiredMode = REQUIRED, nullable = false) @Nullable String jobId) {

    String named() {
        if (jobId == null || jobId.isBlank()) {
            throw ApiException.badParameter("job_id", "the job's id is needed");
        }
        return jobId;
    }
}
