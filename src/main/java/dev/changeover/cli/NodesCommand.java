package dev.changeover.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.changeover.client.Exit;
import dev.changeover.client.Json;
import dev.changeover.client.ResourcePaths;
import dev.changeover.client.RestClient;
import dev.changeover.terminal.Table;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

/** The hosts that serve proxies. */
@Command(
        name = "nodes",
        description =
                "Lists the nodes of all proxies, of every project, as they were last seen: those with problems first.")
final class NodesCommand extends RemoteCommand {
    @Override
    int run(RestClient server) {
        var table = new Table(
                        "NODE",
                        "PROXY",
                        "INSTANCE",
                        "PROJECT",
                        "ROLE",
                        "STATUS",
                        "RUNS",
                        "SESSIONS",
                        "SEEN",
                        "AGENT",
                        "GENERATIONS",
                        "FINDINGS")
                .first("register some with: " + invocation("fleet import FILE"));
        var printer = printer("nodes", table, NodesCommand::cells);
        ResourcePaths.parts(server, RestClient.path("nodes"), "nodes", printer::part);
        printer.end();
        return Exit.DONE;
    }

    private static Object[] cells(JsonNode entry) {
        var node = entry.path("node");
        return new Object[] {
            Json.text(node, "id"),
            Json.text(entry, "proxy_id"),
            Json.text(entry, "instance_id"),
            Json.text(entry, "project_id"),
            Json.text(node, "role"),
            Json.text(node, "status"),
            Json.text(node, "version"),
            Json.text(node, "sessions"),
            TimeFormat.dateAndTime(Json.text(node, "observed_at")),
            Json.text(entry, "agent"),
            generations(entry),
            Json.list(entry, "findings").stream()
                    .map(finding -> Json.text(finding, "text"))
                    .collect(Collectors.joining("; "))
        };
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
