package dev.changeover.api.upgrades;

import static io.swagger.v3.oas.annotations.media.Schema.RequiredMode.REQUIRED;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.changeover.api.ApiException;
import dev.changeover.host.Sha256;
import dev.changeover.inventory.KernelVersion;
import dev.changeover.inventory.Proxy;
import dev.changeover.upgrade.engine.Submission;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request to upgrade a proxy.
 *
 * @param sourceVersion what the caller believes the proxy runs
 * @param targetVersion what it shall run
 * @param isDelayed whether to wait for the maintenance window; null and false mean upon submission
 * @param acceptLostStickiness whether clients may go to another server than stick tables say, where the next generation
 *     cannot get those; null and false mean that such an upgrade is refused
 */
record UpgradeBody(
        @Schema(requiredMode = REQUIRED, nullable = false) @Nullable String sourceVersion,

        @Schema(requiredMode = REQUIRED, nullable = false) @Nullable String targetVersion,

        @JsonProperty("is_delayed") @Nullable Boolean isDelayed,

        @Nullable Boolean acceptLostStickiness) {

    private static final int LONGEST_KEY = 128;

    Submission submission(String projectId, Proxy proxy, @Nullable String key, String requester) {
        var source = version("source_version", sourceVersion);
        var target = version("target_version", targetVersion);
        var scheduled = Boolean.TRUE.equals(isDelayed);
        if (key != null && (key.isBlank() || key.length() > LONGEST_KEY)) {
            throw ApiException.badParameter("Idempotency-Key", "1 to %d characters are needed".formatted(LONGEST_KEY));
        }
        if (key != null && Submission.isReserved(key)) {
            throw ApiException.badParameter(
                    "Idempotency-Key", "those that begin with campaign: or repair: are Changeover's own; send another");
        }
        var accepts = Boolean.TRUE.equals(acceptLostStickiness);
        var fingerprint = Sha256.of(
                "%s %s %s %s%s".formatted(proxy.id(), source, target, scheduled, accepts ? " lost stickiness" : ""));
        return new Submission(
                projectId,
                proxy.instanceId(),
                proxy.id(),
                source,
                target,
                scheduled,
                key,
                fingerprint,
                requester,
                accepts,
                null);
    }

    private static KernelVersion version(String name, @Nullable String text) {
        if (text == null) {
            throw ApiException.badParameter(name, "is missing; a kernel version like 2.23.06.001 is needed");
        }
        try {
            return KernelVersion.of(text);
        } catch (IllegalArgumentException malformed) {
            throw ApiException.badParameter(name, String.valueOf(malformed.getMessage()));
        }
    }
}
