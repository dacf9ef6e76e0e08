package dev.changeover.api.campaigns;

import static io.swagger.v3.oas.annotations.media.Schema.RequiredMode.REQUIRED;

import dev.changeover.api.ApiException;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Why something is said to a campaign.
 *
 * @param reason one line without control and format characters, for the record
 */
record ReasonBody(
        @Schema(requiredMode = REQUIRED, nullable = false) @Nullable String reason) {
    private static final int LONGEST = 500;
    private static final Pattern UNSEEN = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");

    String given() {
        if (reason == null
                || reason.isBlank()
                || reason.length() > LONGEST
                || UNSEEN.matcher(reason).find()) {
            throw ApiException.badParameter(
                    "reason", "one line of 1 to %d characters that says why is needed".formatted(LONGEST));
        }
        return reason;
    }
}
