package dev.changeover.api.tasks;

import static io.swagger.v3.oas.annotations.media.Schema.RequiredMode.REQUIRED;

import dev.changeover.api.ApiException;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which scheduled tasks shall be cancelled.
 *
 * @param jobIds 1 to 50 of them
 */
record CancelBody(
        @Schema(requiredMode = REQUIRED, nullable = false) @Nullable List<@Nullable String> jobIds) {
    private static final int MOST = 50;

    /** Each once, as they were named. */
    Set<String> named() {
        if (jobIds == null
                || jobIds.isEmpty()
                || jobIds.size() > MOST
                || jobIds.stream().anyMatch(Objects::isNull)) {
            throw ApiException.badParameter("job_ids", "1 to %d ids of jobs are needed".formatted(MOST));
        }
        var named = new LinkedHashSet<String>();
        jobIds.forEach(jobId -> named.add(Objects.requireNonNull(jobId)));
        return named;
    }
}
