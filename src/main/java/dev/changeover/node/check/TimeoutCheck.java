package dev.changeover.node.check;

import dev.changeover.haproxy.OperatorConfiguration;
import dev.changeover.node.agent.ConfigurationReview;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** What in the file cuts sessions that a retirement would keep. */
final class TimeoutCheck implements Check {
    private static final List<String> IDLE = List.of("client", "server", "tunnel");

    @Override
    public String name() {
        return "timeouts";
    }

    @Override
    public void look(CheckedHost host, Findings findings) throws IOException {
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
        var shortest = file.shortestIdle();
        if (shortest.isPresent() && shortest.get().compareTo(ConfigurationReview.KEPT) > 0) {
            findings.ok(
                    "timeouts",
                    "HAProxy cuts no idle session within %d h".formatted(ConfigurationReview.KEPT.toHours()));
        }
        if (shortest.isEmpty()) findings.ok("timeouts", "the file has none that cuts an idle session");
        for (var line : host.settings(line -> line.is("timeout") && IDLE.contains(line.word(1)))) {
            OperatorConfiguration.time(line.word(2))
                    .filter(limit ->
                            limit.compareTo(Duration.ZERO) > 0 && limit.compareTo(ConfigurationReview.KEPT) <= 0)
                    .ifPresent(limit -> findings.warning(
                            "timeout %s %s".formatted(line.word(1), line.word(2)),
                            "in %s: HAProxy itself cuts sessions that are idle for %d s, also those that a retirement keeps"
                                    .formatted((line.kind() + " " + line.section()).strip(), limit.toSeconds()),
                            "25h spares them"));
        }
    }
}
