package dev.changeover.node.check;

import static dev.changeover.node.agent.ConfigurationReview.KEPT;

import dev.changeover.haproxy.configuration.GraceTime;
import dev.changeover.node.agent.ConfigurationReview;
import java.io.IOException;
import java.time.Duration;

/** What in the file cuts sessions that a retirement would keep. */
final class TimeoutCheck {
    private TimeoutCheck() {}

    static void look(CheckedHost host, Findings findings) throws IOException {
        var file = host.file();
        file.hardStopAfter().ifPresent(limit -> {
            if (limit.compareTo(ConfigurationReview.HARMLESS_HARD_STOP) < 0) {
                findings.problem(
                        "hard-stop-after",
                        "it would cut all sessions that are left %d s after a handover".formatted(limit.toSeconds()),
                        "remove it");
            } else {
                findings.ok("hard-stop-after", "it is beyond what a retirement takes");
            }
        });
        grace(GraceTime.of(file), findings);
        var limits = host.proof().idleLimits(file);
        limits.forEach((where, limit) -> {
            if (limit.compareTo(KEPT) <= 0) {
                findings.warning(
                        where,
                        "HAProxy itself cuts sessions that are idle for %d s, also those that a retirement keeps"
                                .formatted(limit.toSeconds()),
                        "25h spares them");
            }
        });
        if (limits.isEmpty()) findings.ok("timeouts", "the file has none that cuts an idle session of a database");
        if (!limits.isEmpty() && limits.values().stream().allMatch(limit -> limit.compareTo(KEPT) > 0)) {
            findings.ok("timeouts", "HAProxy cuts no idle session within %d h".formatted(KEPT.toHours()));
        }
    }

    private static void grace(Duration grace, Findings findings) {
        var longest = ConfigurationReview.LONGEST_GRACE;
        if (grace.compareTo(longest) > 0) {
            findings.problem(
                    "grace",
                    "what was told to stop accepting goes on with it for %d s, and a handover waits for %d s at most"
                            .formatted(grace.toSeconds(), longest.toSeconds()),
                    "take it out: a handover needs no grace");
        } else if (grace.isPositive()) {
            findings.warning(
                    "grace",
                    "each handover takes %d s longer, in which the old generation goes on accepting"
                            .formatted(grace.toSeconds()),
                    "take it out: a handover needs no grace");
        }
    }
}
