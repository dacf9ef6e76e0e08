package dev.changeover.api.campaigns;

import static io.swagger.v3.oas.annotations.media.Schema.RequiredMode.REQUIRED;

import dev.changeover.api.Parameters;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Why something is said to a campaign.
 *
 * @param reason one line without control and format characters, for the record
 */
record ReasonBody(
        @Schema(requiredMode = REQUIRED, nullable = false) @Nullable String reason) {
    String given() {
        return Parameters.reason(reason);
    }
}
