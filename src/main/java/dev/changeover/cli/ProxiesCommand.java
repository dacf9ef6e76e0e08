package dev.changeover.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.changeover.client.Exit;
import dev.changeover.client.Json;
import dev.changeover.client.ResourcePaths;
import dev.changeover.client.RestClient;
import dev.changeover.terminal.Table;
import java.util.Map;
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
        var printer = printer(
                "proxies",
                table().first("register some with: " + invocation("fleet import FILE")),
                ProxiesCommand::cells);
        ResourcePaths.instances(
                server,
                project,
                part -> printer.part(part.stream()
                        .flatMap(instance ->
                                Json.list(instance, "proxies").stream().map(proxy -> placed(instance, proxy)))
                        .toList()));
        printer.end();
        return Exit.DONE;
    }

    /** A proxy and where it belongs, as the server says it of a single one. */
    private static JsonNode placed(JsonNode instance, JsonNode proxy) {
        return Json.object()
                .put("project_id", Json.text(instance, "project_id"))
                .put("instance_id", Json.text(instance, "id"))
                .put("instance_name", Json.text(instance, "name"))
                .<ObjectNode>setAll(Map.of("proxy", proxy, "state", state(instance, Json.raw(proxy, "pool_id"))));
    }

    private static JsonNode state(JsonNode instance, String proxyId) {
        return Json.list(instance, "states").stream()
                .filter(state -> Json.raw(state, "proxy_id").equals(proxyId))
                .findFirst()
                .orElseGet(Json::object);
    }

    private static Table table() {
        return new Table(
                "PROXY",
                "NAME",
                "INSTANCE",
                "PROJECT",
                "MODE",
                "STATUS",
                "STATE",
                "VERSION",
                "NODES",
                "SESSIONS",
                "ADDRESS",
                "REASON");
    }

    private static Object[] cells(JsonNode place) {
        var proxy = place.path("proxy");
        return new Object[] {
            Json.text(proxy, "pool_id"),
            Json.text(proxy, "name"),
            Json.text(place, "instance_name"),
            Json.text(place, "project_id"),
            Json.text(proxy, "mode"),
            Json.text(proxy, "status"),
            Json.text(place.path("state"), "state"),
            Json.text(proxy, "version"),
            Json.text(proxy, "node_num"),
            Json.list(proxy, "nodes").stream()
                    .mapToInt(node -> node.path("sessions").asInt())
                    .sum(),
            Json.text(proxy, "address") + ":" + Json.text(proxy, "port"),
            Json.text(place.path("state"), "reason")
        };
    }
}
