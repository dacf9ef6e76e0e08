package dev.changeover.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.changeover.client.Exit;
import dev.changeover.client.Json;
import dev.changeover.client.ResourcePaths;
import dev.changeover.client.RestClient;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "close-remaining",
        description = {
            "Closes sessions that old generations still hold, those under the age limit too; one a second and node.",
            "Without --count or --session it closes nothing: it shows who holds on, and how to confirm."
        })
final class CloseRemainingCommand extends OrderCommand {
    @Option(
            names = "--count",
            paramLabel = "N",
            description = "how many you know to remain; if there are more, nothing is closed")
    private @Nullable Integer count;

    @Option(names = "--node", paramLabel = "ID", description = "on this node only")
    private @Nullable String node;

    @Option(
            names = "--session",
            paramLabel = "ID",
            description = "this session only, as holders shows it; needs --node")
    private @Nullable String session;

    @Override
    ObjectNode body() {
        return super.body().put("node_id", node).put("session", session).put("count", count);
    }

    @Override
    public Integer call() {
        if (session != null && node == null) {
            throw wrongUse("--session: needs --node, the node that holds it");
        }
        if (count != null && count < 1) {
            throw wrongUse("--count: how many sessions remain is needed, 1 or more");
        }
        return super.call();
    }

    @Override
    int run(RestClient server) {
        return count == null && session == null ? ask(server) : super.run(server);
    }

    /** Nothing is closed by somebody who has not seen what: whoever repeats it with the number has. */
    private int ask(RestClient server) {
        var upgrade = server.get(ResourcePaths.job(server, jobId()));
        var holders = node == null ? Holders.of(upgrade) : Holders.of(upgrade, node);
        print(holders.json(), () -> holders.text(paint(), Integer.MAX_VALUE));
        say(holders.left() == 0 ? nothing(upgrade) : confirmation(holders));
        return Exit.WRONG_USE;
    }

    private String confirmation(Holders holders) {
        return "nothing was closed; %d sessions remain, of which every one loses its connection. To confirm:%n  %s"
                .formatted(
                        holders.left(),
                        invocation("close-remaining %s%s --count %d --reason %s"
                                .formatted(
                                        ShellWord.of(jobId()),
                                        ShellWord.option("--node", node),
                                        holders.left(),
                                        ShellWord.of(reason()))));
    }

    private static String nothing(JsonNode upgrade) {
        return "nothing was closed; as far as the agents have said, no session remains, and the upgrade is in phase %s"
                .formatted(Json.text(upgrade, "phase"));
    }
}
