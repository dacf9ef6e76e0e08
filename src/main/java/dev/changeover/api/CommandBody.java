package dev.changeover.api;

import static io.swagger.v3.oas.annotations.media.Schema.RequiredMode.REQUIRED;

import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What an operator says to a running upgrade.
 *
 * @param reason why, for the record; needed
 * @param nodeId the held node that is meant; may be left out where only one is held
 */
record CommandBody(
        @Schema(requiredMode = REQUIRED, nullable = false) @Nullable String reason,

        @Nullable String nodeId) {
    private static final int LONGEST_REASON = 500;

    String reasonGiven() {
        if (reason == null || reason.isBlank() || reason.length() > LONGEST_REASON) {
            throw Refusal.badParameter(
                    "reason", "1 to %d characters that say why are needed".formatted(LONGEST_REASON));
        }
        return reason;
    }
}
