package dev.changeover.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.changeover.client.Json;
import dev.changeover.client.RestClient;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "node", description = "Enrols the agents of nodes, and changes the key that they go by.")
final class NodeCommand extends CommandGroup {
    private static final TableView OTHERS = new TableView("nodes")
            .text("NODE", "node_id")
            .text("PROXY", "proxy_id")
            .column("GOES BY", node -> Json.text(node, "key").isEmpty() ? "never said" : Json.text(node, "key"));

    @Command(
            name = "enroll",
            description =
                    "Prints the token with which a node's agent takes up the control plane's key: once, within a day.")
    static final class Enroll extends RemoteCommand {
        @Parameters(paramLabel = "NODE", description = "its id")
        private String node = "";

        @Override
        int run(RestClient server) {
            var answer = server.post(RestClient.path("nodes", node, "enrolment"), Json.object());
            return done(answer, () -> Json.text(answer, "token"));
        }
    }

    @Command(
            name = "keys",
            description = "Shows the key that orders are signed with, and the nodes whose agents do not go by it.")
    static final class Keys extends RemoteCommand {
        @Override
        int run(RestClient server) {
            var answer = server.get(RestClient.path("order-key"));
            return done(answer, () -> keys(this, answer));
        }
    }

    @Command(
            name = "change-key",
            description = {
                "Makes a new key for orders. Agents take it up with their next order, and the server looks at all of them;"
                        + " upgrades under way go on.",
                "Refused, naming them, while agents have not said that they go by the present key."
            })
    static final class ChangeKey extends RemoteCommand {
        @Option(
                names = "--others",
                paramLabel = "N",
                description = "change it though so many nodes' agents may have to be enrolled again")
        private @Nullable Integer others;

        @Option(
                names = "--overlap-hours",
                paramLabel = "HOURS",
                description =
                        "how long agents still carry out what the former key has signed (default: 1440, so that no"
                                + " upgrade under way notices)")
        private @Nullable Integer overlap;

        @Override
        int run(RestClient server) {
            var body = Json.object();
            if (others != null) body.put("others", others);
            if (overlap != null) body.put("overlap_hours", overlap);
            var answer = server.post(RestClient.path("order-key"), body);
            return done(answer, () -> keys(this, answer));
        }
    }

    private static String keys(RemoteCommand command, JsonNode answer) {
        var since = Json.text(answer, "changed_at");
        var key = "key %s signs orders%s"
                .formatted(Json.text(answer, "key"), since.isEmpty() ? "" : " since " + TimeFormat.dateAndTime(since));
        var count = answer.path("other_count").asInt();
        if (count == 0) {
            return key + "; every agent goes by it";
        }
        var others = Json.list(answer, "others");
        var table = OTHERS.table(others).text(command.paint());
        var more = count > others.size() ? "%nand %d more".formatted(count - others.size()) : "";
        return "%s; %d nodes' agents have not said that they go by it:%n%s%s%nthey take it up when they are reached; else enrol them again: %s"
                .formatted(key, count, table, more, command.invocation("node enroll NODE"));
    }
}
