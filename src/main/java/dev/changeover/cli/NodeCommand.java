package dev.changeover.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.changeover.client.Exit;
import dev.changeover.client.Json;
import dev.changeover.client.RestClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Nodes and their agents. */
@Command(name = "node", description = "Enrols the agents of nodes.")
final class NodeCommand extends CommandGroup {
    /** Prints a token. */
    @Command(
            name = "enroll",
            description =
                    "Prints the token with which a node's agent takes up the control plane's key: once, within a day.")
    static final class Enroll extends RemoteCommand {
        @Parameters(paramLabel = "NODE", description = "its id")
        private String node = "";

        @Override
        int run(RestClient server) {
            var answer =
                    server.post(RestClient.path("nodes", node, "enrolment"), JsonNodeFactory.instance.objectNode());
            print(answer, () -> Json.text(answer, "token"));
            return Exit.DONE;
        }
    }
}
