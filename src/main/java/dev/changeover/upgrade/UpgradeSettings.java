package dev.changeover.upgrade;

import java.time.Duration;

/**
 * How carefully an upgrade goes; part of its request, so a later change of configuration moves no running upgrade.
 *
 * @param soak how long a node is watched after its handover
 * @param ageLimit sessions older than this may be closed, no others (REQUIREMENTS S14)
 * @param pace at least this long between two closings on a node
 * @param patience how long an agent may take to pick up an activity before that counts as a failure
 */
public record UpgradeSettings(Duration soak, Duration ageLimit, Duration pace, Duration patience) {

    /** A soak of a minute, sessions under 24 h untouched, one closing a second and node. */
    public static final UpgradeSettings DEFAULT = new UpgradeSettings(
            Duration.ofSeconds(60), Duration.ofHours(24), Duration.ofSeconds(1), Duration.ofMinutes(2));

    public UpgradeSettings {
        if (soak.isNegative() || ageLimit.isNegative() || !pace.isPositive() || !patience.isPositive()) {
            throw new IllegalArgumentException(
                    "soak and age limit cannot be negative, pace and patience must be positive");
        }
    }
}
