package dev.changeover.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.changeover.client.Json;
import dev.changeover.client.ResourcePaths;
import dev.changeover.client.RestClient;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

@Command(
        name = "nodes",
        description =
                "Lists the nodes of all proxies, of every project, as they were last seen: those with problems first.")
final class NodesCommand extends RemoteCommand {
    private static final TableView NODES = new TableView("nodes")
            .text("NODE", "node", "id")
            .text("PROXY", "proxy_id")
            .text("INSTANCE", "instance_id")
            .text("PROJECT", "project_id")
            .text("ROLE", "node", "role")
            .status("STATUS", "node", "status")
            .text("RUNS", "node", "version")
            .text("SESSIONS", "node", "sessions")
            .time("SEEN", "node", "observed_at")
            .text("AGENT", "agent")
            .column("GENERATIONS", NodesCommand::generations)
            .column("FINDINGS", NodesCommand::findings);

    @Override
    int run(RestClient server) {
        return printer("nodes", NODES, "register some with: " + invocation("fleet import FILE"))
                .all(part -> ResourcePaths.parts(server, RestClient.path("nodes"), "nodes", part));
    }

    private static String findings(JsonNode entry) {
        return Json.list(entry, "findings").stream()
                .map(finding -> Json.text(finding, "text"))
                .collect(Collectors.joining("; "));
    }

    /** Each with its sessions, the one that serves marked. */
    private static String generations(JsonNode entry) {
        return Json.list(entry, "generations").stream()
                .map(one -> "%s%s: %s, %s sessions"
                        .formatted(
                                one.path("serving").asBoolean() ? "*" : "",
                                Json.text(one, "number"),
                                Json.text(one, "version"),
                                Json.text(one, "sessions")))
                .collect(Collectors.joining("; "));
    }
}
