package dev.changeover.agent;

import dev.changeover.host.DataDirectory;
import dev.changeover.node.check.CheckedHost;
import dev.changeover.node.check.Findings;
import dev.changeover.temporal.TemporalConfigurationException;
import dev.changeover.temporal.TemporalConnection;
import dev.changeover.temporal.TemporalSettings;
import java.io.IOException;
import java.time.Duration;

/** Whether this node would get orders: Temporal answers, with the agent's profile, variables and keys. */
final class TemporalCheck {
    private static final Duration ANSWER = Duration.ofSeconds(5);

    private TemporalCheck() {}

    static void look(CheckedHost host, Findings findings) throws IOException {
        var configuration = host.configuration();
        var environment = host.environment();
        try {
            var settings = TemporalSettings.forAgent(
                            configuration.temporalProfile(), DataDirectory.ofThisUser(), environment)
                    .encryptedBy(configuration.payloadKeys());
            var readiness = TemporalConnection.look(settings, environment, ANSWER);
            if (readiness.ready()) {
                findings.ok("Temporal", readiness.reason());
            } else {
                findings.problem(
                        "Temporal",
                        readiness.reason(),
                        "until it answers, HAProxy is looked after but takes no orders");
            }
        } catch (TemporalConfigurationException wrong) {
            findings.problem(
                    "Temporal",
                    String.valueOf(wrong.getMessage()),
                    "correct the TEMPORAL_ lines of /etc/changeover/agent.env, or the profile that agent.toml names");
        }
    }
}
