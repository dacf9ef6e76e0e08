package dev.changeover.agent;

import dev.changeover.node.order.Enrolment;
import java.io.IOException;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Takes up the key whose orders this agent carries out. */
@Command(
        name = "enroll",
        mixinStandardHelpOptions = true,
        description = {
            "Lets this agent carry out what the control plane signs, and nothing else.",
            "Run it as the agent's user; a running agent need not be restarted."
        })
final class EnrollCommand extends NodeCommand {
    @Parameters(paramLabel = "TOKEN", description = "the line that 'changeover node enroll NODE' prints")
    private String token = "";

    @Override
    public Integer call() throws IOException {
        var configuration = agent().configuration();
        CommandRights.requireAgent(configuration, spec());
        var enrolment = Enrolment.accept(token, configuration.nodeId(), configuration.runDir(), Instant.now());
        out().println("node %s takes orders signed with key %s from now on"
                .formatted(configuration.nodeId(), enrolment.fingerprint()));
        return 0;
    }
}
