package dev.changeover.api.campaigns;

import static io.swagger.v3.oas.annotations.media.Schema.RequiredMode.REQUIRED;

import dev.changeover.api.ApiException;
import dev.changeover.api.Parameters;
import dev.changeover.api.Times;
import dev.changeover.campaign.Amount;
import dev.changeover.campaign.Level;
import dev.changeover.campaign.Strategy;
import dev.changeover.campaign.Wish;
import dev.changeover.campaign.run.Campaigns;
import dev.changeover.inventory.Ring;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A campaign that is wanted; what is left out is as the settings say.
 *
 * @param engine key of the catalogue, haproxy if left out
 * @param version what its proxies are brought off
 * @param level CRITICAL, MAJOR or MINOR; what the version's lifecycle suggests if left out
 * @param deadline until then owners choose when
 * @param reason for owners; the version's own if left out
 * @param leadTimeSeconds owners are told so long before the first upgrade
 * @param apartDays so many days after its last forced upgrade a proxy is left alone, unless it is CRITICAL
 * @param atOnce so many of its upgrades run at once
 * @param perProject and so many of them in one project
 * @param perMinute so many begin within a minute
 * @param tolerated so many members of a wave may fail, as a number or a percentage
 * @param waves in order; together they take every proxy on the version
 */
record CampaignBody(
        @Nullable String engine,

        @Schema(requiredMode = REQUIRED, nullable = false) @Nullable String version,

        @Nullable String level,
        @Nullable String deadline,
        @Nullable String reason,
        @Nullable Integer leadTimeSeconds,
        @Nullable Integer apartDays,
        @Nullable Integer atOnce,
        @Nullable Integer perProject,
        @Nullable Integer perMinute,
        @Nullable String tolerated,
        @Nullable List<@Nullable WaveBody> waves) {
    private static final int LONGEST_REASON = 1000;
    private static final int MOST_WAVES = 50;
    private static final int MOST = 100_000;

    /** In seconds. */
    private static final int A_YEAR = 365 * 24 * 60 * 60;

    /** In days. */
    private static final int TEN_YEARS = 3650;

    /**
     * One wave.
     *
     * @param size how many of all proxies it takes: a number, a percentage, or rest
     * @param region of its proxies only
     * @param projectId of its proxies only
     * @param ring EARLY, NORMAL or LATE: of instances with that ring only
     * @param soakSeconds how long it is watched before the next one
     * @param atMostSeconds so long after its beginning its soak begins, whoever is not through
     * @param approval whether an operator has to approve the next one
     */
    record WaveBody(
            @Schema(requiredMode = REQUIRED, nullable = false) @Nullable String size,

            @Nullable String region,
            @Nullable String projectId,
            @Nullable String ring,
            @Nullable Integer soakSeconds,
            @Nullable Integer atMostSeconds,
            @Nullable Boolean approval) {

        Strategy.Wave with(Strategy.Wave usual) {
            return new Strategy.Wave(
                    amount("waves.size", size == null ? "" : size),
                    region,
                    projectId,
                    ring == null ? null : Parameters.constant("waves.ring", Ring.class, ring),
                    seconds("waves.soak_seconds", soakSeconds, usual.soak()),
                    seconds("waves.at_most_seconds", atMostSeconds, usual.atMost()),
                    Boolean.TRUE.equals(approval));
        }
    }

    /** @throws ApiException naming what is wrong */
    Wish wish(Campaigns campaigns, String actor) {
        if (version == null) {
            throw ApiException.badParameter("version", "the version that is to be left is needed");
        }
        if (reason != null && reason.length() > LONGEST_REASON) {
            throw ApiException.badParameter("reason", "at most %d characters".formatted(LONGEST_REASON));
        }
        if (waves != null && waves.size() > MOST_WAVES) {
            throw ApiException.badParameter("waves", "1 to %d are needed".formatted(MOST_WAVES));
        }
        var wanted = level == null ? null : Parameters.constant("level", Level.class, level);
        try {
            return new Wish(
                    engine == null ? "haproxy" : engine,
                    version,
                    wanted,
                    Times.parameter("deadline", deadline),
                    saysNothing() ? null : strategy(campaigns.usual(wanted == null ? Level.MAJOR : wanted)),
                    reason,
                    actor);
        } catch (IllegalArgumentException wrong) {
            throw new ApiException(dev.changeover.upgrade.ErrorCode.WRONG_PARAMETER, wrong.getMessage());
        }
    }

    private boolean saysNothing() {
        return leadTimeSeconds == null
                && apartDays == null
                && atOnce == null
                && perProject == null
                && perMinute == null
                && tolerated == null
                && waves == null;
    }

    private Strategy strategy(Strategy usual) {
        return new Strategy(
                waves == null
                        ? usual.waves()
                        : waves.stream()
                                .map(wave -> Objects.requireNonNullElse(
                                                wave, new WaveBody(null, null, null, null, null, null, null))
                                        .with(usual.waves().getFirst()))
                                .toList(),
                atOnce == null ? usual.atOnce() : within("at_once", atOnce, 1, MOST),
                perProject == null ? usual.perProject() : within("per_project", perProject, 1, MOST),
                perMinute == null ? usual.perMinute() : within("per_minute", perMinute, 1, MOST),
                tolerated == null ? usual.tolerated() : amount("tolerated", tolerated),
                seconds("lead_time_seconds", leadTimeSeconds, usual.leadTime()),
                apartDays == null ? usual.apart() : Duration.ofDays(within("apart_days", apartDays, 0, TEN_YEARS)));
    }

    private static Amount amount(String field, String text) {
        try {
            return Amount.of(text);
        } catch (IllegalArgumentException none) {
            throw ApiException.badParameter(field, String.valueOf(none.getMessage()));
        }
    }

    private static Duration seconds(String field, @Nullable Integer said, Duration unsaid) {
        return said == null ? unsaid : Duration.ofSeconds(within(field, said, 0, A_YEAR));
    }

    private static int within(String field, int number, int least, int most) {
        if (number < least || number > most) {
            throw ApiException.badParameter(field, "%d to %d is needed".formatted(least, most));
        }
        return number;
    }
}
