package dev.changeover.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

/** What waits for an operator. */
@Command(
        name = "held",
        description =
                "Shows the upgrades of every project that are held, the oldest first, and what can be said to each.")
final class HeldCommand extends RemoteCommand {
    @Override
    int run(RestClient server) {
        var answer = server.get(RestClient.path("upgrades", "held"));
        print(answer, () -> text(Json.list(answer, "upgrades")));
        return Exit.DONE;
    }

    private String text(List<JsonNode> upgrades) {
        var blank = System.lineSeparator() + System.lineSeparator();
        return upgrades.isEmpty() ? "none" : upgrades.stream().map(this::text).collect(Collectors.joining(blank));
    }

    private String text(JsonNode upgrade) {
        return Json.text(upgrade, "sentence") + System.lineSeparator() + NextCommands.of(upgrade, this::invocation);
    }
}
