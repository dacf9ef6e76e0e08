package dev.changeover.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.changeover.terminal.Table;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The proxies, as they were last seen. */
@Command(name = "proxies", description = "Lists the proxies with the kernel version each runs, of every project.")
final class ProxiesCommand extends RemoteCommand {
    @Option(names = "--project", paramLabel = "ID", description = "of this project only")
    private Optional<String> project = Optional.empty();

    @Override
    int run(RestClient server) {
        var proxies = ResourcePaths.instances(server, project).stream()
                .flatMap(instance -> Json.list(instance, "proxies").stream().map(proxy -> placed(instance, proxy)))
                .toList();
        var answer = Json.object();
        answer.putArray("proxies").addAll(proxies);
        print(answer, () -> table(proxies).text(paint()));
        return Exit.DONE;
    }

    /** A proxy and where it belongs, as the server says it of a single one. */
    private static JsonNode placed(JsonNode instance, JsonNode proxy) {
        return Json.object()
                .put("project_id", Json.text(instance, "project_id"))
                .put("instance_id", Json.text(instance, "id"))
                .put("instance_name", Json.text(instance, "name"))
                .set("proxy", proxy);
    }

    private static Table table(List<JsonNode> proxies) {
        var table = new Table(
                "PROXY", "NAME", "INSTANCE", "PROJECT", "MODE", "STATUS", "VERSION", "NODES", "SESSIONS", "ADDRESS");
        for (var place : proxies) {
            var proxy = place.path("proxy");
            table.row(
                    Json.text(proxy, "pool_id"),
                    Json.text(proxy, "name"),
                    Json.text(place, "instance_name"),
                    Json.text(place, "project_id"),
                    Json.text(proxy, "mode"),
                    Json.text(proxy, "status"),
                    Json.text(proxy, "version"),
                    Json.text(proxy, "node_num"),
                    Json.list(proxy, "nodes").stream()
                            .mapToInt(node -> node.path("sessions").asInt())
                            .sum(),
                    Json.text(proxy, "address") + ":" + Json.text(proxy, "port"));
        }
        return table;
    }
}
