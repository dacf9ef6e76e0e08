package dev.changeover.upgrade;

import static dev.changeover.value.Setting.require;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/**
 * How carefully an upgrade goes; part of its request, so a later change of configuration moves no running upgrade.
 *
 * @param soak how long a node is watched after its handover
 * @param ageLimit sessions older than this may be closed, no others (REQUIREMENTS S14)
 * @param pace at least this long between two closings on a node
 * @param agentPickupTimeout how long an agent may take to pick up an activity before that counts as a failure
 * @param stageAhead how long before the opening of a window the nodes fetch the kernel
 * @param atOnce as many upgrades may change something at once; a scheduled one waits in its opening until there are
 *     fewer, one upon submission does not
 */
@ConfigurationProperties("changeover.upgrade")
public record UpgradeSettings(
        @Bindable(defaultValue = "60s") Duration soak,
        @Bindable(defaultValue = "24h") Duration ageLimit,
        @Bindable(defaultValue = "1s") Duration pace,
        @Bindable(defaultValue = "2m") Duration agentPickupTimeout,
        @Bindable(defaultValue = "30m") Duration stageAhead,
        @Bindable(defaultValue = "20") int atOnce) {

    /** A soak of a minute, sessions under 24 h untouched, one closing a second and node. */
    public static final UpgradeSettings DEFAULT = new UpgradeSettings(
            Duration.ofSeconds(60),
            Duration.ofHours(24),
            Duration.ofSeconds(1),
            Duration.ofMinutes(2),
            Duration.ofMinutes(30),
            20);

    /**
     * An agent that runs has a call open at Temporal, which is given a question at once, however busy the agent's host is:
     * only the answer costs it time. One that has not picked it up by then does not run or does not reach Temporal. Upgrades
     * wait longer: nobody sits before them, and an agent that is restarted is back by then.
     */
    private static final Duration PLAN_PICKUP = Duration.ofSeconds(5);

    public UpgradeSettings {
        // A request of before there were windows does not say.
        stageAhead = stageAhead == null ? Duration.ofMinutes(30) : stageAhead;
        require(!soak.isNegative(), "CHANGEOVER_UPGRADE_SOAK", soak, "0s or more");
        require(!ageLimit.isNegative(), "CHANGEOVER_UPGRADE_AGE_LIMIT", ageLimit, "0s or more");
        require(pace.isPositive(), "CHANGEOVER_UPGRADE_PACE", pace, "more than 0s");
        require(
                agentPickupTimeout.isPositive(),
                "CHANGEOVER_UPGRADE_AGENT_PICKUP_TIMEOUT",
                agentPickupTimeout,
                "more than 0s");
        require(!stageAhead.isNegative(), "CHANGEOVER_UPGRADE_STAGE_AHEAD", stageAhead, "0s or more");
        require(atOnce > 0, "CHANGEOVER_UPGRADE_AT_ONCE", atOnce, "1 or more");
    }

    /** What happens to a node after its handover, as it goes on after "is" or "were". */
    public String watched() {
        return soak.isZero() ? "checked once more" : "watched for %s s".formatted(soak.toSeconds());
    }

    /** The age from which on sessions may be closed, for people. */
    public String ageLimitInWords() {
        var seconds = ageLimit.toSeconds();
        if (seconds >= 3600 && seconds % 3600 == 0) return words(seconds / 3600, "hour");
        return seconds >= 60 && seconds % 60 == 0 ? words(seconds / 60, "minute") : words(seconds, "second");
    }

    private static String words(long count, String unit) {
        return "%d %s%s".formatted(count, unit, count == 1 ? "" : "s");
    }

    /** The same for a plan, for which somebody waits. */
    public UpgradeSettings ofAPlan() {
        var pickup = agentPickupTimeout.compareTo(PLAN_PICKUP) < 0 ? agentPickupTimeout : PLAN_PICKUP;
        return new UpgradeSettings(soak, ageLimit, pace, pickup, stageAhead, atOnce);
    }
}
