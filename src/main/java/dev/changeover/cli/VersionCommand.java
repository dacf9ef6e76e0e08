package dev.changeover.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.changeover.client.Json;
import dev.changeover.client.ResourcePaths;
import dev.changeover.client.RestClient;
import dev.changeover.terminal.Facts;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "version",
        description = "Shows the version a proxy runs, the newest one, and whether it can be upgraded.")
final class VersionCommand extends RemoteCommand {
    private static final String ENGINE = "haproxy";

    @Parameters(paramLabel = "PROXY", description = "id of the proxy")
    private String proxyId = "";

    @Override
    int run(RestClient server) {
        var answer = of(server, ResourcePaths.proxy(server, proxyId));
        return done(answer, () -> text(answer));
    }

    static JsonNode of(RestClient server, String proxy) {
        return server.get(proxy + "/" + ENGINE + "/proxy-version");
    }

    private String text(JsonNode answer) {
        var can = answer.path("can_upgrade").asBoolean();
        var lines = new Facts()
                .add("current version", Json.text(answer, "current_version"))
                .add("latest version", Json.text(answer, "latest_version"))
                .add("can upgrade", can ? "yes" : "no: " + Json.text(answer, "reason"));
        if (can) {
            var risk = answer.path("risk");
            lines.add("takes", Json.text(risk, "upgrade_duration"))
                    .add("influence", Json.text(risk, "influence"))
                    .add("advice", Json.text(risk, "suggest") + " " + Json.text(risk, "guidance"))
                    .add("begin it with", invocation("upgrade " + proxyId + " --watch"));
        }
        var notes = Json.list(answer, "release_notes").stream()
                .map(note -> Json.text(note, "version") + "  " + Json.text(note, "notes"))
                .collect(Collectors.joining(System.lineSeparator()));
        return notes.isEmpty() ? lines.text(paint()) : lines.text(paint()) + System.lineSeparator() + notes;
    }
}
