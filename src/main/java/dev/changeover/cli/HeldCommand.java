package dev.changeover.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.changeover.client.Json;
import dev.changeover.client.RestClient;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

@Command(
        name = "held",
        description =
                "Shows the upgrades of every project that are held, the oldest first, and what can be said to each.")
final class HeldCommand extends RemoteCommand {
    @Override
    int run(RestClient server) {
        var answer = server.get(RestClient.path("upgrades", "held"));
        return done(answer, () -> text(server, Json.list(answer, "upgrades")));
    }

    private String text(RestClient server, List<JsonNode> upgrades) {
        if (upgrades.isEmpty()) return "none: nothing waits for an operator";
        var permissions = NextCommands.permissions(server);
        return upgrades.stream()
                .map(upgrade -> Json.text(upgrade, "sentence")
                        + System.lineSeparator()
                        + NextCommands.of(upgrade, permissions, this::invocation))
                .collect(Collectors.joining(System.lineSeparator() + System.lineSeparator()));
    }
}
